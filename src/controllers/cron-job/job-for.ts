import type { CronJob, Job } from "../../api/types.gen.ts";
import { controllerReference } from "../pods/pod-control.ts";

/** The Job of one time: its name ends in the minutes since 1970. */
export function jobFor(cronJob: CronJob, scheduledAt: number): Job {
  const { metadata: template = {}, spec = { template: {} } } = cronJob.spec.jobTemplate;
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name: jobName(cronJob, scheduledAt),
      namespace: cronJob.metadata.namespace ?? "",
      ...(template.labels ? { labels: template.labels } : {}),
      annotations: {
        ...template.annotations,
        "batch.kubernetes.io/cronjob-scheduled-timestamp": localTime(scheduledAt, cronJob.spec.timeZone),
      },
      ownerReferences: [controllerReference(cronJob)],
    },
    spec,
  };
}

export function jobName({ metadata }: CronJob, scheduledAt: number): string {
  return `${metadata.name}-${Math.floor(scheduledAt / 60_000)}`;
}

/** RFC 3339 in a time zone: `2025-01-01T09:00:00+09:00`. */
function localTime(ms: number, timeZone: string | undefined): string {
  const [zone] = timeZone
    ? new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" })
        .formatToParts(new Date(ms))
        .filter(({ type }) => type === "timeZoneName")
    : [];
  const [, sign, hours = "00", minutes = "00"] = /^GMT([+-])(\d\d):(\d\d)/u.exec(zone?.value ?? "") ?? [];
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === "-" ? -1 : 1);
  const local = new Date(ms + offset).toISOString().slice(0, 19);
  return sign && offset !== 0 ? `${local}${sign}${hours}:${minutes}` : `${local}Z`;
}
