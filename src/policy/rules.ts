import ipaddr from "ipaddr.js";

import { matchesSelector } from "../api/selectors.ts";
import type { IPBlock, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort, Pod } from "../api/types.gen.ts";
import type { Protocol } from "../network/network.ts";

/** One end of a flow. */
export interface Peer {
  readonly ip: string;
  readonly port: number;
  /** None: an address outside the pods. */
  readonly pod?: Pod;
  readonly namespaceLabels: Readonly<Record<string, string>>;
}

export interface Rule {
  readonly peers: readonly NetworkPolicyPeer[] | undefined;
  readonly ports: readonly NetworkPolicyPort[] | undefined;
}

export interface Meeting {
  /** The end that the rule's peers are about. */
  readonly peer: Peer;
  /** The end that is connected to. */
  readonly target: Peer;
  readonly protocol: Protocol;
  /** The policy's own. */
  readonly namespace: string;
}

export function isSelected(pod: Pod, { spec, metadata }: NetworkPolicy): boolean {
  return (
    metadata.namespace === pod.metadata.namespace && matchesSelector(spec.podSelector ?? {}, pod.metadata.labels ?? {})
  );
}

export type Direction = "Ingress" | "Egress";

/** Without policyTypes a policy limits ingress, and egress when it has egress rules. */
export function limits({ spec }: NetworkPolicy, direction: Direction): boolean {
  if (spec.policyTypes) return spec.policyTypes.includes(direction);
  return direction === "Ingress" || (spec.egress ?? []).length > 0;
}

export function rulesOf({ spec }: NetworkPolicy, direction: Direction): readonly Rule[] {
  if (direction === "Egress") return (spec.egress ?? []).map(({ to, ports }) => ({ peers: to, ports }));
  return (spec.ingress ?? []).map(({ from, ports }) => ({ peers: from, ports }));
}

/** No peers, or no ports, means all of them. */
export function ruleAllows({ peers = [], ports = [] }: Rule, meeting: Meeting): boolean {
  return (
    (peers.length === 0 || peers.some((peer) => isPeer(peer, meeting))) &&
    (ports.length === 0 || ports.some((port) => isPort(port, meeting)))
  );
}

function isPeer({ ipBlock, podSelector, namespaceSelector }: NetworkPolicyPeer, { peer, namespace }: Meeting): boolean {
  if (ipBlock) return isInBlock(peer.ip, ipBlock);
  const { pod } = peer;
  if (!pod) return false;
  const inNamespace = namespaceSelector
    ? matchesSelector(namespaceSelector, peer.namespaceLabels)
    : pod.metadata.namespace === namespace;
  return inNamespace && (!podSelector || matchesSelector(podSelector, pod.metadata.labels ?? {}));
}

function isInBlock(ip: string, { cidr, except = [] }: IPBlock): boolean {
  return isInRange(ip, cidr) && !except.some((range) => isInRange(ip, range));
}

function isInRange(ip: string, cidr: string): boolean {
  const address = ipaddr.parse(ip);
  const range = ipaddr.parseCIDR(cidr);
  return address.kind() === range[0].kind() && address.match(range);
}

function isPort({ port, endPort, protocol = "TCP" }: NetworkPolicyPort, { target, protocol: used }: Meeting): boolean {
  if (protocol !== used) return false;
  if (port === undefined) return true;
  if (typeof port === "number") return target.port >= port && target.port <= (endPort ?? port);
  const containers = [...(target.pod?.spec.containers ?? []), ...(target.pod?.spec.initContainers ?? [])];
  return containers
    .flatMap(({ ports = [] }) => ports)
    .some((one) => one.name === port && (one.protocol ?? "TCP") === protocol && one.containerPort === target.port);
}
