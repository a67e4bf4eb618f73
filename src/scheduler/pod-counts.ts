import type { Node, Pod } from "../api/types.gen.ts";
import { type CountByDomain, DomainCount } from "./domain-count.ts";
import type { NodeInfo } from "./node-info.ts";

/** How many counts of a kind are kept up to date at a time; the one not asked for longest is dropped. */
const keptCounts = 1024;

/** Which pods to count. Two that share a key must agree on every pod, now and later. */
export interface PodMatcher {
  readonly key: string;
  readonly matches: (pod: Pod) => boolean;
}

/** By what to count: a topology label, on the nodes that count. Two that share an id must agree on every node. */
export interface Topology {
  readonly id: string;
  readonly topologyKey: string;
  readonly includes: (node: Node) => boolean;
}

/** What the counts are taken from. */
export interface CountedCluster {
  readonly nodes: readonly NodeInfo[];
  node(name: string): NodeInfo | undefined;
  placedPods(): Iterable<{ readonly pod: Pod; readonly node: string }>;
}

/** How many pods there are on each node, by node name. Nodes without any may be missing. */
export type CountByNode = ReadonlyMap<string, number>;

interface NodeCount {
  readonly matches: (pod: Pod) => boolean;
  readonly byNode: Map<string, number>;
}

/** Counts pods that match something, by node and by domain: once in full, then kept up to date pod by pod. */
export class PodCounts {
  readonly #cluster: CountedCluster;
  readonly #byNode = new Map<string, NodeCount>();
  readonly #byDomain = new Map<string, { readonly matches: (pod: Pod) => boolean; readonly count: DomainCount }>();

  constructor(cluster: CountedCluster) {
    this.#cluster = cluster;
  }

  byNode({ key, matches }: PodMatcher): CountByNode {
    return recall(this.#byNode, key, () => this.#countByNode(matches)).byNode;
  }

  /** Every domain of nodes that count has an entry, if only 0. Whoever changes the counts must put them back. */
  byDomain(matcher: PodMatcher, topology: Topology): CountByDomain {
    const id = `${matcher.key}\n${topology.id}`;
    return recall(this.#byDomain, id, () => {
      const count = new DomainCount(topology.topologyKey, topology.includes);
      const byNode = this.byNode(matcher);
      for (const node of this.#cluster.nodes) count.move(node, byNode.get(node.name) ?? 0);
      return { matches: matcher.matches, count };
    }).count.counts;
  }

  /** A pod has come to (1) or left (-1) a node. */
  move(pod: Pod, node: string, by: 1 | -1): void {
    for (const { matches, byNode } of this.#byNode.values()) if (matches(pod)) addTo(byNode, node, by);
    const info = this.#cluster.node(node);
    if (!info) return;
    for (const { matches, count } of this.#byDomain.values()) if (matches(pod)) count.move(info, by);
  }

  /** Nodes have come, gone or changed. */
  forgetDomains(): void {
    this.#byDomain.clear();
  }

  #countByNode(matches: (pod: Pod) => boolean): NodeCount {
    const byNode = new Map<string, number>();
    for (const { pod, node } of this.#cluster.placedPods()) if (matches(pod)) addTo(byNode, node, 1);
    return { matches, byNode };
  }
}

function recall<T>(known: Map<string, T>, key: string, make: () => T): T {
  const value = known.get(key) ?? make();
  known.delete(key);
  known.set(key, value);
  const oldest = known.size > keptCounts ? known.keys().next().value : undefined;
  if (oldest !== undefined) known.delete(oldest);
  return value;
}

/** Zero is not kept. */
export function addTo(counts: Map<string, number>, key: string, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
