import { compareQuantities } from "../../api/quantity.ts";
import { type FieldError, invalid } from "../../api/status.ts";
import type { ResourceQuota } from "../../api/types.gen.ts";
import { age, name } from "../columns.ts";
import type { ResourceDefinition } from "../definition.ts";
import { immutable } from "../field-checks.ts";
import { check, qualifiedName } from "../names.ts";
import { standardResources } from "../quota/standard-resources.ts";
import { scopeErrors } from "../quota/validate-scopes.ts";

/** A limit to what a namespace holds and asks for. https://kubernetes.io/docs/concepts/policy/resource-quotas/ */
export const resourceQuotas: ResourceDefinition<ResourceQuota> = {
  group: "",
  version: "v1",
  kind: "ResourceQuota",
  plural: "resourcequotas",
  shortNames: ["quota"],
  namespaced: true,
  type: "io.k8s.api.core.v1.ResourceQuota",
  subresources: ["status"],
  columns: [
    name,
    age,
    { name: "Request", value: (quota) => usageText(quota, (resource) => !isLimit(resource)) },
    { name: "Limit", value: (quota) => usageText(quota, isLimit) },
  ],

  default(quota) {
    quota.spec ??= {};
  },

  prepareForCreate(quota) {
    quota.status = {};
  },

  validate: ({ spec }, previous) => [
    ...hardErrors("spec.hard", spec.hard ?? {}),
    ...scopeErrors(spec),
    ...(previous
      ? immutable("spec.scopes", (spec.scopes ?? []).toSorted(), (previous.spec.scopes ?? []).toSorted())
      : []),
  ],

  validateStatus: ({ status }) => [
    ...hardErrors("status.hard", status?.hard ?? {}),
    ...hardErrors("status.used", status?.used ?? {}),
  ],
};

function isLimit(resource: string): boolean {
  return resource.startsWith("limits.");
}

/** `pods: 1/4, requests.cpu: 100m/1` */
function usageText({ status }: ResourceQuota, isWanted: (resource: string) => boolean): string {
  const hard = Object.entries(status?.hard ?? {}).filter(([resource]) => isWanted(resource));
  const sorted = hard.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([resource, limit]) => `${resource}: ${status?.used?.[resource] ?? "0"}/${limit}`).join(", ");
}

function hardErrors(field: string, hard: Readonly<Record<string, string>>): FieldError[] {
  return Object.entries(hard).flatMap(([resource, amount]) => {
    const path = `${field}[${resource}]`;
    const errors = check(path, resource, qualifiedName);
    const isKnown =
      resource.includes("/") || standardResources.has(resource) || /^(?:requests\.)?hugepages-/u.test(resource);
    if (errors.length === 0 && !isKnown) {
      errors.push(invalid(path, resource, "must be a standard resource for quota"));
    }
    if (compareQuantities(amount, "0") < 0) {
      errors.push(invalid(path, amount, "must be greater than or equal to 0"));
    }
    return errors;
  });
}
