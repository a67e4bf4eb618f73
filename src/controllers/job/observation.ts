import type { Job, Pod } from "../../api/types.gen.ts";
import { isActive, isTerminating } from "../pods/pod-state.ts";
import { isFailedFor, matchFailure } from "./failure-policy.ts";
import { indexOf, isIndexed, parseIndexes } from "./indexes.ts";
import { failedIndexesOf, type LastFailures, lastFailuresOf } from "./per-index.ts";

/** It holds a pod back until the Job has counted it. https://kubernetes.io/docs/concepts/workloads/controllers/job/#job-tracking-with-finalizers */
export const trackingFinalizer = "batch.kubernetes.io/job-tracking";

/** All that a Job's controller knows at one moment. */
export interface Observation {
  readonly job: Job;
  readonly pods: readonly Pod[];
  readonly active: readonly Pod[];
  readonly terminating: number;
  /** Ended, and not yet in any count. */
  readonly newlySucceeded: readonly Pod[];
  readonly newlyFailed: readonly Pod[];
  readonly succeeded: number;
  readonly failed: number;
  /** Of an indexed Job: what has been counted, and with it what has succeeded since. */
  readonly countedIndexes: ReadonlySet<number>;
  readonly succeededIndexes: ReadonlySet<number>;
  /** undefined: the Job has no limit per index. */
  readonly failedIndexes: ReadonlySet<number> | undefined;
  /** The failed pods whose replacements have yet to be made. */
  readonly lastFailures: LastFailures;
}

export function observe(job: Job, pods: readonly Pod[]): Observation {
  const { uncountedTerminatedPods: uncounted = {}, completedIndexes, succeeded = 0, failed = 0 } = job.status ?? {};
  const tracked = pods.filter((pod) => isTracked(pod) && (!isIndexed(job) || indexOf(pod, job) !== undefined));
  const isNew = ({ metadata }: Pod, list: readonly string[] = []): boolean => !list.includes(metadata.uid ?? "");
  const newlySucceeded = tracked.filter((pod) => pod.status?.phase === "Succeeded" && isNew(pod, uncounted.succeeded));
  const newlyFailed = tracked.filter((pod) => isFailedFor(pod, job) && isNew(pod, uncounted.failed));
  const countedIndexes = parseIndexes(isIndexed(job) ? completedIndexes : "", job.spec.completions ?? 0);
  const succeededIndexes = new Set([...countedIndexes, ...newlySucceeded.flatMap((pod) => indexOf(pod, job) ?? [])]);
  const failedIndexes = failedIndexesOf(job, tracked);
  const active = pods.filter((pod) => isActive(pod));
  return {
    job,
    pods,
    active,
    terminating: pods.filter((pod) => isTerminating(pod) && !hasEnded(pod)).length,
    newlySucceeded,
    newlyFailed,
    succeeded: isIndexed(job)
      ? succeededIndexes.size
      : succeeded + newlySucceeded.length + (uncounted.succeeded?.length ?? 0),
    failed:
      failed + newlyFailed.filter((pod) => matchFailure(job, pod).counts).length + (uncounted.failed?.length ?? 0),
    countedIndexes,
    succeededIndexes,
    failedIndexes,
    lastFailures: lastFailuresOf(job, { tracked, active, succeededIndexes, failedIndexes }),
  };
}

export function isTracked({ metadata }: Pod): boolean {
  return metadata.finalizers?.includes(trackingFinalizer) ?? false;
}

function hasEnded({ status }: Pod): boolean {
  return status?.phase === "Succeeded" || status?.phase === "Failed";
}
