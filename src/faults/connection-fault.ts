import type { Pod } from "../api/types.gen.ts";
import type { Fault, Flow } from "../network/network.ts";
import type { Random } from "../sim/random.ts";
import type { ReadConnectionFault, ReadTarget } from "./read-fault.ts";

/** Who is behind an address now. */
export interface Places {
  podAt(ip: string): Pod | undefined;
  /** Name of the node that an address, its own or a pod's, is on. */
  nodeOf(ip: string): string | undefined;
}

/** Which flows a fault is about. */
export function concerns({ from, to, port }: ReadConnectionFault, places: Places): (flow: Flow) => boolean {
  return (flow) =>
    (port === undefined || flow.to.port === port) &&
    (!to || isTarget(to, flow.to.ip, places)) &&
    (!from || isTarget(from, flow.from.ip, places));
}

function isTarget({ namespace, pod, node, ip, labels }: ReadTarget, at: string, { podAt, nodeOf }: Places): boolean {
  if (ip !== undefined && ip !== at) return false;
  if (node !== undefined && nodeOf(at) !== node) return false;
  if (pod === undefined && labels === undefined) return true;
  const found = podAt(at);
  if (!found || found.metadata.namespace !== namespace) return false;
  return (pod === undefined || found.metadata.name === pod) && (labels?.(found.metadata.labels ?? {}) ?? true);
}

/** The fault as the network asks it. Chance decides anew for each packet, and once for each connection refused or dropped. */
export function networkFault(fault: ReadConnectionFault, places: Places, random: Random): Fault {
  const isConcerned = concerns(fault, places);
  const line = (): number => {
    if (fault.loss > 0 && random.next() < fault.loss) return Number.POSITIVE_INFINITY;
    const jitter = fault.jitterMs > 0 ? (random.next() * 2 - 1) * fault.jitterMs : 0;
    return Math.max(0, fault.latencyMs + jitter);
  };
  const isPerfect = fault.loss === 0 && fault.latencyMs === 0 && fault.jitterMs === 0;
  return (flow) => {
    if (!isConcerned(flow)) return undefined;
    if (hits(fault.refuse, random)) return "refuse";
    if (hits(fault.drop, random)) return "drop";
    return isPerfect ? undefined : line;
  };
}

function hits(share: number, random: Random): boolean {
  return share >= 1 || (share > 0 && random.next() < share);
}
