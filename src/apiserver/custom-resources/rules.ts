import { type KubeObject, sameTree } from "../../api/object.ts";
import { type FieldError, invalid } from "../../api/status.ts";
import { largestOf, type Sized, sizeOfValues } from "./sizes.ts";
import {
  eachChild,
  formatPath,
  isMap,
  type Path,
  type StructuralSchema,
  type ValidationRule,
  valueAt,
} from "./structural-schema.ts";

/** What a rule is about: `self`, and `oldSelf` where there was one before. */
export interface RuleInput {
  readonly self: unknown;
  readonly oldSelf?: unknown;
  /** Whether `oldSelf` is an optional value, there or not. */
  readonly isOldSelfOptional?: boolean;
  /** The schema of both, which tells whole numbers from others. */
  readonly schema: StructuralSchema;
}

/** What a rule is about, and what it must come to. */
export interface RuleTypes {
  readonly schema: StructuralSchema;
  /** Whether the schema is that of a whole object. */
  readonly isObject: boolean;
  readonly wants: "bool" | "string";
}

/** An expression that has been read. Throws RuleError when it cannot be worked out. */
export interface CompiledRule {
  readonly usesOldSelf: boolean;
  /** What is wrong with its types, worded as upstream. */
  typeProblem(types: RuleTypes): string | undefined;
  /** How much work it is for a value of that size, in CEL's units. */
  costFor(self: Sized): number;
  evaluate(input: RuleInput): unknown;
}

export class RuleError extends Error {}

/** Reads an expression of the Common Expression Language. Throws RuleError. */
export type RuleCompiler = (expression: string, schema: StructuralSchema) => CompiledRule;

export interface RuleChecker {
  /** Whether there are rules at all. */
  readonly isNeeded: boolean;
  check(object: KubeObject, previous: KubeObject | undefined): FieldError[];
}

/**
 * Checks the rules of a schema, at every place where there is one.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules
 */
export function ruleChecker(schema: StructuralSchema, compile: RuleCompiler): RuleChecker {
  const known = new Map<string, CompiledRule>();
  const compiled: RuleCompiler = (expression, own) => {
    let rule = known.get(expression);
    if (!rule) {
      rule = compile(expression, own);
      known.set(expression, rule);
    }
    return rule;
  };
  return {
    isNeeded: hasRules(schema),
    check: (object, previous) =>
      errorsAt({ schema, compiled, budget: { left: requestBudget } }, { value: object, previous, path: [] }),
  };
}

function hasRules(schema: StructuralSchema): boolean {
  const { properties, additionalProperties, items } = schema;
  const below = [...Object.values(properties ?? {}), additionalProperties, items];
  return (
    (schema["x-kubernetes-validations"] ?? []).length > 0 ||
    below.some((child) => typeof child === "object" && hasRules(child))
  );
}

/** What one rule, and all rules of one object, may cost when they are worked out. */
const callLimit = 1_000_000;
const requestBudget = 10_000_000;
/** What costs less is not worth the measuring. */
const cheap = 100;

interface Rules {
  readonly schema: StructuralSchema;
  readonly compiled: RuleCompiler;
  /** Shared by all rules of an object; below zero nothing is worked out any more. */
  readonly budget: { left: number };
}

interface Place {
  readonly value: unknown;
  readonly previous: unknown;
  readonly path: Path;
}

function errorsAt({ schema, compiled, budget }: Rules, { value, previous, path }: Place): FieldError[] {
  // Rules of an unchanged value held before, or are not this update's to break.
  if (value === null || (previous !== undefined && sameTree(value, previous))) return [];
  const errors = (schema["x-kubernetes-validations"] ?? []).flatMap((rule) =>
    ruleErrors({ schema, compiled, budget }, rule, { value, previous, path }),
  );
  eachChild(schema, value, (below, child, part) => {
    const before = previousOf(schema, { child, part }, previous);
    errors.push(
      ...errorsAt({ schema: below, compiled, budget }, { value: child, previous: before, path: [...path, part] }),
    );
  });
  return errors;
}

/** Items of lists are compared with what they were only where keys tell which they were. */
export function previousOf(
  schema: StructuralSchema,
  { child, part }: { child: unknown; part: string | number },
  previous: unknown,
): unknown {
  if (typeof part === "string") return valueAt(previous, [part]);
  if (!Array.isArray(previous) || schema["x-kubernetes-list-type"] !== "map" || !isMap(child)) return undefined;
  const keys = schema["x-kubernetes-list-map-keys"] ?? [];
  return previous.find((item) => isMap(item) && keys.every((key) => sameTree(item[key], child[key])));
}

function ruleErrors(rules: Rules, rule: ValidationRule, { value, previous, path }: Place): FieldError[] {
  const { schema, compiled, budget } = rules;
  if (budget.left < 0) return [];
  const input: RuleInput = {
    self: value,
    schema,
    isOldSelfOptional: rule.optionalOldSelf === true,
    ...(previous === undefined ? {} : { oldSelf: previous }),
  };
  const field = formatPath([...path, ...fieldsOf(rule.fieldPath)]) || "<nil>";
  try {
    const expression = compiled(rule.rule, schema);
    if (expression.usesOldSelf && previous === undefined && !rule.optionalOldSelf) return [];
    const tooMuch = spend(budget, expression, input);
    if (tooMuch !== undefined) return [invalid(field, typeName(schema), tooMuch + (rule.message ?? rule.rule))];
    if (expression.evaluate(input) === true) return [];
    return [failure(rule, field, typeName(schema), messageOf(rule, compiled, input))];
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
    return [invalid(field, typeName(schema), `${error.message} evaluating rule: ${rule.message ?? rule.rule}`)];
  }
}

/** Takes what a rule costs at the most from what is left. Says why it is not worked out if that is too much. */
function spend(budget: Rules["budget"], rule: CompiledRule, { self, schema }: RuleInput): string | undefined {
  const most = rule.costFor(largestOf(schema));
  const cost = most <= cheap ? most : Math.min(most, rule.costFor(sizeOfValues([self])));
  budget.left = cost > callLimit ? -1 : budget.left - cost;
  if (budget.left >= 0) return undefined;
  return cost > callLimit
    ? "'operation cancelled: actual cost limit exceeded': no further validation rules will be run due to call cost exceeds limit for rule: "
    : "validation failed due to running out of cost budget, no further validation rules will be run: ";
}

function messageOf(
  { rule, message, messageExpression }: ValidationRule,
  compiled: RuleCompiler,
  input: RuleInput,
): string {
  const fallback = message ?? `failed rule: ${rule}`;
  if (!messageExpression) return fallback;
  try {
    const text = compiled(messageExpression, input.schema).evaluate(input);
    return typeof text === "string" && text.trim() !== "" && !text.includes("\n") ? text : fallback;
  } catch (error) {
    if (error instanceof RuleError) return fallback;
    throw error;
  }
}

function failure({ reason }: ValidationRule, field: string, type: string, why: string): FieldError {
  switch (reason) {
    case "FieldValueRequired":
      return { reason, field, message: `Required value: ${why}` };
    case "FieldValueForbidden":
      return { reason, field, message: `Forbidden: ${why}` };
    case "FieldValueDuplicate":
      return { reason, field, message: `Duplicate value: ${JSON.stringify(type)}` };
    default:
      return invalid(field, type, why);
  }
}

/** `.spec.name` or `.map['key']` as fields. */
function fieldsOf(path: string | undefined): string[] {
  return [...(path ?? "").matchAll(/\.([^.[]+)|\['([^']*)'\]/gu)].map(([, field = "", key = ""]) => field || key);
}

function typeName(schema: StructuralSchema): string {
  return schema.type ?? "";
}
