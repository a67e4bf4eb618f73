import { compareQuantities, quantityError } from "../../api/quantity.ts";
import { type FieldError, invalid, notAllowed, notSupported, required } from "../../api/status.ts";
import type { MetricIdentifier, MetricSpec, MetricTarget, ObjectMetricSource } from "../../api/types.gen.ts";
import { each } from "../field-checks.ts";
import { labelSelectorErrors } from "../label-selector.ts";
import { check, pathSegment } from "../names.ts";
import { targetErrors } from "./scale-target.ts";

const sources = ["containerResource", "external", "object", "pods", "resource"] as const;
const types = ["ContainerResource", "External", "Object", "Pods", "Resource"];
const targetTypes = new Set(["Utilization", "Value", "AverageValue"]);

export function metricErrors(field: string, metrics: readonly MetricSpec[]): FieldError[] {
  return each(field, metrics, (metric, path) => {
    if (!metric.type) return [required(`${path}.type`, "must specify a metric source type")];
    if (!types.includes(metric.type)) return [notSupported(`${path}.type`, metric.type, types)];
    return [...sourceErrors(path, metric), ...shapeErrors(path, metric)];
  });
}

/** The source that the type names, and no other. */
function shapeErrors(field: string, metric: MetricSpec): FieldError[] {
  const expected = metric.type.charAt(0).toLowerCase() + metric.type.slice(1);
  const present = sources.filter((source) => metric[source] !== undefined);
  const others = present.filter((source) => source !== expected);
  return [
    ...(others.length < present.length
      ? []
      : [required(`${field}.${expected}`, "must populate information for the given metric source")]),
    ...others.map((source) => notAllowed(`${field}.${source}`, "must populate the given metric source only")),
  ];
}

function sourceErrors(
  field: string,
  { resource, containerResource, pods, object, external }: MetricSpec,
): FieldError[] {
  return [
    ...(resource ? resourceErrors(`${field}.resource`, resource) : []),
    ...(containerResource ? containerErrors(`${field}.containerResource`, containerResource) : []),
    ...(pods ? identifiedErrors(`${field}.pods`, pods, () => averageErrors(`${field}.pods`, pods.target)) : []),
    ...(object ? objectErrors(`${field}.object`, object) : []),
    ...(external
      ? identifiedErrors(`${field}.external`, external, () => valueErrors(`${field}.external`, external.target))
      : []),
  ];
}

interface NamedTarget {
  readonly name: string;
  readonly target: MetricTarget;
}

function resourceErrors(field: string, { name, target }: NamedTarget): FieldError[] {
  const { averageUtilization, averageValue } = target;
  const errors = name ? [] : [required(`${field}.name`, "must specify a resource name")];
  errors.push(...metricTargetErrors(`${field}.target`, target));
  if (averageUtilization === undefined && averageValue === undefined) {
    const why = "must set either a target raw value or a target utilization";
    errors.push(required(`${field}.target.averageUtilization`, why));
  }
  if (averageUtilization !== undefined && averageValue !== undefined) {
    const why = "may not set both a target raw value and a target utilization";
    errors.push(notAllowed(`${field}.target.averageValue`, why));
  }
  return errors;
}

function containerErrors(field: string, source: NamedTarget & { readonly container: string }): FieldError[] {
  const named = source.container ? [] : [required(`${field}.container`, "must specify a container name")];
  return [...named, ...resourceErrors(field, source)];
}

function objectErrors(field: string, source: ObjectMetricSource): FieldError[] {
  const described = targetErrors(`${field}.describedObject`, source.describedObject);
  return [...described, ...identifiedErrors(field, source, () => valueErrors(field, source.target))];
}

function identifiedErrors(
  field: string,
  { metric, target }: { metric: MetricIdentifier; target: MetricTarget },
  more: () => FieldError[],
): FieldError[] {
  const path = `${field}.metric`;
  return [
    ...(metric.name
      ? check(`${path}.name`, metric.name, pathSegment)
      : [required(`${path}.name`, "must specify a metric name")]),
    ...labelSelectorErrors(`${path}.selector`, metric.selector),
    ...metricTargetErrors(`${field}.target`, target),
    ...more(),
  ];
}

function averageErrors(field: string, { averageValue }: MetricTarget): FieldError[] {
  if (averageValue !== undefined) return [];
  return [required(`${field}.target.averageValue`, "must specify a positive target averageValue")];
}

function valueErrors(field: string, { value, averageValue }: MetricTarget): FieldError[] {
  if (value === undefined && averageValue === undefined) {
    return [required(`${field}.target.averageValue`, "must set either a target value or averageValue")];
  }
  if (value === undefined || averageValue === undefined) return [];
  return [notAllowed(`${field}.target.value`, "may not set both a target value and a target averageValue")];
}

function metricTargetErrors(field: string, target: MetricTarget): FieldError[] {
  const { type, averageUtilization } = target;
  const errors: FieldError[] = [];
  if (!type) errors.push(required(`${field}.type`, "must specify a metric target type"));
  else if (!targetTypes.has(type)) {
    errors.push(invalid(`${field}.type`, type, "must be either Utilization, Value, or AverageValue"));
  }
  for (const part of ["value", "averageValue"] as const) {
    const amount = target[part];
    if (amount === undefined) continue;
    const problem = quantityError(amount) ?? (compareQuantities(amount, "0") > 0 ? undefined : "must be positive");
    if (problem) errors.push(invalid(`${field}.${part}`, amount, problem));
  }
  if (averageUtilization !== undefined && averageUtilization < 1) {
    errors.push(invalid(`${field}.averageUtilization`, averageUtilization, "must be greater than 0"));
  }
  return errors;
}
