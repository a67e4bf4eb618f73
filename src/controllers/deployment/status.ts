import type { Deployment, DeploymentCondition, DeploymentStatus, ReplicaSet } from "../../api/types.gen.ts";
import type { Clock } from "../../sim/clock.ts";
import { conditionOf, refreshed, type Verdict, withVerdict } from "./conditions.ts";
import { maxUnavailableOf } from "./limits.ts";
import type { Rollout } from "./rollout.ts";

/** Only a rollout makes progress, or fails to. https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#deployment-status */
export function deploymentStatus(
  rollout: Rollout,
  { isRolling, clock }: { isRolling: boolean; clock: Clock },
): DeploymentStatus {
  const { deployment, newest, old } = rollout;
  const all = [...(newest ? [newest] : []), ...old];
  const sum = (count: (set: ReplicaSet) => number | undefined): number =>
    all.reduce((total, set) => total + (count(set) ?? 0), 0);
  const availableReplicas = sum(({ status }) => status?.availableReplicas);
  const counts = {
    replicas: sum(({ status }) => status?.replicas),
    updatedReplicas: newest?.status?.replicas ?? 0,
    readyReplicas: sum(({ status }) => status?.readyReplicas),
    availableReplicas,
    unavailableReplicas: Math.max(0, sum(({ spec }) => spec.replicas) - availableReplicas),
  };
  const { collisionCount, conditions: before = [] } = deployment.status ?? {};
  const settled = withFailure(withVerdict(before, availability(deployment, availableReplicas), clock), rollout, clock);
  const conditions = isRolling
    ? withProgress(settled, rollout, { counts, clock })
    : withoutDeadline(settled, deployment);
  return {
    observedGeneration: deployment.metadata.generation ?? 0,
    ...Object.fromEntries(Object.entries(counts).filter(([, value]) => value > 0)),
    ...(collisionCount ? { collisionCount } : {}),
    conditions,
  };
}

/** All pods there shall be are of the newest template and available, and there are no others. */
export function isComplete(
  { spec }: Deployment,
  { updatedReplicas = 0, replicas = 0, availableReplicas = 0 }: DeploymentStatus,
): boolean {
  return [updatedReplicas, replicas, availableReplicas].every((count) => count === (spec.replicas ?? 1));
}

type Conditions = readonly DeploymentCondition[];

function availability(deployment: Deployment, availableReplicas: number): Verdict {
  const enough = availableReplicas >= (deployment.spec.replicas ?? 1) - maxUnavailableOf(deployment);
  const message = `Deployment ${enough ? "has" : "does not have"} minimum availability.`;
  return enough
    ? { type: "Available", status: "True", reason: "MinimumReplicasAvailable", message }
    : { type: "Available", status: "False", reason: "MinimumReplicasUnavailable", message };
}

function withFailure(conditions: Conditions, { newest, old }: Rollout, clock: Clock): Conditions {
  const failed = [newest, ...old].flatMap((set) => conditionOf(set?.status?.conditions, "ReplicaFailure") ?? [])[0];
  if (!failed) return conditions.filter(({ type }) => type !== "ReplicaFailure");
  const { status, reason = "", message = "" } = failed;
  return withVerdict(conditions, { type: "ReplicaFailure", status, reason, message }, clock);
}

function withoutDeadline(conditions: Conditions, { spec }: Deployment): Conditions {
  return spec.progressDeadlineSeconds === undefined
    ? conditions.filter(({ type }) => type !== "Progressing")
    : conditions;
}

/** What is complete stays so while it is resized or its pods come and go. */
function withProgress(
  conditions: Conditions,
  { deployment, newest }: Rollout,
  { counts, clock }: { counts: DeploymentStatus; clock: Clock },
): Conditions {
  const before = conditionOf(conditions, "Progressing");
  const isDone = before?.reason === "NewReplicaSetAvailable" && counts.replicas === counts.updatedReplicas;
  if (deployment.spec.progressDeadlineSeconds === undefined || isDone) return withoutDeadline(conditions, deployment);
  const { kind, name } = newest
    ? { kind: "ReplicaSet", name: newest.metadata.name }
    : { kind: "Deployment", name: deployment.metadata.name };
  const what = `${kind} ${JSON.stringify(name)}`;
  if (isComplete(deployment, counts)) {
    const message = `${what} has successfully progressed.`;
    return withVerdict(
      conditions,
      { type: "Progressing", status: "True", reason: "NewReplicaSetAvailable", message },
      clock,
    );
  }
  if (hasMoved(deployment, counts)) {
    const message = `${what} is progressing.`;
    return refreshed(conditions, { type: "Progressing", status: "True", reason: "ReplicaSetUpdated", message }, clock);
  }
  if (!isLate(deployment, before, clock)) return conditions;
  const message = `${what} has timed out progressing.`;
  return withVerdict(
    conditions,
    { type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded", message },
    clock,
  );
}

/** Something got better since the last look. */
function hasMoved({ status = {} }: Deployment, counts: DeploymentStatus): boolean {
  const oldOf = ({ replicas = 0, updatedReplicas = 0 }: DeploymentStatus): number => replicas - updatedReplicas;
  const grows = (["updatedReplicas", "readyReplicas", "availableReplicas"] as const).some(
    (count) => (counts[count] ?? 0) > (status[count] ?? 0),
  );
  return grows || oldOf(counts) < oldOf(status);
}

function isLate({ spec }: Deployment, before: DeploymentCondition | undefined, clock: Clock): boolean {
  if (!before || before.reason === "NewReplicaSetAvailable") return false;
  const deadline = Date.parse(before.lastUpdateTime ?? "") + (spec.progressDeadlineSeconds ?? 0) * 1000;
  return before.reason === "ProgressDeadlineExceeded" || deadline < clock.now();
}
