import type { KubeObject } from "../../api/object.ts";
import type { Pod, PodAffinityTerm, ResourceQuota, ScopedResourceSelectorRequirement } from "../../api/types.gen.ts";
import { qosClassOf } from "../core/pod/qos-class.ts";
import { countsToward } from "./quota-usage.ts";

/**
 * Whether a quota limits this object: it limits something of its kind, and the object is in all of its scopes. Only
 * pods have scopes. https://kubernetes.io/docs/concepts/policy/resource-quotas/#quota-scopes
 */
export function isLimitedBy(
  { spec }: ResourceQuota,
  resource: { readonly group: string; readonly plural: string },
  object: KubeObject,
): boolean {
  if (!Object.keys(spec.hard ?? {}).some((name) => countsToward(resource, name))) return false;
  const requirements = requirementsOf(spec);
  if (requirements.length === 0) return true;
  const isPod = resource.group === "" && resource.plural === "pods";
  return isPod && requirements.every((requirement) => isInScope(object as Pod, requirement));
}

function requirementsOf({ scopes = [], scopeSelector }: ResourceQuota["spec"]): ScopedResourceSelectorRequirement[] {
  const plain = scopes.map((scopeName) => ({ scopeName, operator: "Exists" as const }));
  return [...plain, ...(scopeSelector?.matchExpressions ?? [])];
}

function isInScope(pod: Pod, requirement: ScopedResourceSelectorRequirement): boolean {
  switch (requirement.scopeName) {
    case "Terminating":
      return isTerminating(pod);
    case "NotTerminating":
      return !isTerminating(pod);
    case "BestEffort":
      return qosClassOf(pod) === "BestEffort";
    case "NotBestEffort":
      return qosClassOf(pod) !== "BestEffort";
    case "CrossNamespacePodAffinity":
      return reachesOtherNamespaces(pod);
    default:
      return hasPriorityClass(pod.spec.priorityClassName ?? "", requirement);
  }
}

function isTerminating({ spec }: Pod): boolean {
  return spec.activeDeadlineSeconds !== undefined && spec.activeDeadlineSeconds >= 0;
}

function hasPriorityClass(name: string, { operator, values = [] }: ScopedResourceSelectorRequirement): boolean {
  switch (operator) {
    case "Exists":
      return name !== "";
    case "DoesNotExist":
      return name === "";
    case "In":
      return name !== "" && values.includes(name);
    default:
      return !values.includes(name);
  }
}

function reachesOtherNamespaces({ spec }: Pod): boolean {
  const { podAffinity, podAntiAffinity } = spec.affinity ?? {};
  return [podAffinity, podAntiAffinity].some((affinity) => {
    const required: readonly PodAffinityTerm[] = affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    const preferred = affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    const terms = [...required, ...preferred.map(({ podAffinityTerm }) => podAffinityTerm)];
    return terms.some(
      ({ namespaces = [], namespaceSelector }) => namespaces.length > 0 || namespaceSelector !== undefined,
    );
  });
}
