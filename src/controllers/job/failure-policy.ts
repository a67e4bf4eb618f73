import type {
  ContainerStatus,
  Job,
  Pod,
  PodFailurePolicyOnExitCodesRequirement,
  PodFailurePolicyRule,
} from "../../api/types.gen.ts";
import { isTerminating } from "../pods/pod-state.ts";

/** What a Job makes of one failed pod. */
export interface FailureMatch {
  /** undefined: no rule matches, and the failure counts. */
  readonly action?: PodFailurePolicyRule["action"];
  readonly counts: boolean;
  /** Why the Job fails for it. */
  readonly message?: string;
}

/** The first rule that matches decides. https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-failure-policy */
export function matchFailure({ spec }: Job, pod: Pod): FailureMatch {
  for (const [index, rule] of (spec.podFailurePolicy?.rules ?? []).entries()) {
    const what = rule.onExitCodes ? exitCodeMatch(rule.onExitCodes, pod) : conditionMatch(rule, pod);
    if (!what) continue;
    const { action } = rule;
    const message = `${what} matching ${action} rule at index ${index}`;
    return { action, counts: action !== "Ignore", ...(action === "FailJob" ? { message } : {}) };
  }
  return { counts: true };
}

/** Pods that only go away count as failed too, unless their replacements wait for their end. */
export function isFailedFor(pod: Pod, job: Job): boolean {
  if (pod.status?.phase === "Failed") return true;
  return !replacesOnlyFailed(job) && isTerminating(pod) && pod.status?.phase !== "Succeeded";
}

/** https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-replacement-policy */
export function replacesOnlyFailed({ spec }: Job): boolean {
  return spec.podReplacementPolicy === "Failed" || spec.podFailurePolicy !== undefined;
}

/** Containers that have succeeded match nothing. */
function exitCodeMatch(
  { containerName, operator, values }: PodFailurePolicyOnExitCodesRequirement,
  { metadata, status }: Pod,
): string | undefined {
  const matches = ({ name, state }: ContainerStatus): boolean => {
    const exitCode = state?.terminated?.exitCode ?? 0;
    if (exitCode === 0 || (containerName !== undefined && containerName !== name)) return false;
    return values.includes(exitCode) === (operator === "In");
  };
  const found =
    status?.containerStatuses?.find((one) => matches(one)) ??
    status?.initContainerStatuses?.find((one) => matches(one));
  if (!found) return undefined;
  const pod = `${metadata.namespace ?? ""}/${metadata.name}`;
  return `Container ${found.name} for pod ${pod} failed with exit code ${found.state?.terminated?.exitCode ?? 0}`;
}

function conditionMatch({ onPodConditions = [] }: PodFailurePolicyRule, { metadata, status }: Pod): string | undefined {
  const found = status?.conditions?.find((condition) =>
    onPodConditions.some(({ type, status: wanted }) => type === condition.type && wanted === condition.status),
  );
  return found && `Pod ${metadata.namespace ?? ""}/${metadata.name} has condition ${found.type}`;
}
