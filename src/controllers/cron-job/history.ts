import type { CronJob, Job } from "../../api/types.gen.ts";
import { endOf } from "./active.ts";

/** Of the Jobs that have ended, the oldest beyond the limits go. https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#jobs-history-limits */
export async function cleanUpHistory(
  { spec }: CronJob,
  jobs: readonly Job[],
  remove: (job: Job) => Promise<void>,
): Promise<void> {
  const limits = { Complete: spec.successfulJobsHistoryLimit, Failed: spec.failedJobsHistoryLimit };
  for (const end of ["Complete", "Failed"] as const) {
    const ended = jobs.filter((job) => endOf(job) === end && !job.metadata.deletionTimestamp).toSorted(byStart);
    const limit = limits[end] ?? ended.length;
    for (const job of ended.slice(0, Math.max(0, ended.length - limit))) await remove(job);
  }
}

function byStart(a: Job, b: Job): number {
  const difference = startOf(a) - startOf(b);
  return difference || (a.metadata.name < b.metadata.name ? -1 : 1);
}

function startOf({ status, metadata }: Job): number {
  return Date.parse(status?.startTime ?? metadata.creationTimestamp ?? "");
}
