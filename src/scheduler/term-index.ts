import type { Pod } from "../api/types.gen.ts";
import { affinitiesOf, affinityKinds, type AffinityTerm, type PodAffinities } from "./affinity-terms.ts";
import { addTo, type CountByNode } from "./pod-counts.ts";

/** A term and how many pods on each node have it. */
export interface SharedTerm {
  readonly term: AffinityTerm;
  readonly byNode: CountByNode;
}

/** What the pods that are placed want and do not want near them: pods of one template share their terms. */
export class TermIndex {
  readonly #terms = new Map<keyof PodAffinities, Map<string, { term: AffinityTerm; byNode: Map<string, number> }>>(
    affinityKinds.map((kind) => [kind, new Map()]),
  );

  of(kind: keyof PodAffinities): Iterable<SharedTerm> {
    return this.#terms.get(kind)?.values() ?? [];
  }

  get isEmpty(): boolean {
    return [...this.#terms.values()].every(({ size }) => size === 0);
  }

  /** A pod has come to (1) or left (-1) a node. */
  move(pod: Pod, node: string, by: 1 | -1): void {
    const affinities = affinitiesOf(pod);
    for (const [kind, shared] of this.#terms) {
      for (const term of affinities[kind]) {
        const id = `${term.weight} ${term.key}`;
        const known = shared.get(id) ?? { term, byNode: new Map<string, number>() };
        addTo(known.byNode, node, by);
        if (known.byNode.size === 0) shared.delete(id);
        else shared.set(id, known);
      }
    }
  }
}
