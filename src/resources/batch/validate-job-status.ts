import { duplicate, type FieldError, invalid, required } from "../../api/status.ts";
import type { Job, JobStatus } from "../../api/types.gen.ts";
import { countErrors } from "../apps/counts.ts";
import { each } from "../field-checks.ts";
import { indexProblem } from "./indexes.ts";

/** Statuses that no Job can have, and changes that none can go through. */
export function jobStatusErrors(job: Job, previous: Job): FieldError[] {
  const status = job.status ?? {};
  const old = previous.status ?? {};
  return [
    ...countErrors(status, { fields: ["active", "succeeded", "failed", "ready", "terminating"] }),
    ...uncountedErrors(status),
    ...conditionErrors(status),
    ...timeErrors(status),
    ...finishedErrors(status),
    ...indexErrors(job, status),
    ...changeErrors(status, old),
  ];
}

function isTrue({ conditions }: JobStatus, type: string): boolean {
  return conditions?.some((one) => one.type === type && one.status === "True") ?? false;
}

/** The conditions themselves are not repeated to the user. */
function wrongConditions(why: string): FieldError {
  return { reason: "FieldValueInvalid", field: "status.conditions", message: `Invalid value: ${why}` };
}

const contradictions: readonly (readonly [type: string, other: string, why: string])[] = [
  ["Complete", "Failed", "cannot set Complete=True and Failed=true conditions"],
  ["Complete", "FailureTarget", "cannot set Complete=True and FailureTarget=true conditions"],
  ["SuccessCriteriaMet", "Failed", "cannot set SuccessCriteriaMet=True and Failed=true conditions"],
  ["SuccessCriteriaMet", "FailureTarget", "cannot set SuccessCriteriaMet=True and FailureTarget=true conditions"],
];

/** A Job says first that it is about to end, then that it has. */
function conditionErrors(status: JobStatus): FieldError[] {
  const failsUnannounced = isTrue(status, "Failed") && !isTrue(status, "FailureTarget");
  const endsUnannounced = isTrue(status, "Complete") && !isTrue(status, "SuccessCriteriaMet");
  return [
    ...contradictions
      .filter(([type, other]) => isTrue(status, type) && isTrue(status, other))
      .map(([, , why]) => wrongConditions(why)),
    ...(failsUnannounced
      ? [wrongConditions("cannot set Failed=True condition without the FailureTarget=true condition")]
      : []),
    ...(endsUnannounced
      ? [wrongConditions("cannot set Complete=True condition without the SuccessCriteriaMet=true condition")]
      : []),
  ];
}

function timeErrors(status: JobStatus): FieldError[] {
  const { completionTime, startTime } = status;
  const field = "status.completionTime";
  const isComplete = isTrue(status, "Complete");
  const isEarly = completionTime && startTime && Date.parse(completionTime) < Date.parse(startTime);
  return [
    ...(completionTime && !isComplete
      ? [invalid(field, completionTime, "cannot set completionTime when there is no Complete=True condition")]
      : []),
    ...(isComplete && !completionTime ? [required(field, "completionTime is required for Complete jobs")] : []),
    ...(isEarly ? [invalid(field, completionTime, "must be equal to or after `startTime`")] : []),
  ];
}

function finishedErrors(status: JobStatus): FieldError[] {
  const { active = 0, ready = 0, terminating = 0, startTime, uncountedTerminatedPods: uncounted } = status;
  const tooReady = ready > active ? [invalid("status.ready", ready, "cannot set more ready pods than active")] : [];
  if (!isTrue(status, "Complete") && !isTrue(status, "Failed")) return tooReady;
  const count = (uncounted?.failed?.length ?? 0) + (uncounted?.succeeded?.length ?? 0);
  const path = "status.uncountedTerminatedPods";
  return [
    ...(active > 0 ? [invalid("status.active", active, "active>0 is invalid for finished job")] : []),
    ...(startTime ? [] : [required("status.startTime", "startTime is required for finished job")]),
    ...(count > 0 ? [invalid(path, uncounted, "must be empty for finished job")] : []),
    ...(terminating > 0
      ? [invalid("status.terminating", terminating, "terminating>0 is invalid for finished job")]
      : []),
    ...tooReady,
  ];
}

function uncountedErrors({ uncountedTerminatedPods: uncounted }: JobStatus): FieldError[] {
  const known = new Set<string>();
  return (["succeeded", "failed"] as const).flatMap((list) =>
    each(`status.uncountedTerminatedPods.${list}`, uncounted?.[list], (uid, path) => {
      if (uid === "") return [invalid(path, uid, "must not be empty")];
      if (known.has(uid)) return [duplicate(path, uid)];
      known.add(uid);
      return [];
    }),
  );
}

function indexErrors({ spec }: Job, { completedIndexes = "", failedIndexes }: JobStatus): FieldError[] {
  const { completions = 0, completionMode, backoffLimitPerIndex } = spec;
  const completed = indexProblem(completedIndexes, completions);
  const failed = failedIndexes === undefined ? undefined : indexProblem(failedIndexes, completions);
  const path = "status.completedIndexes";
  const failedPath = "status.failedIndexes";
  if (completionMode !== "Indexed" && completedIndexes !== "") {
    return [invalid(path, completedIndexes, "cannot set non-empty completedIndexes when non-indexed completion mode")];
  }
  if (backoffLimitPerIndex === undefined && failedIndexes !== undefined) {
    const why = "cannot set non-null failedIndexes when backoffLimitPerIndex is null";
    return [invalid(failedPath, failedIndexes, why)];
  }
  return [
    ...(completed ? [invalid(path, completedIndexes, `error parsing completedIndexes: ${completed}`)] : []),
    ...(failed ? [invalid(failedPath, failedIndexes, `error parsing failedIndexes: ${failed}`)] : []),
  ];
}

/** An end is an end, and what has been counted stays counted. */
function changeErrors(status: JobStatus, old: JobStatus): FieldError[] {
  const lost = ["Failed", "Complete", "FailureTarget"].filter((type) => isTrue(old, type) && !isTrue(status, type));
  const isRetracted = isTrue(old, "SuccessCriteriaMet") && !isTrue(status, "SuccessCriteriaMet");
  const isMoved =
    old.completionTime !== undefined &&
    status.completionTime !== undefined &&
    old.completionTime !== status.completionTime;
  return [
    ...lost.map((type) => wrongConditions(`cannot disable the terminal ${type}=True condition`)),
    ...(["failed", "succeeded"] as const)
      .filter((count) => (status[count] ?? 0) < (old[count] ?? 0))
      .map((count) => invalid(`status.${count}`, status[count] ?? 0, `cannot decrease the ${count} counter`)),
    ...(isMoved ? [invalid("status.completionTime", status.completionTime, "field is immutable")] : []),
    ...(isRetracted ? [wrongConditions("cannot disable the SuccessCriteriaMet=True condition")] : []),
  ];
}
