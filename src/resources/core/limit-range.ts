import type { Mutable } from "../../api/object.ts";
import { compareQuantities } from "../../api/quantity.ts";
import { duplicate, type FieldError, invalid, notAllowed, required } from "../../api/status.ts";
import type { LimitRange, LimitRangeItem } from "../../api/types.gen.ts";
import { createdAt, name } from "../columns.ts";
import type { ResourceDefinition } from "../definition.ts";
import { check, qualifiedName } from "../names.ts";

/** Bounds and defaults for what one pod, container or claim asks for. https://kubernetes.io/docs/concepts/policy/limit-range/ */
export const limitRanges: ResourceDefinition<LimitRange> = {
  group: "",
  version: "v1",
  kind: "LimitRange",
  plural: "limitranges",
  shortNames: ["limits"],
  namespaced: true,
  type: "io.k8s.api.core.v1.LimitRange",
  columns: [name, createdAt],

  default(limitRange) {
    limitRange.spec ??= { limits: [] };
    limitRange.spec.limits ??= [];
    for (const item of limitRange.spec.limits) {
      item.type ??= "";
      if (item.type === "Container") defaultItem(item);
    }
  },

  validate: ({ spec }) =>
    (spec.limits ?? []).flatMap((item, index) => {
      const field = `spec.limits[${index}]`;
      const isRepeated = spec.limits.slice(0, index).some(({ type }) => type === item.type);
      return [
        ...check(`${field}.type`, item.type, qualifiedName),
        ...(isRepeated ? [duplicate(`${field}.type`, item.type)] : []),
      ]
        .concat(typeErrors(field, item))
        .concat(resourcesOf(item).flatMap((resource) => boundErrors(field, item, resource)));
    }),
};

/** A container's default is the most it may have; its default request is its default or the least. */
function defaultItem(item: Mutable<LimitRangeItem>): void {
  item.default = { ...item.max, ...item.default };
  item.defaultRequest = { ...item.min, ...item.default, ...item.defaultRequest };
}

function typeErrors(
  field: string,
  { type, default: limits, defaultRequest, min = {}, max = {} }: LimitRangeItem,
): FieldError[] {
  if (type === "Pod") {
    const why = "may not be specified when `type` is 'Pod'";
    const set = Object.entries({ default: limits, defaultRequest }).filter(
      ([, value]) => Object.keys(value ?? {}).length > 0,
    );
    return set.map(([part]) => notAllowed(`${field}.${part}`, why));
  }
  if (type !== "PersistentVolumeClaim" || "storage" in min || "storage" in max) return [];
  return [required(field, "either minimum or maximum storage value is required, but neither was provided")];
}

const parts = ["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"] as const;

function resourcesOf(item: LimitRangeItem): string[] {
  return [...new Set(parts.flatMap((part) => Object.keys(item[part] ?? {})))].toSorted();
}

/** `lower` may not be more than `upper`; the error is the field's that is named first. */
const orders = [
  { at: "min", lower: "min", upper: "max", words: ["min value", "max value"] },
  { at: "defaultRequest", lower: "min", upper: "defaultRequest", words: ["min value", "default request value"] },
  { at: "defaultRequest", lower: "defaultRequest", upper: "max", words: ["default request value", "max value"] },
  {
    at: "defaultRequest",
    lower: "defaultRequest",
    upper: "default",
    words: ["default request value", "default limit value"],
  },
  { at: "default", lower: "min", upper: "default", words: ["min value", "default value"] },
  { at: "default", lower: "default", upper: "max", words: ["default value", "max value"] },
] as const;

function boundErrors(field: string, item: LimitRangeItem, resource: string): FieldError[] {
  const errors = orders.flatMap(({ at, lower, upper, words }) => {
    const [low, high] = [item[lower]?.[resource], item[upper]?.[resource]];
    if (low === undefined || high === undefined || compareQuantities(low, high) <= 0) return [];
    const why = `${words[0]} ${low} is greater than ${words[1]} ${high}`;
    return [invalid(`${field}.${at}[${resource}]`, item[at]?.[resource], why)];
  });
  const ratio = item.maxLimitRequestRatio?.[resource];
  if (ratio !== undefined && compareQuantities(ratio, "1") < 0) {
    errors.push(invalid(`${field}.maxLimitRequestRatio[${resource}]`, ratio, `ratio ${ratio} is less than 1`));
  }
  return errors;
}
