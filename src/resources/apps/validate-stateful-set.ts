import { type FieldError, invalid, notAllowed, required } from "../../api/status.ts";
import type { LabelSelector, StatefulSetSpec, StatefulSetUpdateStrategy } from "../../api/types.gen.ts";
import { sameMeaning } from "../equivalence.ts";
import { nonNegative, oneOfIfSet } from "../field-checks.ts";
import { intOrPercentErrors } from "../int-or-percent.ts";
import { isEmptySelector, labelSelectorErrors } from "../label-selector.ts";
import { annotationErrors, labelErrors } from "../metadata.ts";
import { podAnnotationErrors } from "../pod-template/validate-annotations.ts";
import { alwaysRunningErrors, selectorMatchErrors } from "../pod-template/validate-pod-template.ts";
import { amountOf } from "./amount.ts";

/** Of the template only its metadata is checked: what its pods mount is known when they are made. */
export function statefulSpecErrors(spec: StatefulSetSpec): FieldError[] {
  const { podManagementPolicy: policy, persistentVolumeClaimRetentionPolicy: retention, template } = spec;
  const isKnown = policy === "OrderedReady" || policy === "Parallel";
  const words = ["Retain", "Delete"];
  const retentionPath = "spec.persistentVolumeClaimRetentionPolicy";
  return [
    ...(isKnown ? [] : [invalid("spec.podManagementPolicy", policy, "must be 'OrderedReady' or 'Parallel'")]),
    ...strategyErrors("spec.updateStrategy", spec.updateStrategy ?? {}),
    ...oneOfIfSet(`${retentionPath}.whenDeleted`, retention?.whenDeleted, words),
    ...oneOfIfSet(`${retentionPath}.whenScaled`, retention?.whenScaled, words),
    ...nonNegative("spec.replicas", spec.replicas),
    ...nonNegative("spec.minReadySeconds", spec.minReadySeconds),
    ...nonNegative("spec.ordinals.start", spec.ordinals?.start),
    ...selectorErrors(spec.selector),
    ...templateErrors(spec),
    ...alwaysRunningErrors("spec.template", template, "StatefulSet"),
  ];
}

const changeable = [
  "replicas",
  "ordinals",
  "template",
  "updateStrategy",
  "persistentVolumeClaimRetentionPolicy",
  "minReadySeconds",
] as const;

/** The rest says what the set is, and cannot change. */
export function specChangeErrors(spec: StatefulSetSpec, previous: StatefulSetSpec): FieldError[] {
  const rest = (one: StatefulSetSpec): unknown => ({
    ...one,
    ...Object.fromEntries(changeable.map((field) => [field, undefined])),
  });
  if (sameMeaning(rest(spec), rest(previous))) return [];
  const names = changeable.map((field) => `'${field}'`);
  const list = `${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""}`;
  return [notAllowed("spec", `updates to statefulset spec for fields other than ${list} are forbidden`)];
}

function strategyErrors(field: string, strategy: StatefulSetUpdateStrategy): FieldError[] {
  const { type, rollingUpdate } = strategy;
  if (type === "OnDelete") {
    if (!rollingUpdate) return [];
    return [invalid(`${field}.rollingUpdate`, rollingUpdate, "only allowed for updateStrategy 'RollingUpdate'")];
  }
  if (type !== "RollingUpdate") return [invalid(field, strategy, "must be 'RollingUpdate' or 'OnDelete'")];
  const { partition, maxUnavailable } = rollingUpdate ?? {};
  const path = `${field}.rollingUpdate.maxUnavailable`;
  const isNone = maxUnavailable !== undefined && amountOf(maxUnavailable) === 0;
  return [
    ...nonNegative(`${field}.rollingUpdate.partition`, partition),
    ...intOrPercentErrors(path, maxUnavailable),
    ...(isNone ? [invalid(path, maxUnavailable, "cannot be 0")] : []),
  ];
}

function selectorErrors(selector: LabelSelector | undefined): FieldError[] {
  if (!selector) return [required("spec.selector")];
  return [
    ...labelSelectorErrors("spec.selector", selector),
    ...(isEmptySelector(selector)
      ? [invalid("spec.selector", selector, "empty selector is invalid for statefulset")]
      : []),
  ];
}

function templateErrors({ selector, template }: StatefulSetSpec): FieldError[] {
  const { metadata, spec = { containers: [] } } = template;
  const labels = metadata?.labels;
  return [
    ...selectorMatchErrors("spec.template", selector, template),
    ...labelErrors("spec.template.labels", labels),
    ...annotationErrors("spec.template.annotations", metadata?.annotations),
    ...podAnnotationErrors("spec.template.annotations", metadata?.annotations ?? {}, spec),
  ];
}
