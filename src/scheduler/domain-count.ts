import type { Node } from "../api/types.gen.ts";
import type { NodeInfo } from "./node-info.ts";

/** How many of something there are in each domain of a topology, by the value of its label. */
export type CountByDomain = Map<string, number>;

/** A count by domain that follows what comes to and leaves its nodes. Nodes without the label are in no domain. */
export class DomainCount {
  readonly counts: CountByDomain = new Map();
  readonly #topologyKey: string;
  readonly #includes: (node: Node) => boolean;

  constructor(topologyKey: string, includes: (node: Node) => boolean) {
    this.#topologyKey = topologyKey;
    this.#includes = includes;
  }

  move({ node, labels }: NodeInfo, by: number): void {
    const domain = labels[this.#topologyKey];
    if (domain === undefined || !this.#includes(node)) return;
    this.counts.set(domain, (this.counts.get(domain) ?? 0) + by);
  }
}
