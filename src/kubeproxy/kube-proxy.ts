import ipaddr from "ipaddr.js";

import type { EndpointSlice, Service } from "../api/types.gen.ts";
import type { Informers } from "../client/informer.ts";
import { serviceOf, slicesByService } from "../client/service-slices.ts";
import { isLoopback } from "../network/loopback.ts";
import type { Destination, Flow, Network } from "../network/network.ts";
import { services } from "../resources/core/service.ts";
import { endpointSlices } from "../resources/discovery/endpoint-slice.ts";
import type { Clock } from "../sim/clock.ts";
import type { Random } from "../sim/random.ts";
import { Balancer, type ProxyMode } from "./balancer.ts";
import { NodeMap, type NodePlace } from "./node-map.ts";
import { type ExternalPort, RuleTable } from "./rule-table.ts";
import { type Frontend, frontendsFor, nearest, type PortRule } from "./rules.ts";

export interface KubeProxyOptions {
  readonly informers: Informers;
  readonly network: Network;
  readonly clock: Clock;
  readonly random: Random;
  readonly mode: ProxyMode;
}

type Answer = Destination | "refuse" | "drop";

/**
 * Makes Services carry traffic: one redirect in the network that sends what is addressed to a Service to one of its
 * endpoints. A change to a Service or a slice remakes that Service's rules alone.
 * https://kubernetes.io/docs/reference/networking/virtual-ips/
 */
export class KubeProxy {
  readonly #informers: Informers;
  readonly #network: Network;
  readonly #balancer: Balancer;
  readonly #slicesOf: (service: string) => readonly EndpointSlice[];
  readonly nodes: NodeMap;
  /** By Service (`namespace/name`). */
  readonly #frontends = new Map<string, readonly Frontend[]>();
  readonly #table = new RuleTable();
  readonly #stops: readonly (() => void)[];

  constructor({ informers, network, ...options }: KubeProxyOptions) {
    this.#informers = informers;
    this.#network = network;
    this.#balancer = new Balancer(options);
    this.nodes = new NodeMap(informers);
    this.#slicesOf = slicesByService(informers);
    this.#stops = [
      informers.for(services).onChange(({ object }) => this.#remake(idOf(object))),
      informers.for(endpointSlices).onChange(({ object, previous }) => {
        this.#remake(serviceOf(object));
        if (previous && serviceOf(previous) !== serviceOf(object)) this.#remake(serviceOf(previous));
      }),
      network.addRedirect((flow) => this.#redirect(flow)),
    ];
  }

  stop(): void {
    for (const stop of this.#stops) stop();
  }

  /** The rule and Service (`namespace/name`) of a cluster IP, external address or node port: what a flow to it meets. */
  ruleFor({ to, protocol }: Pick<Flow, "to" | "protocol">): PortRule | undefined {
    const { ip, port } = to;
    const node = this.nodes.withIp(ip);
    return (
      this.#table.cluster(ip, port, protocol) ??
      (node ? this.#table.nodePort(port, protocol) : undefined) ??
      this.#table.external(ip, port, protocol)?.rule
    );
  }

  /** The ranges of a load balancer that a flow's sender is in none of. undefined: it is let in. */
  rangesWithout({ from, to, protocol }: Flow): readonly string[] | undefined {
    const { sourceRanges = [] } = this.#table.external(to.ip, to.port, protocol) ?? {};
    return isAllowed(from.ip, sourceRanges) ? undefined : sourceRanges;
  }

  /** `namespace/name` of the Service that a flow is addressed to. */
  serviceOf(flow: Pick<Flow, "to" | "protocol">): string | undefined {
    const id = this.ruleFor(flow)?.id;
    return id?.slice(0, id.indexOf(":"));
  }

  /** Whether an address belongs to a Service or its load balancer, on whatever port. */
  isServiceIp(ip: string): boolean {
    return this.#table.hasClusterIp(ip) || this.#table.hasExternalIp(ip);
  }

  hasNodePort(port: number): boolean {
    return this.#table.nodePort(port, "TCP") !== undefined;
  }

  /** The node through which a connection to a node port from outside comes in: one with a pod, when it must stay there. */
  entryFor(port: number, protocol: string): NodePlace | undefined {
    return this.#entry(this.#table.nodePort(port, protocol));
  }

  /** Where traffic must stay on its node, the nodes that have a pod for it take turns. */
  #entry(rule: PortRule | undefined): NodePlace | undefined {
    const isUp = ({ ip }: NodePlace): boolean => this.#network.hasHost(ip);
    const places = this.nodes.list();
    const able = rule?.externalLocal
      ? places.filter((place) => isUp(place) && (rule.localBackends.get(place.name) ?? []).length > 0)
      : [];
    if (!rule || able.length === 0) return places.find(isUp);
    return able[this.#balancer.turn(`${rule.id}@`) % able.length];
  }

  #remake(id: string): void {
    const [namespace = "", name = ""] = id.split("/");
    const before = this.#frontends.get(id) ?? [];
    const service = this.#informers.for(services).get({ namespace, name });
    const slices = service ? this.#slicesOf(id) : [];
    const now = service ? frontendsFor(service, slices) : [];
    for (const frontend of before) this.#table.remove(frontend);
    for (const frontend of now) this.#table.add(frontend);
    if (now.length > 0) this.#frontends.set(id, now);
    else this.#frontends.delete(id);
    const kept = new Set(now.map(({ rule }) => rule.id));
    for (const { rule } of before) if (!kept.has(rule.id)) this.#balancer.forget(rule);
    for (const frontend of before) if (frontend.rule.protocol === "UDP") this.#forgetUdp(frontend, now);
  }

  /** Datagrams do not go on to an endpoint that has left, though its pod may still be there. */
  #forgetUdp(before: Frontend, now: readonly Frontend[]): void {
    const same = now.find(({ rule }) => rule.id === before.rule.id);
    const left = new Set((same?.rule.backends ?? []).map(({ ip, port }) => `${ip}:${port}`));
    const addresses = new Set([before.clusterIp, ...before.externalIps, ...before.balancerIps]);
    this.#network.forgetUdp((to, { ip, port }) => {
      const isFrontend = to.port === before.port && addresses.has(to.ip);
      const isNodePort = to.port === before.nodePort && this.nodes.withIp(to.ip) !== undefined;
      return (isFrontend || isNodePort) && !left.has(`${ip}:${port}`);
    });
  }

  #redirect(flow: Flow): Answer | undefined {
    const { to, protocol } = flow;
    const inside = this.#table.cluster(to.ip, to.port, protocol);
    if (inside) return this.#internal(inside, flow);
    if (this.#table.hasClusterIp(to.ip)) return "drop";
    const node = this.nodes.withIp(isLoopback(to.ip) ? flow.from.ip : to.ip);
    const atNode = node && this.#table.nodePort(to.port, protocol);
    if (atNode) return this.#network.hasHost(node.ip) ? this.#external(atNode, flow, node) : undefined;
    const outside = this.#table.external(to.ip, to.port, protocol);
    if (outside) return this.#atExternalIp(outside, flow);
    return this.#table.hasExternalIp(to.ip) && isLoopback(to.ip) ? "drop" : undefined;
  }

  /** Clients in the cluster come in through their own node. */
  #atExternalIp({ rule, sourceRanges }: ExternalPort, flow: Flow): Answer {
    if (!isAllowed(flow.from.ip, sourceRanges)) return "drop";
    const entry = this.nodes.of(flow.from.ip) ?? this.#entry(rule);
    return entry ? this.#external(rule, flow, entry) : "drop";
  }

  #internal(rule: PortRule, { from }: Flow): Answer {
    const node = this.nodes.of(from.ip);
    const local = rule.internalLocal ? (rule.localBackends.get(node?.name ?? "") ?? []) : undefined;
    if (local?.length === 0 && rule.backends.length > 0) return "drop";
    const backend = this.#balancer.pick(rule, local ?? nearest(rule, node?.zone), from.ip);
    if (!backend) return "refuse";
    const { ip, port } = backend;
    return ip === from.ip && node ? { ip, port, source: node.gateway } : { ip, port };
  }

  /**
   * Traffic that comes in at a node's door is masqueraded, unless it has to stay there. What was sent on that very node
   * takes a short cut past `externalTrafficPolicy`.
   */
  #external(rule: PortRule, { from }: Flow, node: NodePlace): Answer {
    const isOwn = this.nodes.of(from.ip)?.name === node.name;
    const local = rule.externalLocal && !isOwn ? (rule.localBackends.get(node.name) ?? []) : undefined;
    if (local?.length === 0 && rule.backends.length > 0) return "drop";
    const backend = this.#balancer.pick(rule, local ?? nearest(rule, node.zone), from.ip);
    if (!backend) return "refuse";
    const { ip, port } = backend;
    const keepsSource = rule.externalLocal && from.ip !== node.ip && from.ip !== ip;
    return keepsSource ? { ip, port } : { ip, port, source: backend.node === node.name ? node.gateway : node.ip };
  }
}

function isAllowed(ip: string, ranges: readonly string[]): boolean {
  if (ranges.length === 0) return true;
  const address = ipaddr.parse(ip);
  return ranges.some((range) => {
    const parsed = ipaddr.parseCIDR(range.trim());
    return parsed[0].kind() === address.kind() && address.match(parsed);
  });
}

function idOf({ metadata }: Service): string {
  return `${metadata.namespace ?? ""}/${metadata.name}`;
}
