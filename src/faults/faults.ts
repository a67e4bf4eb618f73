import type { Informers } from "../client/informer.ts";
import { podByIp } from "../client/pods-by-ip.ts";
import type { Network } from "../network/network.ts";
import type { Random } from "../sim/random.ts";
import { concerns, networkFault, type Places } from "./connection-fault.ts";
import type { ConnectionFault, Fault } from "./fault.ts";
import { type NodeResource, type ReadAmount, type ReadFault, readFault } from "./read-fault.ts";

/** Switches nodes off and on, and takes of what they have. */
export interface NodePower {
  has(node: string): boolean;
  /** The returned function brings it back. */
  stop(node: string): () => void;
  cutOff(node: string): () => void;
  take(node: string, amounts: ReadonlyMap<NodeResource, ReadAmount>): () => void;
}

export interface FaultsOptions {
  readonly network: Network;
  readonly informers: Informers;
  readonly random: Random;
  readonly power: NodePower;
  nodeOf(ip: string): string | undefined;
}

/** Faults on demand: they follow the cluster's clock and seed. */
export interface Faults {
  /** Begins a fault; the returned function ends it. Throws an Error that says what is wrong with it. */
  add(fault: Fault, namespace?: string): () => void;
  /** Those that are there now, in the order in which they began. */
  list(): readonly Fault[];
  /** Ends them all. */
  clear(): void;
  /** Resets the open connections between two ends, once; says how many. */
  cut(ends: Pick<ConnectionFault, "from" | "to" | "port">): number;
}

export function createFaults({ network, informers, random, power, nodeOf }: FaultsOptions): Faults {
  const places: Places = { podAt: podByIp(informers), nodeOf };
  const active = new Map<object, { readonly fault: Fault; end(): void }>();
  const begin = (fault: ReadFault): (() => void) => {
    if (fault.kind !== "connection") {
      if (!power.has(fault.node)) throw new Error(`there is no node ${JSON.stringify(fault.node)}`);
      if (fault.kind === "load") return power.take(fault.node, fault.taken);
      return fault.state === "stopped" ? power.stop(fault.node) : power.cutOff(fault.node);
    }
    if (fault.cut) network.cut(concerns(fault, places));
    const lasts = fault.latencyMs + fault.jitterMs + fault.loss + fault.refuse + fault.drop > 0;
    return lasts ? network.addFault(networkFault(fault, places, random)) : () => {};
  };
  return {
    add(fault, namespace = "default") {
      const id = {};
      const end = begin(readFault(fault, namespace));
      active.set(id, { fault, end });
      return () => {
        if (active.delete(id)) end();
      };
    },
    list: () => [...active.values()].map(({ fault }) => fault),
    clear() {
      const all = [...active.values()];
      active.clear();
      for (const { end } of all) end();
    },
    cut(ends) {
      const fault = readFault({ ...ends, cut: true }, "default");
      return fault.kind === "connection" ? network.cut(concerns(fault, places)) : 0;
    },
  };
}
