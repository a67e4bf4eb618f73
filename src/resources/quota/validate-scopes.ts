import { type FieldError, invalid, required } from "../../api/status.ts";
import type { ResourceQuota } from "../../api/types.gen.ts";
import { standardResources } from "./standard-resources.ts";

const podResources = ["cpu", "limits.cpu", "limits.memory", "memory", "pods", "requests.cpu", "requests.memory"];

/** What may be limited for the pods of a scope. */
const limitable: Readonly<Record<string, readonly string[]>> = {
  BestEffort: ["pods"],
  CrossNamespacePodAffinity: podResources,
  NotBestEffort: podResources,
  NotTerminating: podResources,
  PriorityClass: podResources,
  Terminating: podResources,
};

const conflicts = [
  ["BestEffort", "NotBestEffort"],
  ["Terminating", "NotTerminating"],
] as const;

/** https://kubernetes.io/docs/concepts/policy/resource-quotas/#quota-scopes */
export function scopeErrors({ hard = {}, scopes = [], scopeSelector }: ResourceQuota["spec"]): FieldError[] {
  const asked: readonly string[] = scopes;
  const expressions = scopeSelector?.matchExpressions ?? [];
  const names = expressions.map(({ scopeName }) => scopeName);
  const field = "spec.scopeSelector.matchExpressions";
  return [
    ...asked.flatMap((scope) => [
      ...(limitable[scope] ? [] : [invalid("spec.scopes", asked, "unsupported scope")]),
      ...foreignTo(scope, hard).map(() => invalid("spec.scopes", asked, notFor)),
    ]),
    ...conflicting(asked).map(() => invalid("spec.scopes", asked, "conflicting scopes")),
    ...expressions.flatMap((expression) => [
      ...(limitable[expression.scopeName]
        ? []
        : [invalid(`${field}.scopeName`, expression.scopeName, "unsupported scope")]),
      ...foreignTo(expression.scopeName, hard).map(() => invalid(field, scopeSelector, notFor)),
      ...expressionErrors(field, expression),
    ]),
    ...conflicting(names).map(() => invalid(field, asked, "conflicting scopes")),
  ];
}

const notFor = "unsupported scope applied to resource";

function foreignTo(scope: string, hard: Readonly<Record<string, string>>): readonly string[] {
  const allowed = limitable[scope] ?? [];
  return Object.keys(hard).filter((resource) => standardResources.has(resource) && !allowed.includes(resource));
}

function conflicting(scopes: readonly string[]): readonly unknown[] {
  return conflicts.filter((pair) => pair.every((scope) => scopes.includes(scope)));
}

type Expression = NonNullable<NonNullable<ResourceQuota["spec"]["scopeSelector"]>["matchExpressions"]>[number];

function expressionErrors(field: string, { scopeName, operator, values = [] }: Expression): FieldError[] {
  const errors: FieldError[] = [];
  if (scopeName !== "PriorityClass" && limitable[scopeName] && operator !== "Exists") {
    errors.push(invalid(`${field}.operator`, operator, mustExist));
  }
  if (operator === "In" || operator === "NotIn") {
    if (values.length > 0) return errors;
    const why = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector";
    return [...errors, required(`${field}.values`, why)];
  }
  if (operator !== "Exists" && operator !== "DoesNotExist") {
    return [...errors, invalid(`${field}.operator`, operator, "not a valid selector operator")];
  }
  const why = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector";
  return values.length === 0 ? errors : [...errors, invalid(`${field}.values`, values, why)];
}

const mustExist =
  "must be 'Exist' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity";
