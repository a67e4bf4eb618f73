import type { Node } from "../../api/types.gen.ts";
import { evictionIntervalMs, stateOf, zoneOf } from "./zones.ts";

/** Every node, which of them are lost, and the time. */
export interface Fleet {
  readonly nodes: readonly Node[];
  readonly lost: ReadonlySet<Node>;
  /** In ms. */
  readonly now: number;
}

/** Whose turn it is to be emptied: in each zone one lost node after the other. */
export class EvictionPace {
  /** When the last node of a zone had its turn, in ms. */
  readonly #turns = new Map<string, number>();

  /** Ms until a node may be emptied; 0 takes the turn, Infinity: not as things are. */
  waitMs(node: Node, { nodes, lost, now }: Fleet): number {
    const zone = zoneOf(node);
    const members = nodes.filter((one) => zoneOf(one) === zone);
    const state = stateOf({ size: members.length, lost: members.filter((one) => lost.has(one)).length });
    const intervalMs = evictionIntervalMs(state, members.length);
    if (intervalMs === Infinity) return Infinity;
    const last = this.#turns.get(zone);
    const waitMs = last === undefined ? 0 : Math.max(0, last + intervalMs - now);
    if (waitMs === 0) this.#turns.set(zone, now);
    return waitMs;
  }
}
