import type {
  Container,
  ContainerState,
  ContainerStatus,
  EphemeralContainer,
  Pod,
  VolumeMountStatus,
} from "../api/types.gen.ts";

export type ContainerRole = "init" | "sidecar" | "main" | "ephemeral";

/** What the kubelet knows of one container of a pod, from which its status follows. */
export interface ContainerRecord {
  readonly spec: Container | EphemeralContainer;
  readonly role: ContainerRole;
  readonly state: ContainerState;
  /** The end of the run before this one. */
  readonly lastState?: ContainerState;
  readonly restartCount: number;
  /** Passed its startup probe (or has none) and its postStart hook. */
  readonly started: boolean;
  /** Passes its readiness probe (or has none). */
  readonly ready: boolean;
  /** In full, once the container has been made. */
  readonly image?: string;
  readonly imageId: string;
  readonly containerId: string;
}

/** Every container of a pod as it is before anything has happened. */
export function initialRecords({ spec }: Pod): ContainerRecord[] {
  const inits = spec.initContainers ?? [];
  const waitingFor = inits.length > 0 ? "PodInitializing" : "ContainerCreating";
  return [
    ...inits.map((container) => newRecord(container, roleOfInit(container), "PodInitializing")),
    ...spec.containers.map((container) => newRecord(container, "main", waitingFor)),
    ...(spec.ephemeralContainers ?? []).map((container) => newRecord(container, "ephemeral", "ContainerCreating")),
  ];
}

/** As `initialRecords`, for a pod that ran on this node before the node went down at an unknown time before `now`. */
export function restoredRecords(pod: Pod, now: string): ContainerRecord[] {
  const { initContainerStatuses = [], containerStatuses = [], ephemeralContainerStatuses = [] } = pod.status ?? {};
  const statuses = [...initContainerStatuses, ...containerStatuses, ...ephemeralContainerStatuses];
  return initialRecords(pod).map((record) => {
    const status = statuses.find(({ name }) => name === record.spec.name);
    return status?.containerID ? restored(record, status, now) : record;
  });
}

export function newRecord(spec: Container | EphemeralContainer, role: ContainerRole, reason: string): ContainerRecord {
  const state = { waiting: { reason } };
  return { spec, role, state, restartCount: 0, started: false, ready: false, imageId: "", containerId: "" };
}

function roleOfInit({ restartPolicy }: Container): ContainerRole {
  return restartPolicy === "Always" ? "sidecar" : "init";
}

/** What ran is dead; nobody saw how it ended. Init containers begin again, since the pod gets a new sandbox. */
function restored(record: ContainerRecord, status: ContainerStatus, now: string): ContainerRecord {
  const { state = {}, lastState = {}, restartCount, containerID = "", image, imageID } = status;
  const known = { restartCount, image, imageId: imageID, containerId: containerID };
  const startedAt = state.running?.startedAt ?? now;
  const lost = { exitCode: 255, reason: "Unknown", startedAt, finishedAt: now, containerID };
  const end = state.running ? { terminated: lost } : state.terminated ? state : lastState;
  if (record.role === "init") return { ...record, ...known, lastState: end };
  if (state.waiting) return { ...record, ...known, lastState };
  return { ...record, ...known, ...(lastState.terminated ? { lastState } : {}), state: end };
}

/** As `status.containerStatuses` shows it. */
export function statusOfRecord(record: ContainerRecord): ContainerStatus {
  const { spec, role, state, lastState = {}, restartCount, imageId, containerId } = record;
  const volumeMounts = mountsOf(spec);
  return {
    name: spec.name,
    state,
    lastState,
    ready: isReadyNow(record),
    restartCount,
    image: record.image ?? spec.image ?? "",
    imageID: imageId,
    ...(containerId ? { containerID: containerId } : {}),
    ...(role === "ephemeral" ? {} : { started: role !== "init" && record.started && state.running !== undefined }),
    ...(volumeMounts.length > 0 ? { volumeMounts } : {}),
  };
}

/** A finished init container counts as ready, an ephemeral one never does; anything else must run. */
export function isReadyNow({ role, state, ready }: ContainerRecord): boolean {
  if (role === "init") return state.terminated?.exitCode === 0;
  return role !== "ephemeral" && ready && state.running !== undefined;
}

function mountsOf({ volumeMounts = [] }: Container | EphemeralContainer): VolumeMountStatus[] {
  return volumeMounts.map(({ name, mountPath, readOnly, recursiveReadOnly }) => ({
    name,
    mountPath,
    ...(readOnly ? { readOnly, recursiveReadOnly: recursiveReadOnly === "Enabled" ? "Enabled" : "Disabled" } : {}),
  }));
}
