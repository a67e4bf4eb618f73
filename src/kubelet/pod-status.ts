import type { Pod, PodCondition, PodStatus } from "../api/types.gen.ts";
import { type ContainerRecord, type ContainerRole, isReadyNow, statusOfRecord } from "./container-record.ts";
import { accountedFor } from "./lost-containers.ts";
import { hasBegun, hasSucceeded, type Phase, phaseOf } from "./pod-phase.ts";

export interface PodFacts {
  readonly pod: Pod;
  readonly records: readonly ContainerRecord[];
  readonly podIp: string;
  readonly hostIp: string;
  readonly startTime: string;
  readonly now: string;
  /** The network and volumes are there. */
  readonly sandboxReady: boolean;
  /** Nothing of it will be started again. */
  readonly isOver: boolean;
  /** Set when the kubelet itself has ended the pod. */
  readonly failure?: PodFailure;
}

/** Why the kubelet has ended a pod. */
export interface PodFailure {
  readonly reason: string;
  readonly message: string;
  /** Where the pod is not itself to blame: what its condition says. */
  readonly disruption?: string;
}

/** A pod's status as it follows from its containers. https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/ */
export function podStatusFor(given: PodFacts): PodStatus {
  const facts = given.isOver ? { ...given, records: accountedFor(given.records) } : given;
  const { pod, records, podIp, hostIp, startTime, failure } = facts;
  const phase = failure ? "Failed" : phaseOf(pod, records, facts.isOver);
  const inits = byRole(records, "init", "sidecar");
  const ephemeral = byRole(records, "ephemeral");
  return {
    ...pod.status,
    phase,
    conditions: conditionsFor(facts, phase),
    hostIP: hostIp,
    hostIPs: [{ ip: hostIp }],
    ...(podIp ? { podIP: podIp, podIPs: [{ ip: podIp }] } : {}),
    startTime,
    ...(inits.length > 0 ? { initContainerStatuses: inits.map((record) => statusOfRecord(record)) } : {}),
    containerStatuses: byRole(records, "main").map((record) => statusOfRecord(record)),
    ...(ephemeral.length > 0 ? { ephemeralContainerStatuses: ephemeral.map((record) => statusOfRecord(record)) } : {}),
    ...(failure ? { reason: failure.reason, message: failure.message } : {}),
  };
}

function byRole(records: readonly ContainerRecord[], ...roles: readonly ContainerRole[]): ContainerRecord[] {
  return records.filter(({ role }) => roles.includes(role));
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
    { type: "PodScheduled", status: "True" },
    ...disruptions(facts.failure),
  ];
  const own = new Set(wanted.map(({ type }) => type));
  const others = (pod.status?.conditions ?? []).filter(({ type }) => !own.has(type));
  return [...wanted.map((condition) => withTimes(condition, facts)), ...others];
}

/** https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#pod-disruption-conditions */
function disruptions(failure: PodFacts["failure"]): PodCondition[] {
  if (failure?.disruption === undefined) return [];
  return [{ type: "DisruptionTarget", status: "True", reason: "TerminationByKubelet", message: failure.disruption }];
}

type Verdict = Pick<PodCondition, "status" | "reason" | "message">;

function initializedCondition(records: readonly ContainerRecord[], phase: Phase): Verdict {
  if (phase === "Succeeded") return { status: "True", reason: "PodCompleted" };
  const incomplete = byRole(records, "init", "sidecar")
    .filter((record) => (record.role === "init" ? !hasSucceeded(record) : !(record.started && record.state.running)))
    .map(({ spec }) => spec.name);
  if (incomplete.length === 0 || hasBegun(byRole(records, "main"))) return { status: "True" };
  const message = `containers with incomplete status: [${incomplete.join(" ")}]`;
  return { status: "False", reason: "ContainersNotInitialized", message };
}

function readyCondition(records: readonly ContainerRecord[], phase: Phase): Verdict {
  if (phase === "Succeeded") return { status: "False", reason: "PodCompleted" };
  if (phase === "Failed") return { status: "False", reason: "PodFailed" };
  const unready = byRole(records, "sidecar", "main").filter((record) => !isReadyNow(record));
  if (unready.length === 0) return { status: "True" };
  const message = `containers with unready status: [${unready.map(({ spec }) => spec.name).join(" ")}]`;
  return { status: "False", reason: "ContainersNotReady", message };
}

/** Ready also needs the pod's own gates. https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-readiness-gate */
function gated({ spec, status }: Pod, containersReady: Verdict): Verdict {
  if (containersReady.status !== "True") return containersReady;
  const missing = (spec.readinessGates ?? []).flatMap(({ conditionType }) => {
    const condition = status?.conditions?.find(({ type }) => type === conditionType);
    const gate = `pod readiness gate ${JSON.stringify(conditionType)}`;
    if (!condition) return [`corresponding condition of ${gate} does not exist.`];
    return condition.status === "True" ? [] : [`the status of ${gate} is not "True", but ${condition.status}`];
  });
  if (missing.length === 0) return { status: "True" };
  return { status: "False", reason: "ReadinessGatesNotReady", message: missing.join(", ") };
}

/** The time of a condition is that of its last change of status. Go writes the probe time that nobody sets as null. */
function withTimes(condition: PodCondition, { pod, now }: PodFacts): PodCondition {
  const before = pod.status?.conditions?.find(({ type }) => type === condition.type);
  const since = before?.status === condition.status ? (before.lastTransitionTime ?? now) : now;
  const { type, status, ...why } = condition;
  return { type, status, lastProbeTime: null as unknown as string, lastTransitionTime: since, ...why };
}
