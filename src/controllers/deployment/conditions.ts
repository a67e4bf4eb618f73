import type { Deployment, DeploymentCondition } from "../../api/types.gen.ts";
import { deployments } from "../../resources/apps/deployment.ts";
import { type Clock, timestamp } from "../../sim/clock.ts";
import type { ControllerContext } from "../controller.ts";

export type Verdict = Pick<DeploymentCondition, "type" | "status" | "reason" | "message">;

export function conditionOf(
  conditions: readonly DeploymentCondition[] | undefined,
  type: string,
): DeploymentCondition | undefined {
  return conditions?.find((condition) => condition.type === type);
}

/** The list with a verdict at its end. The same status for the same reason is no news, whatever the message. */
export function withVerdict(
  conditions: readonly DeploymentCondition[],
  verdict: Verdict,
  clock: Clock,
): readonly DeploymentCondition[] {
  const before = conditionOf(conditions, verdict.type);
  if (before?.status === verdict.status && before.reason === verdict.reason) return conditions;
  return refreshed(conditions, verdict, clock);
}

/** As `withVerdict`, but it is news in any case: something has moved. */
export function refreshed(
  conditions: readonly DeploymentCondition[],
  verdict: Verdict,
  clock: Clock,
): readonly DeploymentCondition[] {
  const now = timestamp(clock);
  const before = conditionOf(conditions, verdict.type);
  const lastTransitionTime = before?.status === verdict.status ? (before.lastTransitionTime ?? now) : now;
  const others = conditions.filter(({ type }) => type !== verdict.type);
  return [...others, { ...verdict, lastUpdateTime: now, lastTransitionTime }];
}

/** Writes down that a rollout has been paused, or goes on; one that is late stays late. */
export async function notePause(deployment: Deployment, context: ControllerContext): Promise<Deployment> {
  const { paused = false, progressDeadlineSeconds } = deployment.spec;
  const { reason } = conditionOf(deployment.status?.conditions, "Progressing") ?? {};
  const isNoted = reason === "DeploymentPaused";
  if (progressDeadlineSeconds === undefined || reason === "ProgressDeadlineExceeded" || paused === isNoted) {
    return deployment;
  }
  const verdict: Verdict = paused
    ? { type: "Progressing", status: "Unknown", reason: "DeploymentPaused", message: "Deployment is paused" }
    : { type: "Progressing", status: "Unknown", reason: "DeploymentResumed", message: "Deployment is resumed" };
  return writeProgress(deployment, verdict, context);
}

/** Puts a verdict into the status at once. */
export async function writeProgress(
  { metadata, ...rest }: Deployment,
  verdict: Verdict,
  { client, clock, informers }: ControllerContext,
): Promise<Deployment> {
  const key = { namespace: metadata.namespace ?? "", name: metadata.name };
  const deployment = informers.for(deployments).get(key) ?? { ...rest, metadata };
  if (deployment.spec.progressDeadlineSeconds === undefined) return deployment;
  const before = deployment.status?.conditions ?? [];
  const conditions = withVerdict(before, verdict, clock);
  if (conditions === before) return deployment;
  return client.updateStatus(deployments, { ...deployment, status: { ...deployment.status, conditions } });
}

/** Ms until a rollout that stands still is late; undefined: it is done, paused or late already. */
export function progressDeadlineMs({ spec, status }: Deployment, clock: Clock): number | undefined {
  const condition = conditionOf(status?.conditions, "Progressing");
  const { progressDeadlineSeconds: seconds } = spec;
  if (seconds === undefined || spec.paused || !condition) return undefined;
  if (condition.reason === "NewReplicaSetAvailable" || condition.reason === "ProgressDeadlineExceeded")
    return undefined;
  return Math.max(1000, Date.parse(condition.lastUpdateTime ?? "") + (seconds + 1) * 1000 - clock.now());
}
