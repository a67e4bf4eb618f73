import type { NodeInfo } from "../node-info.ts";
import type { SchedulerPlugin } from "../plugin.ts";
import { requestsOf } from "../requests.ts";

const balanced = ["cpu", "memory"] as const;

/** Prefers nodes on which cpu and memory are used to the same degree. Pods that ask for neither do not care. */
export const nodeResourcesBalancedAllocation: SchedulerPlugin = {
  name: "NodeResourcesBalancedAllocation",

  score(pod, _, nodes) {
    const requests = requestsOf(pod);
    if (balanced.every((name) => !requests.get(name))) return undefined;
    const [cpu, memory] = balanced.map((name) => requests.get(name) ?? 0);
    return nodes.map((node) => {
      const [a, b] = [used(node, "cpu", cpu ?? 0), used(node, "memory", memory ?? 0)];
      // Of two numbers the standard deviation is half their distance.
      return a === undefined || b === undefined ? 100 : Math.floor(100 * (1 - Math.abs(a - b) / 2));
    });
  },
};

/** The part that will be in use, at most 1; undefined: the node has none. */
function used({ allocatable, requested }: NodeInfo, name: string, more: number): number | undefined {
  const capacity = allocatable.get(name) ?? 0;
  if (capacity === 0) return undefined;
  return Math.min(1, ((requested.get(name) ?? 0) + more) / capacity);
}
