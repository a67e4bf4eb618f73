import { sameTree } from "../../api/object.ts";
import type { Job, JobCondition, JobStatus, Pod } from "../../api/types.gen.ts";
import { jobs } from "../../resources/batch/job.ts";
import { timestamp } from "../../sim/clock.ts";
import type { ControllerContext } from "../controller.ts";
import { condition, withCondition } from "./conditions.ts";
import { isFailedFor, matchFailure } from "./failure-policy.ts";
import { formatIndexes, indexOf, isIndexed } from "./indexes.ts";
import { isTracked, type Observation } from "./observation.ts";
import { component, releasePod } from "./staffing.ts";

/** So many pods are counted in one go. */
const mostUncounted = 500;

/** How many pods there are after the latest changes. */
export interface Headcount {
  readonly active: number;
  readonly ready: number;
  readonly terminating: number;
}

export interface Accounts {
  readonly observation: Observation;
  /** Status before counting, with the conditions of this round. */
  readonly status: JobStatus;
  readonly headcount: Headcount;
  /** The Job is about to end. */
  readonly verdict: JobCondition | undefined;
}

/**
 * Counts the pods that have ended, each once: it is written down by uid, then let go, then added to the total.
 * A Job ends when all are counted and none is left running.
 */
export async function account(accounts: Accounts, context: ControllerContext): Promise<void> {
  const { observation, verdict, headcount } = accounts;
  const { job } = observation;
  const settled = observation.pods.filter((pod) => isTracked(pod) && isSettled(pod, accounts)).slice(0, mostUncounted);
  const written = await write(job, writtenDown(accounts, settled), context);
  for (const pod of settled) await releasePod(pod, context);
  const kept = new Set(observation.pods.filter((pod) => isTracked(pod) && !settled.includes(pod)).map(uidOf));
  const counted = addUp(written.status ?? {}, kept);
  const isComplete = settled.length < mostUncounted && uncountedIn(counted) === 0 && headcount.terminating === 0;
  const end =
    verdict && isComplete && headcount.active === 0 ? finalCondition(verdict, timestamp(context.clock)) : undefined;
  await write(written, end ? ended(counted, end) : counted, context);
  if (end) tellOfEnd(job, { end, succeeded: counted.succeeded ?? 0 }, context);
}

/** Whether a pod may be let go. */
function isSettled(pod: Pod, { observation, verdict }: Accounts): boolean {
  const { job, lastFailures } = observation;
  if (job.metadata.deletionTimestamp || verdict || pod.status?.phase === "Succeeded") return true;
  if (!isFailedFor(pod, job)) return false;
  const index = indexOf(pod, job);
  return index === undefined || lastFailures.get(index) !== pod;
}

function writtenDown(accounts: Accounts, settled: readonly Pod[]): JobStatus {
  const { observation, status, headcount, verdict } = accounts;
  const { job, countedIndexes, failedIndexes } = observation;
  const kept = new Set(observation.pods.filter((pod) => isTracked(pod)).map(uidOf));
  const before = addUp(status, kept);
  const succeeded = settled.filter((pod) => pod.status?.phase === "Succeeded");
  const failed = settled.filter((pod) => pod.status?.phase !== "Succeeded" && countsAsFailed(pod, accounts));
  const { succeeded: known = [], failed: knownFailed = [] } = before.uncountedTerminatedPods ?? {};
  const indexes = new Set([...countedIndexes, ...succeeded.flatMap((pod) => indexOf(pod, job) ?? [])]);
  const conditions = verdict ? withCondition(before.conditions ?? [], verdict) : before.conditions;
  const uncounted = {
    ...listed("succeeded", isIndexed(job) ? [] : [...known, ...succeeded.map(uidOf)]),
    ...listed("failed", [...knownFailed, ...failed.map(uidOf)]),
  };
  const { active, ready, terminating } = headcount;
  const { active: _a, completedIndexes: _c, ...others } = before;
  return {
    ...others,
    ...(conditions && conditions.length > 0 ? { conditions } : {}),
    ...(active > 0 ? { active } : {}),
    ready,
    terminating,
    uncountedTerminatedPods: uncounted,
    ...(isIndexed(job) ? indexCounts(indexes) : {}),
    ...(failedIndexes ? { failedIndexes: formatIndexes(failedIndexes) } : {}),
  };
}

function indexCounts(indexes: ReadonlySet<number>): Partial<JobStatus> {
  return indexes.size > 0 ? { succeeded: indexes.size, completedIndexes: formatIndexes(indexes) } : {};
}

function listed(name: "succeeded" | "failed", uids: readonly string[]): Record<string, readonly string[]> {
  return uids.length > 0 ? { [name]: [...new Set(uids)] } : {};
}

/** Once a Job fails, all that have not succeeded have failed. */
function countsAsFailed(pod: Pod, { observation, verdict }: Accounts): boolean {
  const { job } = observation;
  if (isIndexed(job) && indexOf(pod, job) === undefined) return false;
  return (isFailedFor(pod, job) || verdict?.type === "FailureTarget") && matchFailure(job, pod).counts;
}

/** What is written down and no longer held is in the totals. */
function addUp(status: JobStatus, held: ReadonlySet<string>): JobStatus {
  const { succeeded: waiting = [], failed: waitingFailed = [] } = status.uncountedTerminatedPods ?? {};
  const left = waiting.filter((uid) => held.has(uid));
  const leftFailed = waitingFailed.filter((uid) => held.has(uid));
  const succeeded = (status.succeeded ?? 0) + waiting.length - left.length;
  const failed = (status.failed ?? 0) + waitingFailed.length - leftFailed.length;
  return {
    ...status,
    ...(succeeded > 0 ? { succeeded } : {}),
    ...(failed > 0 ? { failed } : {}),
    uncountedTerminatedPods: { ...listed("succeeded", left), ...listed("failed", leftFailed) },
  };
}

function uncountedIn({ uncountedTerminatedPods: uncounted }: JobStatus): number {
  return (uncounted?.succeeded?.length ?? 0) + (uncounted?.failed?.length ?? 0);
}

function finalCondition({ type, reason = "", message = "" }: JobCondition, now: string): JobCondition {
  return condition({ type: type === "FailureTarget" ? "Failed" : "Complete", reason, message }, now);
}

function ended(status: JobStatus, end: JobCondition): JobStatus {
  const conditions = withCondition(status.conditions ?? [], end);
  const isComplete = end.type === "Complete";
  return { ...status, conditions, ...(isComplete ? { completionTime: end.lastTransitionTime ?? "" } : {}) };
}

function tellOfEnd(
  job: Job,
  { end, succeeded }: { end: JobCondition; succeeded: number },
  { events }: ControllerContext,
): void {
  const { type, reason = "", message = "" } = end;
  if (type === "Failed") {
    events.record(job, { component }, { type: "Warning", reason, message });
    return;
  }
  if (job.spec.completions !== undefined && succeeded > job.spec.completions) {
    const tooMany = "Too many succeeded pods running after completion count reached";
    events.record(job, { component }, { type: "Warning", reason: "TooManySucceededPods", message: tooMany });
  }
  events.record(job, { component }, { type: "Normal", reason: "Completed", message: "Job completed" });
}

async function write(job: Job, status: JobStatus, { client }: ControllerContext): Promise<Job> {
  if (sameTree(status, job.status)) return job;
  return client.updateStatus(jobs, { ...job, status });
}

function uidOf({ metadata }: Pod): string {
  return metadata.uid ?? "";
}
