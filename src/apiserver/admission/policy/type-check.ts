import type { Environment } from "@marcbachmann/cel-js";

import { type Mutable, sameTree } from "../../../api/object.ts";
import type { ExpressionWarning, ValidatingAdmissionPolicy } from "../../../api/types.gen.ts";
import { validatingAdmissionPolicies } from "../../../resources/admissionregistration/validating-admission-policy.ts";
import type { ResourceDefinition } from "../../../resources/definition.ts";
import type { Catalogue } from "../../catalogue.ts";
import { createEnvironment } from "../../cel/environment.ts";
import { registerFact } from "../../cel/fact-types.ts";
import { typeIssue } from "../../cel/rule-types.ts";
import { registerSchema } from "../../cel/schema-types.ts";
import type { StructuralSchema } from "../../custom-resources/structural-schema.ts";

/**
 * ValidatingAdmissionPolicies whose status tells what is wrong with the types in their expressions.
 * https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/#type-checking
 */
export function typeCheckedPolicies(catalogue: Catalogue): ResourceDefinition {
  const checked: ResourceDefinition<ValidatingAdmissionPolicy> = {
    ...validatingAdmissionPolicies,
    prepareForCreate(policy) {
      validatingAdmissionPolicies.prepareForCreate?.(policy);
      addWarnings(policy, catalogue);
    },
    prepareForUpdate(policy, previous, subresource = "") {
      validatingAdmissionPolicies.prepareForUpdate?.(policy, previous, subresource);
      if (subresource === "" && !sameTree(policy.spec, previous.spec)) addWarnings(policy, catalogue);
    },
  };
  return checked;
}

function addWarnings(policy: Mutable<ValidatingAdmissionPolicy>, catalogue: Catalogue): void {
  const expressionWarnings = warningsAbout(policy, catalogue);
  policy.status = { ...policy.status, typeChecking: expressionWarnings.length > 0 ? { expressionWarnings } : {} };
}

function warningsAbout({ spec }: ValidatingAdmissionPolicy, catalogue: Catalogue): ExpressionWarning[] {
  const environments = matchedResources(spec, catalogue).map(
    (resource) => [titleOf(resource), about(resource)] as const,
  );
  const warnings = (fieldRef: string, expression: string | undefined): ExpressionWarning[] => {
    const issues = environments.flatMap(([title, environment]) => {
      const issue = expression ? typeIssue(expression, environment) : undefined;
      return issue === undefined ? [] : [`${title}: ${issue}\n`];
    });
    return issues.length > 0 ? [{ fieldRef, warning: issues.join("\n") }] : [];
  };
  return (spec.validations ?? []).flatMap(({ expression, messageExpression }, index) => [
    ...warnings(`spec.validations[${index}].expression`, expression),
    ...warnings(`spec.validations[${index}].messageExpression`, messageExpression),
  ]);
}

const mostChecked = 10;

/** What the rules name. One with a wildcard for its groups or versions names nothing. */
function matchedResources(spec: ValidatingAdmissionPolicy["spec"], catalogue: Catalogue): ResourceDefinition[] {
  const found = new Map<string, ResourceDefinition>();
  for (const { apiGroups = [], apiVersions = [], resources = [] } of spec.matchConstraints?.resourceRules ?? []) {
    if ([...apiGroups, ...apiVersions].some((name) => name.includes("*"))) continue;
    for (const resource of named(catalogue, apiGroups, apiVersions, resources)) found.set(titleOf(resource), resource);
  }
  return [...found.values()].toSorted(byKind).slice(0, mostChecked);
}

function named(
  catalogue: Catalogue,
  groups: readonly string[],
  versions: readonly string[],
  plurals: readonly string[],
): ResourceDefinition[] {
  return groups.flatMap((group) =>
    versions.flatMap((version) => plurals.flatMap((plural) => catalogue.find(group, version, plural) ?? [])),
  );
}

function byKind(one: ResourceDefinition, other: ResourceDefinition): number {
  const [left, right] = [one, other].map(({ group, version, kind }) => `${group}\0${version}\0${kind}`);
  return (left ?? "") < (right ?? "") ? -1 : 1;
}

function titleOf({ group, version, kind }: ResourceDefinition): string {
  return `${group === "" ? "" : `${group}/`}${version}, Kind=${kind}`;
}

/** What expressions may speak of, with the types of one resource. */
function about({ type, openApiSchema }: ResourceDefinition): Environment {
  const environment = createEnvironment(["authorizer", "namespaceObject", "params", "request", "variables"]);
  const object = type === undefined ? customType(environment, openApiSchema) : registerFact(environment, type);
  return environment.registerVariable("object", object).registerVariable("oldObject", object);
}

function customType(environment: Environment, schema: StructuralSchema = {}): string {
  if (!schema.properties) return "dyn";
  const text: StructuralSchema = { type: "string" };
  const whole = { apiVersion: text, kind: text, metadata: {} };
  return registerSchema(environment, { ...schema, properties: { ...schema.properties, ...whole } }, false);
}
