import type { NodeInfo } from "../node-info.ts";
import type { SchedulerPlugin } from "../plugin.ts";
import { type Amounts, requestsOf } from "../requests.ts";

const balanced = ["cpu", "memory"];

/** Prefers nodes on which cpu and memory are used to the same degree. Pods that ask for neither do not care. */
export const nodeResourcesBalancedAllocation: SchedulerPlugin = {
  name: "NodeResourcesBalancedAllocation",

  score(pod, _, nodes) {
    const requests = requestsOf(pod);
    if (balanced.every((name) => !requests.get(name))) return undefined;
    return nodes.map((node) => Math.floor(100 * (1 - deviation(fractions(node, requests)))));
  },
};

function fractions({ allocatable, requested }: NodeInfo, requests: Amounts): number[] {
  return balanced.flatMap((name) => {
    const capacity = allocatable.get(name) ?? 0;
    const used = (requested.get(name) ?? 0) + (requests.get(name) ?? 0);
    return capacity > 0 ? [Math.min(1, used / capacity)] : [];
  });
}

/** The standard deviation. */
function deviation(numbers: readonly number[]): number {
  if (numbers.length < 2) return 0;
  const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  return Math.sqrt(numbers.reduce((sum, number) => sum + (number - mean) ** 2, 0) / numbers.length);
}
