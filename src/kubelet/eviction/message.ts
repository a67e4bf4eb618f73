import type { Pod } from "../../api/types.gen.ts";
import { requestOf } from "../node-admission.ts";
import type { PodHolding } from "./pod-usage.ts";
import { amountText, type Shortage } from "./signals.ts";

export interface EvictionText {
  readonly message: string;
  /** Of the Event. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** Why a pod has to go, and which of its containers hold more than they asked for. */
export function evictionText(
  { spec }: Pod,
  holding: PodHolding,
  { signal, available, threshold }: Shortage,
): EvictionText {
  const { resource } = signal;
  const text = (amount: number): string => amountText(resource, amount);
  const offenders = holding.containers.flatMap(({ name, memoryBytes, storageBytes }) => {
    const container = spec.containers.find((one) => one.name === name);
    if (!container || resource === "pids") return [];
    const used = resource === "memory" ? memoryBytes : storageBytes;
    const request = requestOf(container, resource);
    return used > request ? [{ name, used: text(used), request: text(request) }] : [];
  });
  const excesses = offenders.map(
    ({ name, used, request }) =>
      `Container ${name} was using ${used}, request is ${request}, has larger consumption of ${resource}. `,
  );
  const shortage = `Threshold quantity: ${text(threshold)}, available: ${text(available)}. `;
  return {
    message: `The node was low on resource: ${resource}. ${shortage}${excesses.join("")}`,
    annotations: {
      starved_resource: resource,
      ...(offenders.length === 0
        ? {}
        : {
            offending_containers: offenders.map(({ name }) => name).join(","),
            offending_containers_usage: offenders.map(({ used }) => used).join(","),
          }),
    },
  };
}
