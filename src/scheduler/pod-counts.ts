import type { Node, Pod } from "../api/types.gen.ts";
import { labelPairs } from "../client/selecting-services.ts";
import { type CountByDomain, DomainCount } from "./domain-count.ts";
import type { NodeInfo } from "./node-info.ts";

/** How many counts of a kind are kept up to date at a time; the one not asked for longest is dropped. */
const keptCounts = 1024;

/** Which pods to count. Two that share a key must agree on every pod, now and later. */
export interface PodMatcher {
  readonly key: string;
  /** One that every pod it matches has, as `namespace/key=value`: others need not be asked. */
  readonly label?: string;
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

interface Count {
  readonly matcher: PodMatcher;
  readonly byNode: Map<string, number>;
  /** By the topology's id. */
  readonly domains: Map<string, DomainCount>;
}

/** Counts pods that match something, by node and by domain: once in full, then kept up to date pod by pod. */
export class PodCounts {
  readonly #cluster: CountedCluster;
  readonly #counts = new Map<string, Count>();
  /** Counts by their matcher's label; undefined: those without. */
  readonly #byLabel = new Map<string | undefined, Set<Count>>();

  constructor(cluster: CountedCluster) {
    this.#cluster = cluster;
  }

  byNode(matcher: PodMatcher): CountByNode {
    return this.#recall(matcher).byNode;
  }

  /** Every domain of nodes that count has an entry, if only 0. Whoever changes the counts must put them back. */
  byDomain(matcher: PodMatcher, { id, topologyKey, includes }: Topology): CountByDomain {
    const { byNode, domains } = this.#recall(matcher);
    let count = domains.get(id);
    if (!count) {
      count = new DomainCount(topologyKey, includes);
      for (const node of this.#cluster.nodes) count.move(node, byNode.get(node.name) ?? 0);
      domains.set(id, count);
    }
    return count.counts;
  }

  /** A pod has come to (1) or left (-1) a node. */
  move(pod: Pod, node: string, by: 1 | -1): void {
    const info = this.#cluster.node(node);
    for (const label of [undefined, ...labelPairs(pod.metadata.namespace, pod.metadata.labels)]) {
      for (const { matcher, byNode, domains } of this.#byLabel.get(label) ?? []) {
        if (!matcher.matches(pod)) continue;
        addTo(byNode, node, by);
        if (info) moveAll(domains, info, by);
      }
    }
  }

  /** Nodes have come, gone or changed. */
  forgetDomains(): void {
    for (const { domains } of this.#counts.values()) domains.clear();
  }

  #recall(matcher: PodMatcher): Count {
    const { key } = matcher;
    const count = this.#counts.get(key) ?? this.#count(matcher);
    this.#counts.delete(key);
    this.#counts.set(key, count);
    const [oldest] = this.#counts.size > keptCounts ? this.#counts.values() : [];
    if (oldest) this.#drop(oldest);
    return count;
  }

  #count(matcher: PodMatcher): Count {
    const byNode = new Map<string, number>();
    for (const { pod, node } of this.#cluster.placedPods()) if (matcher.matches(pod)) addTo(byNode, node, 1);
    const count = { matcher, byNode, domains: new Map() };
    const alike = this.#byLabel.get(matcher.label);
    if (alike) alike.add(count);
    else this.#byLabel.set(matcher.label, new Set([count]));
    return count;
  }

  #drop(count: Count): void {
    const { key, label } = count.matcher;
    this.#counts.delete(key);
    const alike = this.#byLabel.get(label);
    alike?.delete(count);
    if (alike?.size === 0) this.#byLabel.delete(label);
  }
}

function moveAll(domains: ReadonlyMap<string, DomainCount>, node: NodeInfo, by: number): void {
  for (const count of domains.values()) count.move(node, by);
}

/** Zero is not kept. */
export function addTo(counts: Map<string, number>, key: string, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
