import type { KubeObject } from "../../api/object.ts";
import { matchesSelector } from "../../api/selectors.ts";
import type { LabelSelector, NamedRuleWithOperations, RuleWithOperations } from "../../api/types.gen.ts";
import { bucketOf, type ResourceDefinition } from "../../resources/definition.ts";
import type { AdmissionRequest } from "./admission.ts";
import { keyOfRequest, namespaceOf, newObject } from "./request-facts.ts";

/** Which requests a policy, a binding or a webhook is for. */
export interface RequestMatch {
  readonly matchPolicy?: string;
  readonly namespaceSelector?: LabelSelector;
  readonly objectSelector?: LabelSelector;
  /** None: every resource. */
  readonly resourceRules?: readonly (NamedRuleWithOperations | RuleWithOperations)[];
  readonly excludeResourceRules?: readonly NamedRuleWithOperations[];
}

/** The request's resource, in the version that the rules ask for. undefined: it is not meant. */
export function matchRequest(request: AdmissionRequest, match: RequestMatch): ResourceDefinition | undefined {
  if (!matchesNamespace(request, match.namespaceSelector) || !matchesObject(request, match.objectSelector)) {
    return undefined;
  }
  if (ruled(request, match.excludeResourceRules ?? [], match.matchPolicy)) return undefined;
  const { resourceRules = [] } = match;
  return resourceRules.length === 0 ? request.resource : ruled(request, resourceRules, match.matchPolicy);
}

const rulesOfAdmission = new Set([
  "mutatingwebhookconfigurations",
  "validatingadmissionpolicies",
  "validatingadmissionpolicybindings",
  "validatingwebhookconfigurations",
]);

/** Nobody may lock themselves out: what configures admission is not subject to it. */
export function isExempt({ resource }: AdmissionRequest): boolean {
  return resource.group === "admissionregistration.k8s.io" && rulesOfAdmission.has(resource.plural);
}

/** A Namespace is judged by its own labels, other objects of the whole cluster by none. */
function matchesNamespace(request: AdmissionRequest, selector: LabelSelector | undefined): boolean {
  if (!selector || isEmpty(selector)) return true;
  const { resource, object } = request;
  if (resource.group === "" && resource.plural === "namespaces") {
    return matchesSelector(selector, object.metadata.labels ?? {});
  }
  if (!resource.namespaced) return true;
  return matchesSelector(selector, namespaceOf(request)?.metadata.labels ?? {});
}

/** It is enough that the object was so before. */
function matchesObject(request: AdmissionRequest, selector: LabelSelector | undefined): boolean {
  if (!selector || isEmpty(selector)) return true;
  const picks = (object: KubeObject | undefined): boolean =>
    object !== undefined && matchesSelector(selector, object.metadata?.labels ?? {});
  return picks(newObject(request)) || picks(request.previous);
}

function isEmpty({ matchLabels = {}, matchExpressions = [] }: LabelSelector): boolean {
  return Object.keys(matchLabels).length === 0 && matchExpressions.length === 0;
}

function ruled(
  request: AdmissionRequest,
  rules: readonly (NamedRuleWithOperations | RuleWithOperations)[],
  matchPolicy: string | undefined,
): ResourceDefinition | undefined {
  const { resource } = request;
  if (rules.some((rule) => ruleCovers(rule, request, resource))) return resource;
  if (rules.length === 0 || matchPolicy === "Exact") return undefined;
  return request.registry.catalogue
    .list()
    .filter((other) => bucketOf(other) === bucketOf(resource))
    .find((other) => rules.some((rule) => ruleCovers(rule, request, other)));
}

function ruleCovers(
  rule: NamedRuleWithOperations | RuleWithOperations,
  request: AdmissionRequest,
  resource: ResourceDefinition,
): boolean {
  const { operations = [], apiGroups = [], apiVersions = [], resources = [], scope = "*" } = rule;
  const names = "resourceNames" in rule ? (rule.resourceNames ?? []) : [];
  return (
    covers(operations, request.operation) &&
    covers(apiGroups, resource.group) &&
    covers(apiVersions, resource.version) &&
    resources.some((pattern) => coversResource(pattern, resource.plural, request.subresource)) &&
    (scope === "*" || (scope === "Namespaced") === resource.namespaced) &&
    (names.length === 0 || names.includes(keyOfRequest(request).name))
  );
}

function covers(allowed: readonly string[], wanted: string): boolean {
  return allowed.includes("*") || allowed.includes(wanted);
}

/** `pods`, `pods/status`, `pods/*`, `*`, `*` + `/scale`: a pattern without a slash is for objects themselves. */
function coversResource(pattern: string, plural: string, subresource: string): boolean {
  const [first, second = ""] = pattern.split("/", 2);
  if (first !== "*" && first !== plural) return false;
  return second === "*" || second === subresource;
}
