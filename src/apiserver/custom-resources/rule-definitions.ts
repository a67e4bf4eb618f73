import { type FieldError, invalid, notAllowed, notSupported, required } from "../../api/status.ts";
import { type CompiledRule, type RuleCompiler, RuleError } from "./rules.ts";
import { largestCount, largestOf } from "./sizes.ts";
import type { StructuralSchema, ValidationRule } from "./structural-schema.ts";

/** What one rule may cost, wherever it applies in an object, and all rules of a schema together. */
const ruleLimit = 10_000_000;
const schemaLimit = 100_000_000;
const worstShown = 4;

interface Place {
  readonly schema: StructuralSchema;
  readonly field: string;
  readonly isObject: boolean;
  /** How often it may be in an object. */
  readonly times: number;
  /** Where the list or map is in which old and new values cannot be told apart, if it is in one. */
  readonly uncorrelatable?: string;
}

interface Findings {
  readonly compile: RuleCompiler;
  readonly errors: FieldError[];
  readonly costs: { readonly field: string; readonly cost: number }[];
}

/**
 * What is wrong with the rules of a schema and of all below it: how they are written, and how much work they could be.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#resource-use-by-validation-functions
 */
export function ruleDefinitionErrors(schema: StructuralSchema, field: string, compile: RuleCompiler): FieldError[] {
  const findings: Findings = { compile, errors: [], costs: [] };
  visit({ schema, field, isObject: true, times: 1 }, findings);
  return [...findings.errors, ...totalErrors(field, findings.costs)];
}

function visit(place: Place, findings: Findings): void {
  const { schema } = place;
  (schema["x-kubernetes-validations"] ?? []).forEach((rule, index) => {
    checkRule(rule, { ...place, field: `${place.field}.x-kubernetes-validations[${index}]` }, findings);
  });
  for (const below of placesBelow(place)) visit(below, findings);
}

function placesBelow({ schema, field, times, uncorrelatable }: Place): Place[] {
  const { properties = {}, items, additionalProperties } = schema;
  const isAtomic = schema["x-kubernetes-map-type"] === "atomic";
  const inMap = uncorrelatable ?? (isAtomic ? field : undefined);
  const inList = uncorrelatable ?? (schema["x-kubernetes-list-type"] === "map" ? undefined : field);
  const place = (below: StructuralSchema, name: string, count: number, within: string | undefined): Place => ({
    schema: below,
    field: `${field}.${name}`,
    isObject: below["x-kubernetes-embedded-resource"] === true,
    times: times * count,
    ...(within === undefined ? {} : { uncorrelatable: within }),
  });
  return [
    ...Object.entries(properties).map(([name, below]) => place(below, `properties[${name}]`, 1, inMap)),
    ...(items ? [place(items, "items", largestCount(schema), inList)] : []),
    ...(typeof additionalProperties === "object"
      ? [place(additionalProperties, "additionalProperties", largestCount(schema), inMap)]
      : []),
  ];
}

function checkRule(rule: ValidationRule, place: Place, findings: Findings): void {
  const { field } = place;
  const { errors } = findings;
  errors.push(...wordErrors(rule, field));
  if (rule.rule.trim() === "") {
    errors.push(required(`${field}.rule`, "rule is not specified"));
    return;
  }
  const compiled = checkExpression(rule.rule, { ...place, field: `${field}.rule` }, findings);
  if (rule.messageExpression) {
    checkExpression(rule.messageExpression, { ...place, field: `${field}.messageExpression` }, findings);
  }
  if (compiled && !compiled.usesOldSelf && rule.optionalOldSelf !== undefined) {
    const why = "may not be set if oldSelf is not used in rule";
    errors.push(invalid(`${field}.optionalOldSelf`, rule.optionalOldSelf, why));
  }
}

const reasons = ["FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"];

function wordErrors({ message, messageExpression, reason }: ValidationRule, field: string): FieldError[] {
  const errors: FieldError[] = [];
  if (message !== undefined && message.trim() === "") {
    errors.push(invalid(`${field}.message`, message, "message must be non-empty if specified"));
  }
  if (message && /[\r\n]/u.test(message)) {
    errors.push(invalid(`${field}.message`, message, "message must not contain line breaks"));
  }
  if (messageExpression !== undefined && messageExpression.trim() === "") {
    errors.push(required(`${field}.messageExpression`, "messageExpression must be non-empty if specified"));
  }
  if (reason !== undefined && !reasons.includes(reason)) errors.push(notSupported(`${field}.reason`, reason, reasons));
  return errors;
}

/** `place.field` names the expression itself. */
function checkExpression(expression: string, place: Place, findings: Findings): CompiledRule | undefined {
  const { schema, isObject, field, uncorrelatable } = place;
  const isRule = field.endsWith(".rule");
  const refuse = (why: string): void => void findings.errors.push(invalid(field, expression, why));
  const compiled = compiledOr(expression, schema, { compile: findings.compile, refuse });
  if (!compiled) return undefined;
  const problem = compiled.typeProblem({ schema, isObject, wants: isRule ? "bool" : "string" });
  if (problem !== undefined) refuse(problem);
  if (isRule && compiled.usesOldSelf && uncorrelatable !== undefined) {
    refuse(`oldSelf cannot be used on the uncorrelatable portion of the schema within ${uncorrelatable}`);
  }
  const cost = compiled.costFor(largestOf(schema)) * place.times;
  findings.costs.push({ field, cost });
  if (cost > ruleLimit) {
    findings.errors.push(
      notAllowed(field, tooExpensive(`estimated ${isRule ? "rule" : "messageExpression"} cost`, cost / ruleLimit)),
    );
  }
  return compiled;
}

function compiledOr(
  expression: string,
  schema: StructuralSchema,
  { compile, refuse }: { compile: RuleCompiler; refuse: (why: string) => void },
): CompiledRule | undefined {
  try {
    return compile(expression, schema);
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
    refuse(error.message);
    return undefined;
  }
}

function totalErrors(field: string, costs: Findings["costs"]): FieldError[] {
  const total = costs.reduce((sum, { cost }) => sum + cost, 0);
  if (total <= schemaLimit) return [];
  const worst = costs.filter(({ cost }) => cost > schemaLimit / 100).toSorted((one, other) => other.cost - one.cost);
  const contributed = "contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema";
  const what = "x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema";
  return [
    ...worst.slice(0, worstShown).map((one) => notAllowed(one.field, contributed)),
    notAllowed(field, tooExpensive(what, total / schemaLimit)),
  ];
}

function tooExpensive(what: string, factor: number): string {
  const times = factor > 100 ? "more than 100" : factor < 1.5 ? factor.toFixed(6) : factor.toFixed(1);
  return `${what} exceeds budget by factor of ${times}x (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)`;
}
