import { type FieldError, invalid, notAllowed, required } from "../api/status.ts";
import type { LabelSelector, LabelSelectorRequirement } from "../api/types.gen.ts";
import { each } from "./field-checks.ts";
import { labelErrors } from "./metadata.ts";
import { check, labelValue, qualifiedName } from "./names.ts";

/** What is wrong with a selector. https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors */
export function labelSelectorErrors(field: string, selector: LabelSelector | undefined): FieldError[] {
  if (!selector) return [];
  return [
    ...labelErrors(`${field}.matchLabels`, selector.matchLabels),
    ...each(`${field}.matchExpressions`, selector.matchExpressions, expressionErrors),
  ];
}

/** It picks everything, which no workload may. */
export function isEmptySelector({ matchLabels = {}, matchExpressions = [] }: LabelSelector): boolean {
  return Object.keys(matchLabels).length + matchExpressions.length === 0;
}

function expressionErrors({ key, operator, values }: LabelSelectorRequirement, field: string): FieldError[] {
  return [
    ...operatorErrors(field, operator, values ?? []),
    ...check(`${field}.key`, key ?? "", qualifiedName),
    ...each(`${field}.values`, values, (value, path) => check(path, value, labelValue)),
  ];
}

function operatorErrors(field: string, operator: string, values: readonly string[]): FieldError[] {
  switch (operator) {
    case "In":
    case "NotIn":
      if (values.length > 0) return [];
      return [required(`${field}.values`, "must be specified when `operator` is 'In' or 'NotIn'")];
    case "Exists":
    case "DoesNotExist":
      if (values.length === 0) return [];
      return [notAllowed(`${field}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")];
    default:
      return [invalid(`${field}.operator`, operator ?? "", "not a valid selector operator")];
  }
}
