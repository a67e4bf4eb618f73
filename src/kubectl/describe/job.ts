import { formatLabelSelector } from "../../api/selectors.ts";
import type { CronJob, Job } from "../../api/types.gen.ts";
import { goDuration } from "../durations.ts";
import { describer, type Describer } from "./describer.ts";
import { type Description, longTime } from "./description.ts";
import { describePodTemplate } from "./pod-template.ts";
import { controllerText } from "./pod.ts";

export const job: Describer = describer<Job>("batch", "Job", (object, { to }) => {
  const { metadata, spec, status } = object;
  to.field("Name", metadata.name);
  to.field("Namespace", metadata.namespace ?? "");
  if (spec.selector) to.field("Selector", formatLabelSelector(spec.selector));
  to.labels("Labels", metadata.labels);
  to.annotations("Annotations", metadata.annotations);
  to.optional("Controlled By", controllerText(object));
  to.field("Parallelism", spec.parallelism ?? "<unset>");
  to.field("Completions", spec.completions ?? "<unset>");
  to.optional("Completion Mode", spec.completionMode);
  if (spec.suspend !== undefined) to.field("Suspend", spec.suspend);
  if (spec.backoffLimit !== undefined) to.field("Backoff Limit", spec.backoffLimit);
  if (spec.ttlSecondsAfterFinished !== undefined) to.field("TTL Seconds After Finished", spec.ttlSecondsAfterFinished);
  describeTimes(object, to);
  if (spec.activeDeadlineSeconds !== undefined) to.field("Active Deadline Seconds", `${spec.activeDeadlineSeconds}s`);
  const { active = 0, ready, succeeded = 0, failed = 0, completedIndexes } = status ?? {};
  const readyText = ready === undefined ? "" : ` (${ready} Ready)`;
  to.field("Pods Statuses", `${active} Active${readyText} / ${succeeded} Succeeded / ${failed} Failed`);
  if (spec.completionMode === "Indexed")
    to.field("Completed Indexes", completedIndexes ? cappedIndexes(completedIndexes) : "<none>");
  describePodTemplate(spec.template, to);
});

function describeTimes({ status }: Job, to: Description): void {
  const { startTime, completionTime } = status ?? {};
  if (startTime) to.field("Start Time", longTime(startTime));
  if (completionTime) to.field("Completed At", longTime(completionTime));
  if (!startTime || !completionTime) return;
  const ms = Date.parse(completionTime) - Date.parse(startTime);
  to.field("Duration", ms < 120_000 ? goDuration(ms) : shortDuration(ms));
}

/** As ages are written. */
function shortDuration(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  const seconds = Math.floor((ms % 60_000) / 1000);
  if (minutes < 10) return seconds === 0 ? `${minutes}m` : `${minutes}m${seconds}s`;
  return minutes < 180 ? `${minutes}m` : `${Math.floor(minutes / 60)}h`;
}

function cappedIndexes(text: string): string {
  const longest = 50;
  if (text.length <= longest) return text;
  const cut = text.lastIndexOf(",", longest);
  return `${text.slice(0, cut < 0 ? longest : cut + 1)}...`;
}

export const cronJob: Describer = describer<CronJob>("batch", "CronJob", ({ metadata, spec, status }, { to }) => {
  to.field("Name", metadata.name);
  to.field("Namespace", metadata.namespace ?? "");
  to.labels("Labels", metadata.labels);
  to.annotations("Annotations", metadata.annotations);
  to.field("Schedule", spec.schedule);
  to.field("Concurrency Policy", spec.concurrencyPolicy ?? "");
  to.field("Suspend", titled(spec.suspend ?? "<unset>"));
  to.field("Successful Job History Limit", spec.successfulJobsHistoryLimit ?? "<unset>");
  to.field("Failed Job History Limit", spec.failedJobsHistoryLimit ?? "<unset>");
  to.field(
    "Starting Deadline Seconds",
    spec.startingDeadlineSeconds === undefined ? "<unset>" : `${spec.startingDeadlineSeconds}s`,
  );
  const inner = spec.jobTemplate.spec;
  if (inner?.selector) to.field("Selector", formatLabelSelector(inner.selector));
  else to.field("Selector", "<unset>");
  to.field("Parallelism", inner?.parallelism ?? "<unset>");
  to.field("Completions", inner?.completions ?? "<unset>");
  if (inner?.activeDeadlineSeconds !== undefined)
    to.field("Active Deadline Seconds", `${inner.activeDeadlineSeconds}s`);
  describePodTemplate(inner?.template, to);
  to.field("Last Schedule Time", status?.lastScheduleTime ? longTime(status.lastScheduleTime) : "<unset>");
  const active = (status?.active ?? []).map(({ name = "" }) => name);
  to.field("Active Jobs", active.join(", ") || "<none>");
});

function titled(value: boolean | string): string {
  return typeof value === "string" ? value : value ? "True" : "False";
}
