import type { Pod, PodCondition, PodStatus } from "../api/types.gen.ts";
import { type ContainerRecord, statusOfRecord } from "./container-record.ts";

export interface PodFacts {
  readonly pod: Pod;
  readonly records: readonly ContainerRecord[];
  readonly podIp: string;
  readonly hostIp: string;
  readonly startTime: string;
  readonly now: string;
  /** The network and volumes are there. */
  readonly sandboxReady: boolean;
  /** Set when the kubelet itself has ended the pod. */
  readonly failure?: { readonly reason: string; readonly message: string };
}

type Phase = "Pending" | "Running" | "Succeeded" | "Failed";

/** A pod's status as it follows from its containers. https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/ */
export function podStatusFor(facts: PodFacts): PodStatus {
  const { pod, records, podIp, hostIp, startTime, failure } = facts;
  const phase = failure ? "Failed" : phaseOf(pod, records);
  const byRole = (...roles: readonly string[]): ContainerRecord[] => records.filter(({ role }) => roles.includes(role));
  const inits = byRole("init", "sidecar");
  const ephemeral = byRole("ephemeral");
  return {
    ...pod.status,
    phase,
    conditions: conditionsFor(facts, phase),
    hostIP: hostIp,
    hostIPs: [{ ip: hostIp }],
    ...(podIp ? { podIP: podIp, podIPs: [{ ip: podIp }] } : {}),
    startTime,
    ...(inits.length > 0 ? { initContainerStatuses: inits.map((record) => statusOfRecord(record)) } : {}),
    containerStatuses: byRole("main").map((record) => statusOfRecord(record)),
    ...(ephemeral.length > 0 ? { ephemeralContainerStatuses: ephemeral.map((record) => statusOfRecord(record)) } : {}),
    ...(failure ?? {}),
  };
}

/** The simplest true word for where a pod is in its life. */
export function phaseOf({ spec }: Pod, records: readonly ContainerRecord[]): Phase {
  const never = spec.restartPolicy === "Never";
  const inits = records.filter(({ role }) => role === "init");
  const sidecars = records.filter(({ role }) => role === "sidecar");
  const mains = records.filter(({ role }) => role === "main");
  if (never && inits.some(hasFailed)) return "Failed";
  if (inits.some((record) => !hasSucceeded(record))) return "Pending";
  if (sidecars.some(({ started, lastState }) => !started && !lastState) && mains.every(isWaiting)) return "Pending";
  if (mains.some((record) => isWaiting(record) && !record.lastState)) return "Pending";
  if (mains.some(({ state }) => state.running)) return "Running";
  if (mains.every(hasSucceeded)) return spec.restartPolicy === "Always" ? "Running" : "Succeeded";
  if (never) return "Failed";
  return "Running";
}

function hasSucceeded({ state }: ContainerRecord): boolean {
  return state.terminated?.exitCode === 0;
}

function hasFailed({ state }: ContainerRecord): boolean {
  return state.terminated !== undefined && state.terminated.exitCode !== 0;
}

function isWaiting({ state }: ContainerRecord): boolean {
  return state.waiting !== undefined;
}

/** https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-conditions */
function conditionsFor(facts: PodFacts, phase: Phase): PodCondition[] {
  const { pod, records } = facts;
  const ended = phase === "Succeeded" || phase === "Failed";
  const containersReady = readyCondition(records, phase);
  const wanted: PodCondition[] = [
    { type: "PodReadyToStartContainers", status: facts.sandboxReady && !ended ? "True" : "False" },
    { type: "Initialized", ...initializedCondition(records, phase) },
    { type: "Ready", ...gated(pod, containersReady) },
    { type: "ContainersReady", ...containersReady },
  ];
  const own = new Set(wanted.map(({ type }) => type));
  const others = (pod.status?.conditions ?? []).filter(({ type }) => !own.has(type));
  return [...wanted.map((condition) => withTime(condition, facts)), ...others];
}

type Verdict = Pick<PodCondition, "status" | "reason" | "message">;

function initializedCondition(records: readonly ContainerRecord[], phase: Phase): Verdict {
  if (phase === "Succeeded") return { status: "True", reason: "PodCompleted" };
  const incomplete = records
    .filter((record) => (record.role === "init" && !hasSucceeded(record)) || (record.role === "sidecar" && !record.started))
    .map(({ spec }) => spec.name);
  if (incomplete.length === 0 || phase === "Running") return { status: "True" };
  const message = `containers with incomplete status: [${incomplete.join(" ")}]`;
  return { status: "False", reason: "ContainersNotInitialized", message };
}

function readyCondition(records: readonly ContainerRecord[], phase: Phase): Verdict {
  if (phase === "Succeeded") return { status: "False", reason: "PodCompleted" };
  if (phase === "Failed") return { status: "False", reason: "PodFailed" };
  const unready = records
    .filter(({ role, ready, state }) => (role === "main" || role === "sidecar") && !(ready && state.running))
    .map(({ spec }) => spec.name);
  if (unready.length === 0) return { status: "True" };
  const message = `containers with unready status: [${unready.join(" ")}]`;
  return { status: "False", reason: "ContainersNotReady", message };
}

/** Ready also needs the pod's own gates. https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-readiness-gate */
function gated({ spec, status }: Pod, containersReady: Verdict): Verdict {
  if (containersReady.status !== "True") return containersReady;
  const missing = (spec.readinessGates ?? []).flatMap(({ conditionType }) => {
    const condition = status?.conditions?.find(({ type }) => type === conditionType);
    if (!condition) return [`corresponding condition of pod readiness gate ${JSON.stringify(conditionType)} does not exist.`];
    if (condition.status === "True") return [];
    return [`the status of pod readiness gate ${JSON.stringify(conditionType)} is not "True", but ${condition.status}`];
  });
  if (missing.length === 0) return { status: "True" };
  return { status: "False", reason: "ReadinessGatesNotReady", message: missing.join(", ") };
}

/** The time of a condition is that of its last change of status. */
function withTime(condition: PodCondition, { pod, now }: PodFacts): PodCondition {
  const before = pod.status?.conditions?.find(({ type }) => type === condition.type);
  const since = before?.status === condition.status ? (before.lastTransitionTime ?? now) : now;
  return { ...condition, lastTransitionTime: since };
}
