import { canonicalQuantity, quantityValue, sumQuantities } from "../../api/quantity.ts";
import type { Container, Pod } from "../../api/types.gen.ts";
import type { PodHolding } from "./pod-usage.ts";

const resource = "ephemeral-storage";

/** Whether there is anything to measure for `storageExcess`. */
export function hasStorageLimit({ spec }: Pod): boolean {
  const limited = spec.containers.some((container) => limitOf(container) !== undefined);
  return limited || (spec.volumes ?? []).some(({ emptyDir }) => emptyDir?.sizeLimit !== undefined);
}

/**
 * What a pod holds more of on its node's disk than its limits allow: in an emptyDir, as a whole, or in one container.
 * https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#resource-emphemeralstorage-consumption
 */
export function storageExcess({ spec }: Pod, holding: PodHolding): string | undefined {
  for (const { name, emptyDir } of spec.volumes ?? []) {
    const { sizeLimit } = emptyDir ?? {};
    const used = holding.emptyDirs.get(name) ?? 0;
    if (sizeLimit === undefined || quantityValue(sizeLimit) <= 0 || used <= quantityValue(sizeLimit)) continue;
    return `Usage of EmptyDir volume ${JSON.stringify(name)} exceeds the limit ${quoted(sizeLimit)}. `;
  }
  const limits = spec.containers.flatMap((container) => limitOf(container) ?? []);
  const total = sumQuantities(limits);
  if (limits.length > 0 && holding.storageBytes > quantityValue(total))
    return `Pod ephemeral local storage usage exceeds the total limit of containers ${total}. `;
  for (const container of spec.containers) {
    const limit = limitOf(container);
    const used = holding.containers.find(({ name }) => name === container.name)?.storageBytes ?? 0;
    if (limit === undefined || used <= quantityValue(limit)) continue;
    return `Container ${container.name} exceeded its local ephemeral storage limit ${quoted(limit)}. `;
  }
  return undefined;
}

function limitOf({ resources }: Pick<Container, "resources">): string | undefined {
  return resources?.limits?.[resource];
}

function quoted(quantity: string): string {
  return JSON.stringify(canonicalQuantity(quantity));
}
