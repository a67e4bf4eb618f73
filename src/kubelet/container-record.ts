import type { Container, ContainerState, ContainerStatus, EphemeralContainer, Pod } from "../api/types.gen.ts";

export type ContainerRole = "init" | "sidecar" | "main" | "ephemeral";

/** What the kubelet knows of one container of a pod, from which its status follows. */
export interface ContainerRecord {
  readonly spec: Container | EphemeralContainer;
  readonly role: ContainerRole;
  readonly state: ContainerState;
  readonly lastState?: ContainerState;
  readonly restartCount: number;
  /** Passed its startup probe (or has none) and its postStart hook. */
  readonly started: boolean;
  /** Passes its readiness probe (or has none). */
  readonly ready: boolean;
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

export function newRecord(
  spec: Container | EphemeralContainer,
  role: ContainerRole,
  reason: string,
): ContainerRecord {
  const state = { waiting: { reason } };
  return { spec, role, state, restartCount: 0, started: false, ready: false, imageId: "", containerId: "" };
}

function roleOfInit({ restartPolicy }: Container): ContainerRole {
  return restartPolicy === "Always" ? "sidecar" : "init";
}

/** As `status.containerStatuses` shows it. */
export function statusOfRecord(record: ContainerRecord): ContainerStatus {
  const { spec, state, lastState = {}, restartCount, started, ready, imageId, containerId } = record;
  return {
    name: spec.name,
    state,
    lastState,
    ready: isReadyNow(record) && ready,
    restartCount,
    image: spec.image ?? "",
    imageID: imageId,
    ...(containerId ? { containerID: containerId } : {}),
    ...(record.role === "ephemeral" ? {} : { started: record.role === "init" ? false : started && state.running !== undefined }),
  };
}

/** A finished init container counts as ready; anything else must run. */
function isReadyNow({ role, state }: ContainerRecord): boolean {
  if (role === "init") return state.terminated?.exitCode === 0;
  return state.running !== undefined;
}
