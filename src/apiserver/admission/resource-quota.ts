import type { Mutable } from "../../api/object.ts";
import { compareQuantities, parseQuantity } from "../../api/quantity.ts";
import { forbidden } from "../../api/status.ts";
import type { Container, Pod, ResourceQuota } from "../../api/types.gen.ts";
import { addAmounts, type Amounts, excessAmounts, formatAmounts, onlyAmounts } from "../../resources/quota/amounts.ts";
import { isLimitedBy } from "../../resources/quota/quota-scopes.ts";
import { quotaUsage } from "../../resources/quota/quota-usage.ts";
import type { AdmissionRequest, AdmissionStep } from "./admission.ts";

/**
 * Keeps a namespace within its quotas. Usage is counted anew from what is stored, so it is never behind.
 * https://kubernetes.io/docs/concepts/policy/resource-quotas/
 */
export const resourceQuota: AdmissionStep = {
  name: "ResourceQuota",

  confirm(request) {
    const { resource, object } = request;
    if (!isCounted(request)) return;
    const quotas = quotasOf(request).filter((quota) => isLimitedBy(quota, resource, object));
    if (quotas.length === 0) return;
    for (const quota of quotas) checkAmountsAreGiven(quota, request);
    const requested = newUsage(request);
    for (const quota of quotas) checkQuota(quota, requested, request);
  },
};

/** What an update may add to: the ports of a service and the size of a claim. */
const countedUpdates = new Set(["services", "persistentvolumeclaims"]);

function isCounted({ operation, resource, subresource }: AdmissionRequest): boolean {
  if (!resource.namespaced || subresource !== "") return false;
  return operation === "CREATE" || (resource.group === "" && countedUpdates.has(resource.plural));
}

function quotasOf({ registry, object }: AdmissionRequest): readonly ResourceQuota[] {
  const quotas = registry.catalogue.find("", "v1", "resourcequotas");
  return quotas ? (registry.list(quotas, object.metadata.namespace) as readonly ResourceQuota[]) : [];
}

const mustBeGiven = ["cpu", "limits.cpu", "limits.memory", "memory", "requests.cpu", "requests.memory"];

/** Where cpu or memory is limited, every container must say what it wants of it. */
function checkAmountsAreGiven({ spec, metadata }: ResourceQuota, { resource, object }: AdmissionRequest): void {
  if (resource.plural !== "pods" || resource.group !== "") return;
  const { containers, initContainers = [] } = (object as Mutable<Pod>).spec;
  const missing = mustBeGiven
    .filter((name) => name in (spec.hard ?? {}))
    .map((name) => [name, [...initContainers, ...containers].filter((container) => !gives(container, name))] as const)
    .filter(([, those]) => those.length > 0)
    .map(
      ([name, those]) =>
        `${name} for: ${those
          .map((container) => container.name)
          .toSorted()
          .join(",")}`,
    );
  if (missing.length === 0) return;
  throw forbidden(resource, object.metadata.name, `failed quota: ${metadata.name}: must specify ${missing.join("; ")}`);
}

function gives({ resources }: Container, name: string): boolean {
  const [kind = "", resource] = name.includes(".") ? name.split(".", 2) : ["requests", name];
  const amounts = kind === "limits" ? resources?.limits : resources?.requests;
  return resource !== undefined && amounts?.[resource] !== undefined;
}

function newUsage({ resource, object, previous, registry }: AdmissionRequest): Amounts {
  const now = registry.clock.now();
  const before = previous ? quotaUsage(resource, previous, now) : {};
  const usage = excessAmounts(quotaUsage(resource, object, now), before);
  return Object.fromEntries(Object.entries(usage).filter(([, amount]) => parseQuantity(amount).nanos !== 0n));
}

function checkQuota(quota: ResourceQuota, usage: Amounts, { resource, object, registry }: AdmissionRequest): void {
  const hard = quota.spec.hard ?? {};
  const requested = onlyAmounts(usage, Object.keys(hard));
  const names = Object.keys(requested);
  if (names.length === 0) return;
  const now = registry.clock.now();
  const counted = registry.list(resource, object.metadata.namespace).filter((one) => isLimitedBy(quota, resource, one));
  const none = Object.fromEntries(names.map((name) => [name, "0"]));
  const used = addAmounts(none, ...counted.map((one) => onlyAmounts(quotaUsage(resource, one, now), names)));
  const wanted = addAmounts(used, requested);
  const exceeded = names.filter((name) => compareQuantities(wanted[name] ?? "0", hard[name] ?? "0") > 0);
  if (exceeded.length === 0) return;
  const [asked, taken, limit] = [requested, used, hard].map((amounts) => formatAmounts(onlyAmounts(amounts, exceeded)));
  const why = `exceeded quota: ${quota.metadata.name}, requested: ${asked}, used: ${taken}, limited: ${limit}`;
  throw forbidden(resource, object.metadata.name, why);
}
