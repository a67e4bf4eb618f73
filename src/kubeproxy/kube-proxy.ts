import ipaddr from "ipaddr.js";

import type { EndpointSlice, Service } from "../api/types.gen.ts";
import type { Informers } from "../client/informer.ts";
import type { Destination, Flow, Network } from "../network/network.ts";
import { isLoopback } from "../network/loopback.ts";
import { services } from "../resources/core/service.ts";
import { endpointSlices } from "../resources/discovery/endpoint-slice.ts";
import type { Clock } from "../sim/clock.ts";
import type { Random } from "../sim/random.ts";
import { Balancer, type ProxyMode } from "./balancer.ts";
import { NodeMap, type NodePlace } from "./node-map.ts";
import { type Backend, type Frontend, frontendsFor, inZone, type PortRule } from "./rules.ts";

export interface KubeProxyOptions {
  readonly informers: Informers;
  readonly network: Network;
  readonly clock: Clock;
  readonly random: Random;
  readonly mode: ProxyMode;
}

type Answer = Destination | "refuse" | "drop";

const serviceLabel = "kubernetes.io/service-name";

/**
 * Makes Services carry traffic: one redirect in the network that sends what is addressed to a Service to one of its
 * endpoints. A change to a Service or a slice remakes that Service's rules alone.
 * https://kubernetes.io/docs/reference/networking/virtual-ips/
 */
export class KubeProxy {
  readonly #informers: Informers;
  readonly #balancer: Balancer;
  readonly nodes: NodeMap;
  /** By Service (`namespace/name`). */
  readonly #frontends = new Map<string, readonly Frontend[]>();
  /** By `ip:port/protocol`. */
  readonly #clusterPorts = new Map<string, PortRule>();
  readonly #externalPorts = new Map<string, PortRule>();
  /** By `port/protocol`. */
  readonly #nodePorts = new Map<string, PortRule>();
  /** Addresses of Services: a port they do not have answers nothing. */
  readonly #clusterIps = new Map<string, string>();
  readonly #stops: readonly (() => void)[];

  constructor({ informers, network, ...options }: KubeProxyOptions) {
    this.#informers = informers;
    this.#balancer = new Balancer(options);
    this.nodes = new NodeMap(informers);
    informers.for(endpointSlices).addIndex("proxied-service", (slice) => [ownerOf(slice)]);
    this.#stops = [
      informers.for(services).onChange(({ object }) => this.#remake(idOf(object))),
      informers.for(endpointSlices).onChange(({ object, previous }) => {
        this.#remake(ownerOf(object));
        if (previous && ownerOf(previous) !== ownerOf(object)) this.#remake(ownerOf(previous));
      }),
      network.addRedirect((flow) => this.#redirect(flow)),
    ];
  }

  stop(): void {
    for (const stop of this.#stops) stop();
  }

  /** The node through which a connection from outside the cluster should come in: one with a pod, when it must stay there. */
  entryFor(port: number, protocol: string): NodePlace | undefined {
    const nodes = this.nodes.list();
    const rule = this.#nodePorts.get(`${port}/${protocol}`);
    if (!rule?.externalLocal) return nodes[0];
    return nodes.find(({ name }) => (rule.localBackends.get(name) ?? []).length > 0) ?? nodes[0];
  }

  #remake(id: string): void {
    const [namespace = "", name = ""] = id.split("/");
    for (const frontend of this.#frontends.get(id) ?? []) this.#remove(frontend);
    const service = this.#informers.for(services).get({ namespace, name });
    if (!service) {
      for (const { rule } of this.#frontends.get(id) ?? []) this.#balancer.forget(rule);
      this.#frontends.delete(id);
      return;
    }
    const slices = this.#informers.for(endpointSlices).byIndex("proxied-service", id);
    const frontends = frontendsFor(service, slices);
    this.#frontends.set(id, frontends);
    for (const frontend of frontends) this.#add(frontend);
  }

  #add({ rule, port, nodePort, clusterIp, externalIps }: Frontend): void {
    this.#clusterIps.set(clusterIp, rule.id);
    this.#clusterPorts.set(`${clusterIp}:${port}/${rule.protocol}`, rule);
    for (const ip of externalIps) this.#externalPorts.set(`${ip}:${port}/${rule.protocol}`, rule);
    if (nodePort !== undefined) this.#nodePorts.set(`${nodePort}/${rule.protocol}`, rule);
  }

  #remove({ rule, port, nodePort, clusterIp, externalIps }: Frontend): void {
    this.#clusterIps.delete(clusterIp);
    this.#clusterPorts.delete(`${clusterIp}:${port}/${rule.protocol}`);
    for (const ip of externalIps) this.#externalPorts.delete(`${ip}:${port}/${rule.protocol}`);
    if (nodePort !== undefined) this.#nodePorts.delete(`${nodePort}/${rule.protocol}`);
  }

  #redirect(flow: Flow): Answer | undefined {
    const { to, protocol } = flow;
    const inside = this.#clusterPorts.get(`${to.ip}:${to.port}/${protocol}`);
    if (inside) return this.#internal(inside, flow);
    if (this.#clusterIps.has(to.ip)) return "drop";
    const node = this.nodes.withIp(isLoopback(to.ip) ? flow.from.ip : to.ip);
    const atNode = node && this.#nodePorts.get(`${to.port}/${protocol}`);
    if (atNode) return this.#external(atNode, flow, node);
    const outside = this.#externalPorts.get(`${to.ip}:${to.port}/${protocol}`);
    if (!outside) return undefined;
    // From inside the cluster an external address is a short cut to the Service, whatever its external policy.
    const from = this.nodes.of(flow.from.ip);
    if (from) return this.#internal({ ...outside, internalLocal: false }, flow);
    const entry = this.#entry(outside);
    return entry ? this.#external(outside, flow, entry) : "refuse";
  }

  #entry(rule: PortRule): NodePlace | undefined {
    const nodes = this.nodes.list();
    if (!rule.externalLocal) return nodes[0];
    return nodes.find(({ name }) => rule.localBackends.has(name)) ?? nodes[0];
  }

  #internal(rule: PortRule, { from }: Flow): Answer {
    const node = this.nodes.of(from.ip);
    const local = rule.internalLocal ? (rule.localBackends.get(node?.name ?? "") ?? []) : undefined;
    if (local?.length === 0 && rule.backends.length > 0) return "drop";
    const backend = this.#balancer.pick(rule, local ?? inZone(rule.backends, node?.zone), from.ip);
    if (!backend) return "refuse";
    return backend.ip === from.ip && node ? { ...addressOf(backend), source: node.gateway } : addressOf(backend);
  }

  #external(rule: PortRule, { from }: Flow, node: NodePlace): Answer {
    if (!isAllowed(from.ip, rule.sourceRanges)) return "drop";
    if (!rule.externalLocal) {
      const backend = this.#balancer.pick(rule, inZone(rule.backends, node.zone), from.ip);
      return backend ? { ...addressOf(backend), source: node.ip } : "refuse";
    }
    const local = rule.localBackends.get(node.name) ?? [];
    if (local.length === 0 && rule.backends.length > 0) return "drop";
    const backend = this.#balancer.pick(rule, local, from.ip);
    return backend ? addressOf(backend) : "refuse";
  }
}

function addressOf({ ip, port }: Backend): Destination {
  return { ip, port };
}

function isAllowed(ip: string, ranges: readonly string[]): boolean {
  if (ranges.length === 0) return true;
  const address = ipaddr.parse(ip);
  return ranges.some((range) => {
    const parsed = ipaddr.parseCIDR(range.trim());
    return parsed[0].kind() === address.kind() && address.match(parsed);
  });
}

function ownerOf({ metadata }: EndpointSlice): string {
  return `${metadata.namespace ?? ""}/${metadata.labels?.[serviceLabel] ?? ""}`;
}

function idOf({ metadata }: Service): string {
  return `${metadata.namespace ?? ""}/${metadata.name}`;
}
