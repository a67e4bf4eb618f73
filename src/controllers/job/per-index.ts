import type { Job, Pod } from "../../api/types.gen.ts";
import { type BackoffRecord, finishedAt } from "./backoff.ts";
import { isFailedFor, matchFailure } from "./failure-policy.ts";
import { indexOf, parseIndexes } from "./indexes.ts";

const failuresKey = "batch.kubernetes.io/job-index-failure-count";
const ignoredKey = "batch.kubernetes.io/job-index-ignored-failure-count";

/** By index. A failed pod keeps its place until its replacement carries on its count of failures. */
export type LastFailures = ReadonlyMap<number, Pod>;

/** The indexes that have failed too often, or for which a rule says so. https://kubernetes.io/docs/concepts/workloads/controllers/job/#backoff-limit-per-index */
export function failedIndexesOf(job: Job, tracked: readonly Pod[]): ReadonlySet<number> | undefined {
  const { backoffLimitPerIndex: limit, completions = 0 } = job.spec;
  if (limit === undefined) return undefined;
  const failed = new Set(parseIndexes(job.status?.failedIndexes, completions));
  for (const pod of tracked.filter((one) => isFailedFor(one, job))) {
    const { action, counts } = matchFailure(job, pod);
    const index = indexOf(pod, job);
    const isLast = action === "FailIndex" || (counts && failuresBefore(pod) >= limit);
    if (isLast && index !== undefined) failed.add(index);
  }
  return failed;
}

export function lastFailuresOf(
  job: Job,
  {
    tracked,
    active,
    succeededIndexes,
    failedIndexes,
  }: {
    tracked: readonly Pod[];
    active: readonly Pod[];
    succeededIndexes: ReadonlySet<number>;
    failedIndexes: ReadonlySet<number> | undefined;
  },
): LastFailures {
  const last = new Map<number, Pod>();
  if (!failedIndexes) return last;
  const taken = new Set(active.flatMap((pod) => indexOf(pod, job) ?? []));
  for (const pod of tracked.filter((one) => isFailedFor(one, job))) {
    const index = indexOf(pod, job) ?? -1;
    if (taken.has(index) || succeededIndexes.has(index) || failedIndexes.has(index)) continue;
    const other = last.get(index);
    if (!other || allFailuresBefore(other) <= allFailuresBefore(pod)) last.set(index, pod);
  }
  return last;
}

/** What a replacement carries on. */
export function failureAnnotations(job: Job, last: Pod | undefined): Record<string, string> {
  if (job.spec.backoffLimitPerIndex === undefined) return {};
  if (!last) return { [failuresKey]: "0" };
  const { counts } = matchFailure(job, last);
  const failures = failuresBefore(last) + (counts ? 1 : 0);
  const ignored = ignoredBefore(last) + (counts ? 0 : 1);
  return { [failuresKey]: String(failures), ...(ignored > 0 ? { [ignoredKey]: String(ignored) } : {}) };
}

/** Each index has a back-off of its own. */
export function recordOf(last: Pod): BackoffRecord {
  return { failures: allFailuresBefore(last) + 1, lastFailureAt: finishedAt(last) };
}

function allFailuresBefore(pod: Pod): number {
  return failuresBefore(pod) + ignoredBefore(pod);
}

function failuresBefore({ metadata }: Pod): number {
  return Number(metadata.annotations?.[failuresKey] ?? 0) || 0;
}

function ignoredBefore({ metadata }: Pod): number {
  return Number(metadata.annotations?.[ignoredKey] ?? 0) || 0;
}
