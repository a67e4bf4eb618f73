import type { Job, JobCondition, Pod } from "../../api/types.gen.ts";
import { restartsOf } from "../pods/pod-state.ts";
import { condition, isTrue } from "./conditions.ts";
import { isFailedFor, matchFailure } from "./failure-policy.ts";
import { isIndexed, parseIndexes } from "./indexes.ts";
import type { Observation } from "./observation.ts";

/**
 * The condition that says that a Job is about to end, before its pods have been counted: FailureTarget or
 * SuccessCriteriaMet. undefined: it goes on. What was decided once stays. https://kubernetes.io/docs/concepts/workloads/controllers/job/#job-termination-and-cleanup
 */
export function verdictOn(
  observation: Observation,
  { now, nowMs }: { now: string; nowMs: number },
): JobCondition | undefined {
  const { job, pods } = observation;
  const decided = ["SuccessCriteriaMet", "FailureTarget"].find((type) => isTrue(job, type));
  if (decided) return job.status?.conditions?.find(({ type }) => type === decided);
  const failure = failureOf(observation, nowMs) ?? indexFailure(observation);
  const message = pods.flatMap((pod) => (isFailedFor(pod, job) ? (matchFailure(job, pod).message ?? []) : []))[0];
  if (message) return condition({ type: "FailureTarget", reason: "PodFailurePolicy", message }, now);
  if (failure) return condition({ type: "FailureTarget", ...failure }, now);
  const rule = successRule(observation);
  if (rule === undefined) return undefined;
  const reason = "SuccessPolicy";
  return condition({ type: "SuccessCriteriaMet", reason, message: `Matched rules at index ${rule}` }, now);
}

/** All that was asked for has succeeded, and nothing runs any more. `active` counts the pods after the latest changes. */
export function completion({ job, succeeded }: Observation, active: number, now: string): JobCondition | undefined {
  const needed = job.spec.completions ?? 1;
  if (succeeded < needed || active > 0) return undefined;
  const message = "Reached expected number of succeeded pods";
  return condition({ type: "SuccessCriteriaMet", reason: "CompletionsReached", message }, now);
}

interface Reason {
  readonly reason: string;
  readonly message: string;
}

function failureOf({ job, pods, failed }: Observation, nowMs: number): Reason | undefined {
  if (failed > (job.spec.backoffLimit ?? 6) || isRestartedTooOften(job, pods)) {
    return { reason: "BackoffLimitExceeded", message: "Job has reached the specified backoff limit" };
  }
  const left = deadlineMs(job, nowMs);
  if (left === undefined || left > 0) return undefined;
  return { reason: "DeadlineExceeded", message: "Job was active longer than specified deadline" };
}

/** Ms until it has run for too long; undefined: it may run for ever. Time in suspension does not count. */
export function deadlineMs({ spec, status }: Job, nowMs: number): number | undefined {
  if (spec.activeDeadlineSeconds === undefined || spec.suspend || !status?.startTime) return undefined;
  return Date.parse(status.startTime) + spec.activeDeadlineSeconds * 1000 - nowMs;
}

/** Containers that are restarted in place fail as well. */
function isRestartedTooOften({ spec }: Job, pods: readonly Pod[]): boolean {
  if (spec.template.spec?.restartPolicy !== "OnFailure") return false;
  const running = pods.filter(({ status }) => status?.phase === "Running" || status?.phase === "Pending");
  const restarts = running.reduce((sum, pod) => sum + restartsOf(pod) + initRestartsOf(pod), 0);
  const limit = spec.backoffLimit ?? 6;
  return limit === 0 ? restarts > 0 : restarts >= limit;
}

function initRestartsOf({ status }: Pod): number {
  return (status?.initContainerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0);
}

function indexFailure({ job, failedIndexes, succeededIndexes }: Observation): Reason | undefined {
  const failed = failedIndexes?.size ?? 0;
  const { maxFailedIndexes, completions = 0 } = job.spec;
  if (maxFailedIndexes !== undefined && failed > maxFailedIndexes) {
    const message = "Job has exceeded the specified maximal number of failed indexes";
    return { reason: "MaxFailedIndexesExceeded", message };
  }
  if (failed === 0 || failed + succeededIndexes.size < completions) return undefined;
  return { reason: "FailedIndexes", message: "Job has failed indexes" };
}

/** The number of the first rule that is met. https://kubernetes.io/docs/concepts/workloads/controllers/job/#success-policy */
function successRule({ job, succeededIndexes }: Observation): number | undefined {
  if (!isIndexed(job)) return undefined;
  const at = (job.spec.successPolicy?.rules ?? []).findIndex((rule) => {
    const candidates =
      rule.succeededIndexes === undefined
        ? [...succeededIndexes]
        : [...parseIndexes(rule.succeededIndexes, job.spec.completions ?? 0)];
    const met = candidates.filter((index) => succeededIndexes.has(index)).length;
    return met >= (rule.succeededCount ?? candidates.length);
  });
  return at === -1 ? undefined : at;
}
