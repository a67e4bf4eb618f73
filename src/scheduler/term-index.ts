import type { Pod } from "../api/types.gen.ts";
import { affinitiesOf, affinityKinds, type AffinityTerm, type PodAffinities } from "./affinity-terms.ts";
import { type CountByDomain, DomainCount } from "./domain-count.ts";
import type { NodeInfo } from "./node-info.ts";
import { addTo } from "./pod-counts.ts";

interface SharedTerm {
  readonly term: AffinityTerm;
  readonly byNode: Map<string, number>;
  byDomain: DomainCount | undefined;
}

/** What the pods that are placed want and do not want near them: pods of one template share their terms. */
export class TermIndex {
  readonly #node: (name: string) => NodeInfo | undefined;
  readonly #terms = new Map<keyof PodAffinities, Map<string, SharedTerm>>(
    affinityKinds.map((kind) => [kind, new Map()]),
  );

  constructor(node: (name: string) => NodeInfo | undefined) {
    this.#node = node;
  }

  /** The terms of a kind that are about a pod, with how many pods have them in each domain. */
  about(
    kind: keyof PodAffinities,
    isAbout: (term: AffinityTerm) => boolean,
  ): { readonly term: AffinityTerm; readonly counts: CountByDomain }[] {
    const terms = [...(this.#terms.get(kind)?.values() ?? [])].filter(({ term }) => isAbout(term));
    return terms.map((shared) => ({ term: shared.term, counts: this.#domainsOf(shared) }));
  }

  /** A pod has come to (1) or left (-1) a node. */
  move(pod: Pod, node: string, by: 1 | -1): void {
    const affinities = affinitiesOf(pod);
    for (const [kind, shared] of this.#terms) {
      for (const term of affinities[kind]) {
        const id = `${term.weight} ${term.key}`;
        const known = shared.get(id) ?? { term, byNode: new Map<string, number>(), byDomain: undefined };
        addTo(known.byNode, node, by);
        const info = this.#node(node);
        if (info) known.byDomain?.move(info, by);
        if (known.byNode.size === 0) shared.delete(id);
        else shared.set(id, known);
      }
    }
  }

  /** Nodes have come, gone or changed. */
  forgetDomains(): void {
    for (const shared of this.#terms.values()) for (const known of shared.values()) known.byDomain = undefined;
  }

  #domainsOf(shared: SharedTerm): CountByDomain {
    if (!shared.byDomain) {
      shared.byDomain = new DomainCount(shared.term.topologyKey, () => true);
      for (const [name, count] of shared.byNode) {
        const info = this.#node(name);
        if (info) shared.byDomain.move(info, count);
      }
    }
    return shared.byDomain.counts;
  }
}
