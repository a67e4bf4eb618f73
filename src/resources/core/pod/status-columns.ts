import type {
  ContainerState,
  ContainerStateTerminated,
  ContainerStatus,
  Pod,
  PodStatus,
} from "../../../api/types.gen.ts";
import { age, name, since } from "../../columns.ts";
import type { Column } from "../../definition.ts";

/** What `kubectl get pods` prints. */
export const podColumns: readonly Column<Pod>[] = [
  name,
  { name: "Ready", value: (pod) => readyText(pod) },
  { name: "Status", value: (pod) => statusText(pod) },
  { name: "Restarts", value: (pod, now) => restartsText(pod, now) },
  age,
  { name: "IP", priority: 1, value: ({ status }) => status?.podIPs?.[0]?.ip ?? "<none>" },
  { name: "Node", priority: 1, value: ({ spec }) => spec.nodeName || "<none>" },
  { name: "Nominated Node", priority: 1, value: ({ status }) => status?.nominatedNodeName || "<none>" },
  { name: "Readiness Gates", priority: 1, value: (pod) => gatesText(pod) },
];

/** Sidecars count as containers. */
function readyText(pod: Pod): string {
  const { spec, status } = pod;
  const sidecars = sidecarsOf(pod);
  const ready = isPastInit(pod) ? (status?.containerStatuses ?? []).filter((one) => isReadyNow(one)) : [];
  const readySidecars = beforeFirstUnfinished(pod).filter((one) => sidecars.has(one.name) && isUp(one) && one.ready);
  return `${ready.length + readySidecars.length}/${spec.containers.length + sidecars.size}`;
}

/** One word for the state of a pod: the most telling of its phase, its conditions and its containers' states. */
function statusText(pod: Pod): string {
  const { metadata, status } = pod;
  const deleted = metadata.deletionTimestamp !== undefined;
  if (deleted && status?.reason === "NodeLost") return "Unknown";
  if (deleted && status?.phase !== "Succeeded" && status?.phase !== "Failed") return "Terminating";
  const initializing = initText(pod);
  const reason = initializing ?? gatedText(status) ?? (status?.reason || (status?.phase ?? ""));
  return isPastInit(pod) ? containersText(status, reason) : reason;
}

function gatedText(status: PodStatus | undefined): string | undefined {
  const gated = status?.conditions?.some(({ type, reason }) => type === "PodScheduled" && reason === "SchedulingGated");
  return gated ? "SchedulingGated" : undefined;
}

/** `Init:1/3`, `Init:Error`; undefined: every init container is done. */
function initText(pod: Pod): string | undefined {
  const at = firstUnfinished(pod);
  const container = pod.status?.initContainerStatuses?.[at];
  if (!container) return undefined;
  const { terminated, waiting } = container.state ?? {};
  if (terminated) return `Init:${endText(terminated)}`;
  if (waiting?.reason && waiting.reason !== "PodInitializing") return `Init:${waiting.reason}`;
  return `Init:${at}/${pod.spec.initContainers?.length ?? 0}`;
}

/** The first container that has something to tell tells it. */
function containersText(status: PodStatus | undefined, reason: string): string {
  const containers = status?.containerStatuses ?? [];
  const told = containers.map(({ state }) => troubleText(state)).find((text) => text !== undefined) ?? reason;
  if (told !== "Completed" || !containers.some((one) => isReadyNow(one))) return told;
  const podReady = status?.conditions?.some((one) => one.type === "Ready" && one.status === "True");
  return podReady ? "Running" : "NotReady";
}

function troubleText({ waiting, terminated }: ContainerState = {}): string | undefined {
  if (waiting?.reason) return waiting.reason;
  return terminated && endText(terminated);
}

function endText({ reason, signal, exitCode }: ContainerStateTerminated): string {
  if (reason) return reason;
  return signal ? `Signal:${signal}` : `ExitCode:${exitCode}`;
}

/** `3 (10s ago)`: while init containers run, theirs; afterwards those of sidecars and containers. */
function restartsText(pod: Pod, now: number): string {
  const sidecars = sidecarsOf(pod);
  const inits = beforeFirstUnfinished(pod, 1);
  const counted = isPastInit(pod)
    ? [...inits.filter((one) => sidecars.has(one.name)), ...(pod.status?.containerStatuses ?? [])]
    : inits;
  const restarts = counted.reduce((sum, { restartCount }) => sum + (restartCount ?? 0), 0);
  const last = counted
    .map(({ lastState }) => lastState?.terminated?.finishedAt ?? "")
    .reduce((a, b) => (a < b ? b : a), "");
  return restarts > 0 && last ? `${restarts} (${since(last, now)} ago)` : String(restarts);
}

function gatesText({ spec, status }: Pod): string {
  const gates = spec.readinessGates ?? [];
  if (gates.length === 0) return "<none>";
  const open = gates.filter(({ conditionType }) =>
    status?.conditions?.some((one) => one.type === conditionType && one.status === "True"),
  );
  return `${open.length}/${gates.length}`;
}

function isPastInit(pod: Pod): boolean {
  const initialized = pod.status?.conditions?.some((one) => one.type === "Initialized" && one.status === "True");
  return initialized || firstUnfinished(pod) === -1;
}

/** The index of the init container the pod waits for; -1: none. */
function firstUnfinished(pod: Pod): number {
  const sidecars = sidecarsOf(pod);
  return (pod.status?.initContainerStatuses ?? []).findIndex(
    (one) => one.state?.terminated?.exitCode !== 0 && !(sidecars.has(one.name) && isUp(one)),
  );
}

/** The init containers that are done, and `more` beyond them. */
function beforeFirstUnfinished(pod: Pod, more = 0): readonly ContainerStatus[] {
  const statuses = pod.status?.initContainerStatuses ?? [];
  const at = firstUnfinished(pod);
  return at === -1 ? statuses : statuses.slice(0, at + more);
}

function isUp(container: ContainerStatus): boolean {
  return container.started === true && container.state?.terminated?.exitCode !== 0;
}

function isReadyNow({ ready, state }: ContainerStatus): boolean {
  const quiet = !state?.waiting?.reason && !state?.terminated;
  return ready && quiet && state?.running !== undefined;
}

/** Init containers that keep running. https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/ */
function sidecarsOf({ spec }: Pod): ReadonlySet<string> {
  const sidecars = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === "Always");
  return new Set(sidecars.map(({ name: own }) => own));
}
