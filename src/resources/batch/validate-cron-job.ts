import { type FieldError, invalid, notSupported, required } from "../../api/status.ts";
import type { CronJob, JobTemplateSpec } from "../../api/types.gen.ts";
import { nonNegative, oneOf } from "../field-checks.ts";
import { scheduleProblem } from "./cron-schedule.ts";
import { jobSpecErrors } from "./validate-job.ts";

/** Names of Jobs end in a dash and ten digits. */
const longestName = 63 - 11;

/** All that is wrong with a CronJob. */
export function cronJobErrors({ metadata, spec }: CronJob, previous?: CronJob): FieldError[] {
  const isTooLong = !previous && metadata.name.length > longestName;
  const zoneChanges = !previous || previous.spec.timeZone !== spec.timeZone;
  const hadZone = previous?.spec.schedule.includes("TZ") ?? false;
  return [
    ...(spec.schedule ? scheduleErrors(spec.schedule, spec.timeZone, hadZone) : [required("spec.schedule")]),
    ...nonNegative("spec.startingDeadlineSeconds", spec.startingDeadlineSeconds),
    ...(zoneChanges && spec.timeZone !== undefined ? zoneErrors("spec.timeZone", spec.timeZone) : []),
    ...oneOf("spec.concurrencyPolicy", spec.concurrencyPolicy, ["Allow", "Forbid", "Replace"]),
    ...templateErrors("spec.jobTemplate.spec", spec.jobTemplate),
    ...nonNegative("spec.successfulJobsHistoryLimit", spec.successfulJobsHistoryLimit),
    ...nonNegative("spec.failedJobsHistoryLimit", spec.failedJobsHistoryLimit),
    ...(isTooLong ? [invalid("metadata.name", metadata.name, `must be no more than ${longestName} characters`)] : []),
  ];
}

/** `hadZone`: schedules that named a zone before that was refused may go on doing so. */
function scheduleErrors(schedule: string, timeZone: string | undefined, hadZone: boolean): FieldError[] {
  const field = "spec.schedule";
  const problem = scheduleProblem(schedule);
  const errors = problem ? [invalid(field, schedule, problem)] : [];
  if (!schedule.includes("TZ")) return errors;
  if (!hadZone) {
    const why = "cannot use TZ or CRON_TZ in schedule, use timeZone field instead";
    return [...errors, invalid(field, schedule, why)];
  }
  if (timeZone === undefined) return errors;
  return [...errors, invalid(field, schedule, "cannot use both timeZone field and TZ or CRON_TZ in schedule")];
}

/** https://data.iana.org/time-zones/theory.html#naming */
function zoneErrors(field: string, zone: string): FieldError[] {
  if (zone === "") return [invalid(field, zone, "timeZone must be nil or non-empty string")];
  const isNamed = zone.split("/").every((part) => /^(?!-)(?!\.{1,2}$)[A-Za-z.\-_0-9+]{1,14}$/u.test(part));
  if (!isNamed) return [invalid(field, zone, `unknown time zone ${zone}`)];
  const local = "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones";
  if (zone.toLowerCase() === "local") return [invalid(field, zone, local)];
  return isZone(zone) ? [] : [invalid(field, zone, `unknown time zone ${zone}`)];
}

function isZone(zone: string): boolean {
  try {
    return Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone !== "";
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function templateErrors(field: string, { spec = { template: {} } }: JobTemplateSpec): FieldError[] {
  return [
    ...jobSpecErrors(field, spec),
    ...(spec.selector ? [invalid(`${field}.selector`, spec.selector, "`selector` will be auto-generated")] : []),
    ...(spec.manualSelector ? [notSupported(`${field}.manualSelector`, true, ["nil", "false"])] : []),
  ];
}
