import type { Pod } from "../api/types.gen.ts";

/** How many counts are kept up to date at a time; the one not asked for longest is dropped. */
const keptCounts = 1024;

/** How many pods there are on each node, by node name. Nodes without any may be missing. */
export type CountByNode = ReadonlyMap<string, number>;

interface Count {
  readonly matches: (pod: Pod) => boolean;
  readonly byNode: Map<string, number>;
}

/** Counts pods that match something on every node: once in full, then kept up to date pod by pod. */
export class PodCounts {
  readonly #placed: () => Iterable<readonly [pod: Pod, node: string]>;
  readonly #counts = new Map<string, Count>();

  constructor(placed: () => Iterable<readonly [pod: Pod, node: string]>) {
    this.#placed = placed;
  }

  /** `key` says what `matches` looks for: two that share a key must agree on every pod, now and later. */
  of(key: string, matches: (pod: Pod) => boolean): CountByNode {
    const count = this.#counts.get(key) ?? this.#begin(matches);
    this.#counts.delete(key);
    this.#counts.set(key, count);
    const oldest = this.#counts.size > keptCounts ? this.#counts.keys().next().value : undefined;
    if (oldest !== undefined) this.#counts.delete(oldest);
    return count.byNode;
  }

  /** A pod has come to (1) or left (-1) a node. */
  move(pod: Pod, node: string, by: 1 | -1): void {
    for (const { matches, byNode } of this.#counts.values()) if (matches(pod)) addTo(byNode, node, by);
  }

  #begin(matches: (pod: Pod) => boolean): Count {
    const byNode = new Map<string, number>();
    for (const [pod, node] of this.#placed()) if (matches(pod)) addTo(byNode, node, 1);
    return { matches, byNode };
  }
}

/** Zero is not kept. */
export function addTo(counts: Map<string, number>, key: string, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
