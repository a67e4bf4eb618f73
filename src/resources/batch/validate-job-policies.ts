import { duplicate, type FieldError, invalid, required, tooLong, tooMany } from "../../api/status.ts";
import type {
  JobSpec,
  PodFailurePolicy,
  PodFailurePolicyOnExitCodesRequirement,
  PodFailurePolicyRule,
  SuccessPolicy,
  SuccessPolicyRule,
} from "../../api/types.gen.ts";
import { each, nonNegative, oneOfIfSet } from "../field-checks.ts";
import { check, qualifiedName } from "../names.ts";
import { countIndexes, indexProblem } from "./indexes.ts";

const most = { rules: 20, exitCodes: 255, conditions: 20, indexesLength: 64 * 1024 };

/** https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-failure-policy */
export function failurePolicyErrors(field: string, policy: PodFailurePolicy, spec: JobSpec): FieldError[] {
  const rules = policy.rules ?? [];
  const { containers = [], initContainers = [] } = spec.template.spec ?? {};
  const names = [...containers, ...initContainers].map(({ name }) => name);
  return [
    ...(rules.length > most.rules ? [tooMany(field, rules.length, most.rules)] : []),
    ...each(field, rules, (rule, path) => [
      ...actionErrors(`${path}.action`, rule.action, spec),
      ...(rule.onExitCodes ? exitCodeErrors(`${path}.onExitCodes`, rule.onExitCodes, names) : []),
      ...conditionErrors(`${path}.onPodConditions`, rule),
      ...choiceErrors(path, rule),
    ]),
  ];
}

/** https://kubernetes.io/docs/concepts/workloads/controllers/job/#success-policy */
export function successPolicyErrors(field: string, policy: SuccessPolicy, completions: number): FieldError[] {
  const rules = policy.rules ?? [];
  const why = "at least one rules must be specified when the successPolicy is specified";
  return [
    ...(rules.length === 0 ? [required(field, why)] : []),
    ...(rules.length > most.rules ? [tooMany(field, rules.length, most.rules)] : []),
    ...each(field, rules, (rule, path) => successRuleErrors(path, rule, completions)),
  ];
}

/** A word of a list, all of which are named when there is none. */
function wordErrors(field: string, word: string | undefined, words: readonly string[]): FieldError[] {
  if (word) return oneOfIfSet(field, word, words);
  return [required(field, `valid values: [${words.map((one) => JSON.stringify(one)).join(" ")}]`)];
}

function actionErrors(field: string, action: string, { backoffLimitPerIndex }: JobSpec): FieldError[] {
  if (action !== "FailIndex") return wordErrors(field, action, ["Count", "FailIndex", "FailJob", "Ignore"]);
  if (backoffLimitPerIndex !== undefined) return [];
  return [invalid(field, action, "requires the backoffLimitPerIndex to be set")];
}

function exitCodeErrors(
  field: string,
  requirement: PodFailurePolicyOnExitCodesRequirement,
  names: readonly string[],
): FieldError[] {
  const { containerName, operator } = requirement;
  const values = requirement.values ?? [];
  const path = `${field}.values`;
  const isUnknown = containerName !== undefined && !names.includes(containerName);
  const why = "must be one of the container or initContainer names in the pod template";
  const isOrdered = values.every((value, index) => index === 0 || (values[index - 1] ?? 0) <= value);
  return [
    ...wordErrors(`${field}.operator`, operator, ["In", "NotIn"]),
    ...(isUnknown ? [invalid(`${field}.containerName`, containerName, why)] : []),
    ...(values.length === 0 ? [invalid(path, values, "at least one value is required")] : []),
    ...(values.length > most.exitCodes ? [tooMany(path, values.length, most.exitCodes)] : []),
    ...each(path, values, (value, at, index) => [
      ...(operator === "In" && value === 0 ? [invalid(at, value, "must not be 0 for the In operator")] : []),
      ...(values.indexOf(value) < index ? [duplicate(at, value)] : []),
    ]),
    ...(isOrdered ? [] : [invalid(path, values, "must be ordered")]),
  ];
}

function conditionErrors(field: string, { onPodConditions: patterns = [] }: PodFailurePolicyRule): FieldError[] {
  return [
    ...(patterns.length > most.conditions ? [tooMany(field, patterns.length, most.conditions)] : []),
    ...each(field, patterns, ({ type, status }, path) => [
      ...check(`${path}.type`, type ?? "", qualifiedName),
      ...wordErrors(`${path}.status`, status, ["False", "True", "Unknown"]),
    ]),
  ];
}

/** The value is not repeated to the user. */
function choiceErrors(field: string, { onExitCodes, onPodConditions = [] }: PodFailurePolicyRule): FieldError[] {
  const count = (onExitCodes ? 1 : 0) + (onPodConditions.length > 0 ? 1 : 0);
  if (count === 1) return [];
  const why =
    count === 2
      ? "specifying both OnExitCodes and OnPodConditions is not supported"
      : "specifying one of OnExitCodes and OnPodConditions is required";
  return [{ reason: "FieldValueInvalid", field, message: `Invalid value: ${why}` }];
}

function successRuleErrors(field: string, rule: SuccessPolicyRule, completions: number): FieldError[] {
  const { succeededCount, succeededIndexes } = rule;
  const neither = "at least one of succeededCount or succeededIndexes must be specified";
  const problem = succeededIndexes === undefined ? undefined : indexProblem(succeededIndexes, completions);
  const path = `${field}.succeededIndexes`;
  return [
    ...(succeededCount === undefined && succeededIndexes === undefined ? [required(field, neither)] : []),
    ...((succeededIndexes?.length ?? 0) > most.indexesLength ? [tooLong(path, most.indexesLength)] : []),
    ...(problem ? [invalid(path, succeededIndexes, `error parsing succeededIndexes: ${problem}`)] : []),
    ...succeededCountErrors(`${field}.succeededCount`, rule, completions),
  ];
}

function succeededCountErrors(
  field: string,
  { succeededCount: count, succeededIndexes: indexes }: SuccessPolicyRule,
  completions: number,
): FieldError[] {
  if (count === undefined) return [];
  const named = indexes === undefined || indexProblem(indexes, completions) ? 0 : countIndexes(indexes, completions);
  const atMost = (limit: number, what: string): FieldError[] =>
    count > limit ? [invalid(field, count, `must be less than or equal to ${limit} (the number of ${what})`)] : [];
  return [
    ...nonNegative(field, count),
    ...atMost(completions, "specified completions"),
    ...(indexes === undefined ? [] : atMost(named, "indexes in the specified succeededIndexes field")),
  ];
}
