import type { ClusterView } from "./cluster-view.ts";
import type { CountByNode } from "./pod-counts.ts";

/** How many pods there are in each domain of a topology, by the value of its label. */
export type CountByDomain = Map<string, number>;

/** Adds up counts by node; nodes without the label are in no domain. */
export function countByDomain(view: ClusterView, byNode: CountByNode, topologyKey: string): CountByDomain {
  const counts: CountByDomain = new Map();
  for (const [name, count] of byNode) {
    const value = view.node(name)?.labels[topologyKey];
    if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + count);
  }
  return counts;
}
