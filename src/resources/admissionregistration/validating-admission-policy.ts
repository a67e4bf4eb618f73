import { type Mutable, sameTree } from "../../api/object.ts";
import { type FieldError, required } from "../../api/status.ts";
import type { MatchResources, ParamKind, ValidatingAdmissionPolicy } from "../../api/types.gen.ts";
import { age, name } from "../columns.ts";
import type { ResourceDefinition } from "../definition.ts";
import { each, oneOfIfSet } from "../field-checks.ts";
import { labelSelectorErrors } from "../label-selector.ts";
import { check, cIdentifier, qualifiedName } from "../names.ts";
import { ruleErrors } from "./webhook.ts";

const reasons = ["Forbidden", "Invalid", "RequestEntityTooLarge", "Unauthorized"];

/** Rules in CEL that requests must keep. https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/ */
export const validatingAdmissionPolicies: ResourceDefinition<ValidatingAdmissionPolicy> = {
  group: "admissionregistration.k8s.io",
  version: "v1",
  kind: "ValidatingAdmissionPolicy",
  plural: "validatingadmissionpolicies",
  categories: ["api-extensions"],
  namespaced: false,
  type: "io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicy",
  subresources: ["status"],
  tracksGeneration: true,
  columns: [
    name,
    { name: "Validations", type: "integer", value: ({ spec }) => spec.validations?.length ?? 0 },
    { name: "ParamKind", value: ({ spec }) => paramKindText(spec.paramKind) },
    age,
  ],

  default(policy) {
    policy.spec ??= {};
    policy.spec.failurePolicy ??= "Fail";
    if (policy.spec.matchConstraints) defaultMatch(policy.spec.matchConstraints);
  },

  prepareForCreate(policy) {
    policy.status = { observedGeneration: 1, typeChecking: {} };
  },

  // A policy is at work the moment it is stored: there is nothing to wait for.
  prepareForUpdate(policy, previous, subresource = "") {
    if (subresource !== "" || sameTree(policy.spec, previous.spec)) return;
    policy.status = { ...policy.status, observedGeneration: (previous.metadata.generation ?? 0) + 1 };
  },

  validate: ({ spec }) => [
    ...paramKindErrors("spec.paramKind", spec.paramKind),
    ...matchErrors("spec.matchConstraints", spec.matchConstraints),
    ...oneOfIfSet("spec.failurePolicy", spec.failurePolicy, ["Fail", "Ignore"]),
    ...each("spec.variables", spec.variables, (variable, path) => [
      ...(variable.name
        ? check(`${path}.name`, variable.name, cIdentifier)
        : [required(`${path}.name`, "name is not specified")]),
      ...expressionErrors(path, variable.expression),
    ]),
    ...each("spec.matchConditions", spec.matchConditions, (condition, path) => [
      ...(condition.name ? check(`${path}.name`, condition.name, qualifiedName) : [required(`${path}.name`)]),
      ...(condition.expression?.trim() ? [] : [required(`${path}.expression`)]),
    ]),
    ...ruleListErrors(spec),
  ],
};

function paramKindText(kind: ParamKind | undefined): string {
  return kind ? `${kind.apiVersion ?? ""}/${kind.kind ?? ""}` : "<unset>";
}

/** Bindings narrow a policy in the same words. */
export function defaultMatch(match: Mutable<MatchResources>): void {
  match.matchPolicy ??= "Equivalent";
  match.namespaceSelector ??= {};
  match.objectSelector ??= {};
  for (const rule of [...(match.resourceRules ?? []), ...(match.excludeResourceRules ?? [])]) rule.scope ??= "*";
}

function paramKindErrors(field: string, kind: ParamKind | undefined): FieldError[] {
  if (!kind) return [];
  return (["apiVersion", "kind"] as const).filter((part) => !kind[part]).map((part) => required(`${field}.${part}`));
}

function matchErrors(field: string, match: MatchResources | undefined): FieldError[] {
  if (!match) return [required(field)];
  const none = (match.resourceRules ?? []).length === 0 ? [required(`${field}.resourceRules`)] : [];
  return [...none, ...narrowingErrors(field, match)];
}

export function narrowingErrors(field: string, match: MatchResources): FieldError[] {
  return [
    ...oneOfIfSet(`${field}.matchPolicy`, match.matchPolicy, ["Equivalent", "Exact"]),
    ...labelSelectorErrors(`${field}.namespaceSelector`, match.namespaceSelector),
    ...labelSelectorErrors(`${field}.objectSelector`, match.objectSelector),
    ...each(`${field}.resourceRules`, match.resourceRules, (rule, path) => ruleErrors(path, rule)),
    ...each(`${field}.excludeResourceRules`, match.excludeResourceRules, (rule, path) => ruleErrors(path, rule)),
  ];
}

function expressionErrors(field: string, expression: string): FieldError[] {
  return expression?.trim() ? [] : [required(`${field}.expression`, "expression is not specified")];
}

function ruleListErrors({ validations = [], auditAnnotations = [] }: ValidatingAdmissionPolicy["spec"]): FieldError[] {
  const nothing = validations.length + auditAnnotations.length === 0;
  const why = "validations or auditAnnotations must be specified";
  return [
    ...(nothing ? [required("spec.validations", why), required("spec.auditAnnotations", why)] : []),
    ...each("spec.validations", validations, ({ expression, reason }, path) => [
      ...expressionErrors(path, expression),
      ...oneOfIfSet(`${path}.reason`, reason, reasons),
    ]),
    ...each("spec.auditAnnotations", auditAnnotations, ({ key, valueExpression }, path) => [
      ...(key ? check(`${path}.key`, key, qualifiedName) : [required(`${path}.key`)]),
      ...(valueExpression?.trim() ? [] : [required(`${path}.valueExpression`, "valueExpression is not specified")]),
    ]),
  ];
}
