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

/** Whose an address is. One object for all flows, of which many are kept. */
type Owner = Omit<FlowPeer, "ip" | "port">;

/** A flow with the names its addresses had when it happened. */
interface Entry {
  readonly record: FlowRecord;
  readonly from: Owner;
  readonly to: Owner;
  readonly endpoint: Owner | undefined;
  readonly service: string | undefined;
}

const capacity = 10_000;
const nodeIndex = "ip";

export function createFlowLog({ network, informers, hostIp, serviceOf }: FlowLogOptions): FlowLog {
  const ownerOf = ownerFinder(informers, hostIp);
  const ring: Entry[] = [];
  let next = 0;
  let listeners: readonly ((flow: Flow) => void)[] = [];
  const note = (record: FlowRecord): void => {
    const { from, to, destination } = record;
    const entry: Entry = {
      record,
      from: ownerOf(from.ip),
      to: ownerOf(to.ip),
      endpoint: destination && ownerOf(destination.ip),
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

const host: Owner = { isHost: true };
const nobody: Owner = {};

function ownerFinder(informers: Informers, hostIp: string): (ip: string) => Owner {
  const podAt = podByIp(informers);
  const allNodes = informers.for(nodes);
  allNodes.addIndex(nodeIndex, (node) => [internalIpOf(node)]);
  const known = new WeakMap<Pod | Node, Owner>();
  return (ip) => {
    if (ip === hostIp) return host;
    const object = podAt(ip) ?? allNodes.byIndex(nodeIndex, ip)[0];
    if (!object) return nobody;
    let owner = known.get(object);
    if (!owner) {
      owner = object.kind === "Pod" ? { pod: nameOf(object) } : { node: object.metadata.name };
      known.set(object, owner);
    }
    return owner;
  };
}

function internalIpOf({ status }: Node): string {
  return status?.addresses?.find(({ type }) => type === "InternalIP")?.address ?? "";
}

function nameOf({ metadata }: Pod | Node): string {
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
  const { time, protocol, verdict, end, destination } = record;
  return {
    time: new Date(time).toISOString(),
    protocol,
    from: peerOf(record.from, from),
    to: peerOf(record.to, to),
    ...(service === undefined ? {} : { service }),
    ...(endpoint && destination ? { endpoint: peerOf(destination, endpoint) } : {}),
    verdict: verdicts[verdict],
    ...(end ? { bytes: { sent: end.sent, received: end.received }, durationMs: end.time - time } : {}),
  };
}

function peerOf({ ip, port }: Address, owner: Owner): FlowPeer {
  return { ip, port, ...owner };
}
