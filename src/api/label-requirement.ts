import { labelValueErrors, qualifiedNameErrors } from "./label-syntax.ts";
import { type FieldError, invalid } from "./status.ts";

/** `gt` and `lt` compare integers; a label that is missing or no integer meets neither. */
export type LabelOperator = "exists" | "!" | "in" | "notin" | "=" | "==" | "!=" | "gt" | "lt";

/** One condition on an object's labels. */
export interface LabelRequirement {
  readonly key: string;
  readonly operator: LabelOperator;
  readonly values: readonly string[];
}

export function meetsRequirement(
  { key, operator, values }: LabelRequirement,
  labels: Readonly<Record<string, string>>,
): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  if (value === undefined) return operator === "!" || operator === "notin" || operator === "!=";
  switch (operator) {
    case "exists":
      return true;
    case "!":
      return false;
    case "notin":
    case "!=":
      return !values.includes(value);
    case "gt":
    case "lt":
      return compares(operator, value, values[0] ?? "");
    default:
      return values.includes(value);
  }
}

/** All that is wrong with it, with paths relative to the requirement, as upstream words them. */
export function requirementErrors({ key, operator, values }: LabelRequirement): FieldError[] {
  const keyErrors = qualifiedNameErrors(key);
  return [
    ...(keyErrors.length > 0 ? [invalid("key", key, keyErrors.join("; "))] : []),
    ...(operator === "gt" || operator === "lt" ? values.flatMap(numberErrors) : []),
    ...values.flatMap((value, index) => {
      const errors = labelValueErrors(value);
      return errors.length > 0 ? [invalid(`values[${index}][${key}]`, value, errors.join("; "))] : [];
    }),
  ];
}

/** As selectors are written: `app=web`, `!canary`, `tier in (back,front)`. */
export function formatRequirement({ key, operator, values }: LabelRequirement): string {
  switch (operator) {
    case "exists":
      return key;
    case "!":
      return `!${key}`;
    case "in":
    case "notin":
      return `${key} ${operator} (${values.toSorted().join(",")})`;
    case "gt":
      return `${key}>${values[0] ?? ""}`;
    case "lt":
      return `${key}<${values[0] ?? ""}`;
    default:
      return `${key}${operator}${values[0] ?? ""}`;
  }
}

const integer = /^[+-]?\d+$/u;

function compares(operator: "gt" | "lt", label: string, bound: string): boolean {
  if (!integer.test(label) || !integer.test(bound)) return false;
  return operator === "gt" ? BigInt(label) > BigInt(bound) : BigInt(label) < BigInt(bound);
}

function numberErrors(value: string, index: number): FieldError[] {
  if (integer.test(value)) return [];
  return [invalid(`values[${index}]`, value, "for 'Gt', 'Lt' operators, the value must be an integer")];
}
