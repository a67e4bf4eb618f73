import type { Node, Pod } from "../api/types.gen.ts";
import type { Informers } from "../client/informer.ts";
import { podByIp } from "../client/pods-by-ip.ts";
import type { Address, Flow as NetworkFlow, FlowRecord, Network, Verdict } from "../network/network.ts";
import { nodes } from "../resources/core/node.ts";
import type { Flow, FlowPeer, FlowVerdict } from "./flow.ts";

export interface FlowLogOptions {
  readonly network: Network;
  readonly informers: Informers;
  /** This machine's address in the nodes' network. */
  readonly hostIp: string;
  /** `namespace/name` of the Service that a flow is addressed to. */
  serviceOf(flow: NetworkFlow): string | undefined;
}

/** The flows of the cluster: the latest, and those to come. */
export interface FlowLog {
  /** Oldest first; at most 10 000. */
  list(): readonly Flow[];
  /** Tells of each flow as it begins. The returned function stops. */
  follow(listener: (flow: Flow) => void): () => void;
  stop(): void;
}

/** A flow with the names its addresses had when it happened. */
interface Entry {
  readonly record: FlowRecord;
  readonly from: FlowPeer;
  readonly to: FlowPeer;
  readonly endpoint: FlowPeer | undefined;
  readonly service: string | undefined;
}

const capacity = 10_000;
const nodeIndex = "ip";

export function createFlowLog({ network, informers, hostIp, serviceOf }: FlowLogOptions): FlowLog {
  const peerAt = peerFinder(informers, hostIp);
  const ring: Entry[] = [];
  let next = 0;
  let listeners: readonly ((flow: Flow) => void)[] = [];
  const note = (record: FlowRecord): void => {
    const { from, to, destination } = record;
    const entry: Entry = {
      record,
      from: peerAt(from),
      to: peerAt(to),
      endpoint: destination && peerAt(destination),
      service: serviceOf(record),
    };
    ring[next] = entry;
    next = (next + 1) % capacity;
    for (const listener of listeners) listener(flowOf(entry));
  };
  const stop = network.onFlow(note);
  return {
    list: () => [...ring.slice(next), ...ring.slice(0, next)].map(flowOf),
    follow(listener) {
      listeners = [...listeners, listener];
      return () => {
        listeners = listeners.filter((one) => one !== listener);
      };
    },
    stop,
  };
}

function peerFinder(informers: Informers, hostIp: string): (address: Address) => FlowPeer {
  const podAt = podByIp(informers);
  const allNodes = informers.for(nodes);
  allNodes.addIndex(nodeIndex, (node) => [internalIpOf(node)]);
  return ({ ip, port }) => {
    if (ip === hostIp) return { ip, port, isHost: true };
    const pod = podAt(ip);
    if (pod) return { ip, port, pod: nameOf(pod) };
    const [node] = allNodes.byIndex(nodeIndex, ip);
    return node ? { ip, port, node: node.metadata.name } : { ip, port };
  };
}

function internalIpOf({ status }: Node): string {
  return status?.addresses?.find(({ type }) => type === "InternalIP")?.address ?? "";
}

function nameOf({ metadata }: Pod): string {
  return `${metadata.namespace ?? ""}/${metadata.name}`;
}

const verdicts: Readonly<Record<Verdict, FlowVerdict>> = {
  accept: "accepted",
  refuse: "refused",
  drop: "dropped",
  filtered: "blocked",
  unreachable: "unreachable",
};

function flowOf({ record, from, to, endpoint, service }: Entry): Flow {
  const { time, protocol, verdict, end } = record;
  return {
    time: new Date(time).toISOString(),
    protocol,
    from,
    to,
    ...(service === undefined ? {} : { service }),
    ...(endpoint ? { endpoint } : {}),
    verdict: verdicts[verdict],
    ...(end ? { bytes: { sent: end.sent, received: end.received }, durationMs: end.time - time } : {}),
  };
}
