import type { Deployment, DeploymentCondition, DeploymentStatus, ReplicaSet } from "../../api/types.gen.ts";
import { type Clock, timestamp } from "../../sim/clock.ts";
import { maxUnavailableOf } from "./limits.ts";
import type { Rollout } from "./rollout.ts";

/** https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#deployment-status */
export function deploymentStatus(rollout: Rollout, clock: Clock): DeploymentStatus {
  const { deployment, newest, old } = rollout;
  const all = [...(newest ? [newest] : []), ...old];
  const sum = (count: (set: ReplicaSet) => number | undefined): number => all.reduce((total, set) => total + (count(set) ?? 0), 0);
  const replicas = sum(({ status }) => status?.replicas);
  const availableReplicas = sum(({ status }) => status?.availableReplicas);
  const wanted = sum(({ spec }) => spec.replicas);
  const counts = {
    replicas,
    updatedReplicas: newest?.status?.replicas ?? 0,
    readyReplicas: sum(({ status }) => status?.readyReplicas),
    availableReplicas,
    unavailableReplicas: Math.max(0, wanted - availableReplicas),
  };
  const { collisionCount } = deployment.status ?? {};
  return {
    observedGeneration: deployment.metadata.generation ?? 0,
    ...Object.fromEntries(Object.entries(counts).filter(([, value]) => value > 0)),
    ...(collisionCount ? { collisionCount } : {}),
    conditions: conditionsFor(rollout, counts, clock),
  };
}

type Counts = { readonly replicas: number; readonly updatedReplicas: number; readonly availableReplicas: number };
type Verdict = Pick<DeploymentCondition, "type" | "status" | "reason" | "message">;

function conditionsFor(rollout: Rollout, counts: Counts, clock: Clock): DeploymentCondition[] {
  const { deployment } = rollout;
  const failure = failureOf(rollout);
  const progressing = progress(rollout, counts, clock);
  const wanted = [available(deployment, counts), ...(progressing ? [progressing] : []), ...(failure ? [failure] : [])];
  return wanted.map((verdict) => withTimes(verdict, rollout, { counts, clock }));
}

function available(deployment: Deployment, { availableReplicas }: Counts): Verdict {
  const enough = availableReplicas >= (deployment.spec.replicas ?? 1) - maxUnavailableOf(deployment);
  return enough
    ? { type: "Available", status: "True", reason: "MinimumReplicasAvailable", message: "Deployment has minimum availability." }
    : { type: "Available", status: "False", reason: "MinimumReplicasUnavailable", message: "Deployment does not have minimum availability." };
}

function failureOf({ newest, old }: Rollout): Verdict | undefined {
  const failed = [newest, ...old].flatMap((set) => set?.status?.conditions ?? []).find(({ type }) => type === "ReplicaFailure");
  if (!failed) return undefined;
  return { type: "ReplicaFailure", status: failed.status as "True", reason: failed.reason ?? "", message: failed.message ?? "" };
}

function progress(rollout: Rollout, counts: Counts, clock: Clock): Verdict | undefined {
  const { deployment, newest } = rollout;
  const before = conditionOf(deployment, "Progressing");
  if (deployment.spec.progressDeadlineSeconds === undefined) return undefined;
  if (deployment.spec.paused && before?.reason !== "DeploymentPaused") {
    return { type: "Progressing", status: "Unknown", reason: "DeploymentPaused", message: "Deployment is paused" };
  }
  if (deployment.spec.paused) return before;
  const name = newest ? `ReplicaSet ${JSON.stringify(newest.metadata.name)}` : `Deployment ${JSON.stringify(deployment.metadata.name)}`;
  const wanted = deployment.spec.replicas ?? 1;
  if (counts.updatedReplicas === wanted && counts.replicas === wanted && counts.availableReplicas === wanted) {
    return { type: "Progressing", status: "True", reason: "NewReplicaSetAvailable", message: `${name} has successfully progressed.` };
  }
  if (before?.reason === "DeploymentPaused") {
    return { type: "Progressing", status: "Unknown", reason: "DeploymentResumed", message: "Deployment is resumed" };
  }
  if (hasMoved(deployment, counts) || !before) {
    return { type: "Progressing", status: "True", reason: before ? "ReplicaSetUpdated" : "NewReplicaSetCreated", message: before ? `${name} is progressing.` : `Created new replica set ${JSON.stringify(newest?.metadata.name ?? "")}` };
  }
  const lastUpdate = Date.parse(before.lastUpdateTime ?? "");
  const isLate = before.reason !== "NewReplicaSetAvailable" && lastUpdate + deployment.spec.progressDeadlineSeconds * 1000 <= clock.now();
  if (isLate) {
    return { type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded", message: `${name} has timed out progressing.` };
  }
  if (before.reason === "NewReplicaSetAvailable" && counts.updatedReplicas < wanted) {
    return { type: "Progressing", status: "True", reason: "ReplicaSetUpdated", message: `${name} is progressing.` };
  }
  return before;
}

/** Something got better since the last look. */
function hasMoved({ status }: Deployment, counts: Counts): boolean {
  const before = { replicas: status?.replicas ?? 0, updated: status?.updatedReplicas ?? 0, available: status?.availableReplicas ?? 0 };
  const fewerOld = counts.replicas - counts.updatedReplicas < before.replicas - before.updated;
  return counts.updatedReplicas > before.updated || fewerOld || counts.availableReplicas > before.available;
}

function withTimes(
  verdict: Verdict,
  { deployment }: Rollout,
  { counts, clock }: { counts: Counts; clock: Clock },
): DeploymentCondition {
  const now = timestamp(clock);
  const before = conditionOf(deployment, verdict.type);
  const same = before?.status === verdict.status && before.reason === verdict.reason;
  const moved = verdict.type === "Progressing" && verdict.reason === "ReplicaSetUpdated" && hasMoved(deployment, counts);
  return {
    ...verdict,
    lastTransitionTime: before?.status === verdict.status ? (before.lastTransitionTime ?? now) : now,
    lastUpdateTime: same && !moved ? (before.lastUpdateTime ?? now) : now,
  };
}

/** Ms until a rollout that stands still is late; undefined: it is done, paused or late already. */
export function progressDeadlineMs(deployment: Deployment, clock: Clock): number | undefined {
  const seconds = deployment.spec.progressDeadlineSeconds;
  const condition = conditionOf(deployment, "Progressing");
  if (seconds === undefined || deployment.spec.paused || !condition) return undefined;
  if (condition.reason === "NewReplicaSetAvailable" || condition.reason === "ProgressDeadlineExceeded") return undefined;
  return Math.max(1000, Date.parse(condition.lastUpdateTime ?? "") + seconds * 1000 - clock.now());
}

function conditionOf({ status }: Deployment, type: string): DeploymentCondition | undefined {
  return status?.conditions?.find((condition) => condition.type === type);
}
