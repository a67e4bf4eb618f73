import type { CronJob, CronJobStatus, Job, ObjectReference } from "../../api/types.gen.ts";
import { isTrue } from "../job/conditions.ts";
import type { Tell } from "./tell.ts";

/** Status with the Jobs that have ended or gone taken out, and the last success noted. */
export function trackJobs({ status = {} }: CronJob, jobs: readonly Job[], tell: Tell): CronJobStatus {
  const active = status.active ?? [];
  const byUid = new Map(jobs.map((job) => [job.metadata.uid, job]));
  const left = active.filter((reference) => {
    const job = byUid.get(reference.uid);
    const end = job && endOf(job);
    if (job && end) {
      const message = `Saw completed job: ${job.metadata.name}, condition: ${end}`;
      tell({ type: "Normal", reason: "SawCompletedJob", message });
    } else if (!job) {
      tell({ type: "Normal", reason: "MissingJob", message: `Active job went missing: ${reference.name ?? ""}` });
    }
    return job !== undefined && end === undefined;
  });
  for (const job of jobs) {
    const isKnown = active.some(({ uid }) => uid === job.metadata.uid);
    if (isKnown || endOf(job)) continue;
    const message = `Saw a job that the controller did not create or forgot: ${job.metadata.name}`;
    tell({ type: "Warning", reason: "UnexpectedJob", message });
  }
  const successes = jobs.flatMap((job) => (isTrue(job, "Complete") ? (job.status?.completionTime ?? []) : []));
  const last = [...(status.lastSuccessfulTime ? [status.lastSuccessfulTime] : []), ...successes].toSorted().at(-1);
  return { ...activeAfter(status, left), ...(last ? { lastSuccessfulTime: last } : {}) };
}

export function activeAfter(
  { active: _active, ...status }: CronJobStatus,
  active: readonly ObjectReference[],
): CronJobStatus {
  return active.length > 0 ? { ...status, active } : status;
}

/** How a Job has ended: `Complete` or `Failed`; undefined: it has not. */
export function endOf(job: Job): "Complete" | "Failed" | undefined {
  if (isTrue(job, "Complete")) return "Complete";
  return isTrue(job, "Failed") ? "Failed" : undefined;
}

export function referenceTo({ metadata }: Job): ObjectReference {
  const { name, namespace = "", uid = "", resourceVersion = "" } = metadata;
  return { apiVersion: "batch/v1", kind: "Job", name, namespace, uid, resourceVersion };
}
