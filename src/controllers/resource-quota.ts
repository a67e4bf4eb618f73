import { keyOf, type ObjectKey, sameTree } from "../api/object.ts";
import { canonicalQuantity } from "../api/quantity.ts";
import type { ResourceQuota } from "../api/types.gen.ts";
import type { Informers } from "../client/informer.ts";
import { resourceQuotas } from "../resources/core/resource-quota.ts";
import { bucketOf, isSecondVersion, type ResourceDefinition } from "../resources/definition.ts";
import { addAmounts, type Amounts, onlyAmounts } from "../resources/quota/amounts.ts";
import { isLimitedBy } from "../resources/quota/quota-scopes.ts";
import { countsToward, quotaUsage } from "../resources/quota/quota-usage.ts";
import type { Controller } from "./controller.ts";

/** Tells how much of each quota is used. Only resources that some quota counts are followed. https://kubernetes.io/docs/concepts/policy/resource-quotas/ */
export function resourceQuotaController(resources: () => readonly ResourceDefinition[]): Controller<ResourceQuota> {
  const followed = new Set<string>();
  let wakeQuota = (_key: ObjectKey): void => {};
  return {
    name: "resourcequota-controller",
    reconciles: resourceQuotas,

    start(_context, wake) {
      wakeQuota = wake;
    },

    async reconcile(key, { client, informers, clock }) {
      const quota = informers.for(resourceQuotas).get(key);
      if (!quota) return;
      const { hard = {} } = quota.spec;
      const names = Object.keys(hard);
      const counted = resources().filter((one) => isCounted(one) && names.some((name) => countsToward(one, name)));
      for (const resource of counted.filter((one) => !followed.has(bucketOf(one)))) {
        followed.add(bucketOf(resource));
        follow(resource, informers, wakeQuota);
      }
      const used = usageOf(quota, counted, { informers, now: clock.now() });
      const status = { hard: canonical(hard), used };
      if (!sameTree(status, quota.status)) await client.updateStatus(resourceQuotas, { ...quota, status });
    },
  };
}

/** One store, one count: a second version of the same objects is not counted again. */
function isCounted(resource: ResourceDefinition): boolean {
  const { namespaced, verbs } = resource;
  return namespaced && !isSecondVersion(resource) && (verbs === undefined || verbs.includes("list"));
}

function follow(resource: ResourceDefinition, informers: Informers, wake: (key: ObjectKey) => void): void {
  informers.for(resource).onChange(({ object, previous }) => {
    for (const quota of informers.for(resourceQuotas).list(object.metadata.namespace)) {
      const isNews = [object, previous].some((version) => version && isLimitedBy(quota, resource, version));
      if (isNews) wake(keyOf(quota));
    }
  });
}

function usageOf(
  quota: ResourceQuota,
  counted: readonly ResourceDefinition[],
  { informers, now }: { informers: Informers; now: number },
): Amounts {
  const names = Object.keys(quota.spec.hard ?? {});
  const none = Object.fromEntries(names.map((name) => [name, "0"]));
  const usages = counted.flatMap((resource) =>
    informers
      .for(resource)
      .list(quota.metadata.namespace)
      .filter((object) => isLimitedBy(quota, resource, object))
      .map((object) => onlyAmounts(quotaUsage(resource, object, now), names)),
  );
  return addAmounts(none, ...usages);
}

function canonical(hard: Amounts): Amounts {
  return Object.fromEntries(Object.entries(hard).map(([name, amount]) => [name, canonicalQuantity(amount)]));
}
