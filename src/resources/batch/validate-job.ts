import { matchesSelector } from "../../api/selectors.ts";
import { type FieldError, invalid, notSupported, required, tooLong } from "../../api/status.ts";
import type { Job, JobSpec } from "../../api/types.gen.ts";
import { nonNegative, oneOfIfSet } from "../field-checks.ts";
import { labelSelectorErrors } from "../label-selector.ts";
import { dnsLabel, dnsSubdomain } from "../names.ts";
import { podTemplateErrors, selectorMatchErrors } from "../pod-template/validate-pod-template.ts";
import { failurePolicyErrors, successPolicyErrors } from "./validate-job-policies.ts";

/** All that is wrong with a Job. `isNew`: only a new one's name is checked against what its pods will be called. */
export function jobErrors(job: Job, isNew: boolean): FieldError[] {
  const { spec } = job;
  return [
    ...generatedErrors(job),
    ...jobSpecErrors("spec", spec),
    ...(spec.selector ? labelSelectorErrors("spec.selector", spec.selector) : [required("spec.selector")]),
    ...selectorMatchErrors("spec.template", spec.selector, spec.template),
    ...(isNew ? podNameErrors(job) : []),
  ];
}

/** What a Job and a CronJob's template of Jobs have in common. */
export function jobSpecErrors(field: string, spec: JobSpec): FieldError[] {
  const counts = [
    "parallelism",
    "completions",
    "activeDeadlineSeconds",
    "backoffLimit",
    "ttlSecondsAfterFinished",
    "backoffLimitPerIndex",
    "maxFailedIndexes",
  ] as const;
  const { podFailurePolicy, template } = spec;
  const lacksLimit = spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined;
  return [
    ...counts.flatMap((name) => nonNegative(`${field}.${name}`, spec[name])),
    ...(lacksLimit ? [required(`${field}.backoffLimitPerIndex`, "when maxFailedIndexes is specified")] : []),
    ...(spec.managedBy === undefined ? [] : managerErrors(`${field}.managedBy`, spec.managedBy)),
    ...oneOfIfSet(`${field}.completionMode`, spec.completionMode, ["NonIndexed", "Indexed"]),
    ...(spec.completionMode === "Indexed" ? indexedErrors(field, spec) : plainErrors(field, spec)),
    ...(podFailurePolicy ? failurePolicyErrors(`${field}.podFailurePolicy.rules`, podFailurePolicy, spec) : []),
    ...successErrors(`${field}.successPolicy`, spec),
    ...oneOfIfSet(
      `${field}.podReplacementPolicy`,
      spec.podReplacementPolicy,
      podFailurePolicy ? ["Failed"] : ["Failed", "TerminatingOrFailed"],
    ),
    ...podTemplateErrors(`${field}.template`, template ?? {}),
    ...restartErrors(
      `${field}.template.spec.restartPolicy`,
      template?.spec?.restartPolicy,
      podFailurePolicy !== undefined,
    ),
  ];
}

function successErrors(field: string, { successPolicy, completionMode, completions = 0 }: JobSpec): FieldError[] {
  if (!successPolicy) return [];
  if (completionMode !== "Indexed") return [invalid(field, successPolicy, "requires indexed completion mode")];
  return successPolicyErrors(`${field}.rules`, successPolicy, completions);
}

const most = { parallelism: 100_000, completions: 100_000, withIndexLimit: 10_000 };

function indexedErrors(field: string, spec: JobSpec): FieldError[] {
  const { completions, parallelism = 0, maxFailedIndexes = 0 } = spec;
  const tooParallel = `must be less than or equal to ${most.parallelism} when completion mode is Indexed`;
  const exceeds = completions !== undefined && maxFailedIndexes > completions;
  const path = `${field}.maxFailedIndexes`;
  return [
    ...(completions === undefined ? [required(`${field}.completions`, "when completion mode is Indexed")] : []),
    ...(parallelism > most.parallelism ? [invalid(`${field}.parallelism`, parallelism, tooParallel)] : []),
    ...(exceeds ? [invalid(path, maxFailedIndexes, "must be less than or equal to completions")] : []),
    ...(maxFailedIndexes > most.parallelism
      ? [invalid(path, maxFailedIndexes, `must be less than or equal to ${most.parallelism}`)]
      : []),
    ...hugeErrors(field, spec),
  ];
}

function hugeErrors(field: string, spec: JobSpec): FieldError[] {
  const { completions = 0, parallelism = 0, maxFailedIndexes, backoffLimitPerIndex } = spec;
  if (completions <= most.completions || backoffLimitPerIndex === undefined) return [];
  const path = `${field}.maxFailedIndexes`;
  const above = `completions are above ${most.completions} and used with backoff limit per index`;
  const why = `must be less than or equal to ${most.withIndexLimit} when ${above}`;
  return [
    ...(maxFailedIndexes === undefined
      ? [required(path, `must be specified when completions is above ${most.completions}`)]
      : []),
    ...(parallelism > most.withIndexLimit ? [invalid(`${field}.parallelism`, parallelism, why)] : []),
    ...((maxFailedIndexes ?? 0) > most.withIndexLimit ? [invalid(path, maxFailedIndexes, why)] : []),
  ];
}

function plainErrors(field: string, spec: JobSpec): FieldError[] {
  return (["backoffLimitPerIndex", "maxFailedIndexes"] as const)
    .filter((name) => spec[name] !== undefined)
    .map((name) => invalid(`${field}.${name}`, spec[name], "requires indexed completion mode"));
}

/** A Job ends: its pods may not be restarted for ever. */
function restartErrors(field: string, policy: string | undefined, hasFailurePolicy: boolean): FieldError[] {
  if (!policy || policy === "Always") return [required(field, 'valid values: "OnFailure", "Never"')];
  if (policy !== "OnFailure" && policy !== "Never") return [notSupported(field, policy, ["OnFailure", "Never"])];
  if (!hasFailurePolicy || policy === "Never") return [];
  return [invalid(field, policy, 'only "Never" is supported when podFailurePolicy is specified')];
}

const longestManager = 63;

function managerErrors(field: string, manager: string): FieldError[] {
  if (manager === "") return [required(field)];
  const [domain = "", ...path] = manager.split("/");
  const prefixed = domain !== "" && path.length > 0 && path.join("/") !== "";
  const shape = 'must be a domain-prefixed path (such as "acme.io/foo")';
  return [
    ...(prefixed
      ? dnsSubdomain(domain).map((problem) => invalid(field, domain, problem))
      : [invalid(field, manager, shape)]),
    ...(manager.length > longestManager ? [tooLong(field, longestManager)] : []),
  ];
}

/** Unless the selector is the user's own, the generated labels must all be there. */
function generatedErrors({ metadata, spec }: Job): FieldError[] {
  if (spec.manualSelector || !spec.selector) return [];
  const uid = metadata.uid ?? "";
  const expected = {
    "controller-uid": uid,
    "job-name": metadata.name,
    "batch.kubernetes.io/controller-uid": uid,
    "batch.kubernetes.io/job-name": metadata.name,
  };
  const labels = spec.template.metadata?.labels ?? {};
  const isGenerated = matchesSelector(spec.selector, expected);
  return [
    ...Object.entries(expected).flatMap(([key, value]) => hasLabelErrors(labels, key, value)),
    ...(isGenerated ? [] : [invalid("spec.selector", spec.selector, "`selector` not auto-generated")]),
  ];
}

function hasLabelErrors(labels: Readonly<Record<string, string>>, key: string, value: string): FieldError[] {
  const field = "spec.template.metadata.labels";
  if (labels[key] === undefined) return [required(`${field}[${key}]`, `must be '${value}'`)];
  return labels[key] === value ? [] : [invalid(`${field}[${key}]`, labels, `must be '${value}'`)];
}

/** Pods of an indexed Job are called after it and their index. */
function podNameErrors({ metadata, spec }: Job): FieldError[] {
  if (spec.completionMode !== "Indexed" || !spec.completions) return [];
  const longest = `${metadata.name}-${spec.completions - 1}`;
  const why = `will not able to create pod with invalid DNS label: ${longest}`;
  return dnsLabel(longest).length > 0 ? [invalid("metadata.name", metadata.name, why)] : [];
}
