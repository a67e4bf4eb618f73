import type { KubeObject, Mutable } from "../../api/object.ts";
import { type FieldError, internalError, invalid, invalidObject } from "../../api/status.ts";
import type { Service, ServiceSpec } from "../../api/types.gen.ts";
import { needsHealthCheckPort, needsNodePorts } from "../../resources/core/service/defaults.ts";
import { bucketOf, type ResourceDefinition } from "../../resources/definition.ts";
import type { Random } from "../../sim/random.ts";
import type { Store } from "../../storage/store.ts";
import type { Allocator } from "../registry.ts";
import { settleFamilies } from "./ip-families.ts";
import { IpRange } from "./ip-range.ts";

const firstNodePort = 30_000;
const lastNodePort = 32_767;
/** Ports below are kept for those who ask for one. */
const firstDynamicPort = 30_086;

/**
 * ClusterIPs and node ports: given out at random from the seed, or as asked when still free. Which are taken
 * follows from the Services in the store, so nothing has to be given back.
 * https://kubernetes.io/docs/reference/networking/virtual-ips/
 */
export class ServiceAllocator implements Allocator {
  readonly resource: ResourceDefinition;
  readonly #random: Random;
  readonly #range: IpRange;
  /** Holder (`namespace/name`) by IP, and by node port: one Service has a port for all protocols. */
  readonly #ips = new Map<string, string>();
  readonly #ports = new Map<number, string>();

  constructor(options: { store: Store; resource: ResourceDefinition; random: Random; serviceCidr: string }) {
    this.resource = options.resource;
    this.#random = options.random;
    this.#range = new IpRange(options.serviceCidr);
    options.store.watch(bucketOf(options.resource), { after: 0 }, ({ type, object, previous }) => {
      if (previous) this.#forget(previous as Service);
      if (type !== "DELETED") this.#remember(object as Service);
    });
  }

  allocate(object: Mutable<KubeObject>, previous: KubeObject | undefined): void {
    const service = object as Mutable<Service>;
    const before = previous as Service | undefined;
    this.#refuse(service, settleFamilies(service, before));
    this.#refuse(service, this.#allocateIp(service, before));
    this.#refuse(service, this.#allocatePorts(service, before));
    this.#allocateHealthCheckPort(service);
  }

  /** One thing at a time: what comes later is not looked at. */
  #refuse(service: Service, errors: readonly FieldError[]): void {
    if (errors.length > 0) throw invalidObject(this.resource, service.metadata.name, errors);
  }

  /** An address is given once: whether a client may change it is a matter of validation. */
  #allocateIp(service: Mutable<Service>, previous: Service | undefined): FieldError[] {
    const { spec } = service;
    if (spec.type === "ExternalName" || spec.clusterIP === "None") return [];
    if (previous && previous.spec.type !== "ExternalName") return [];
    if (spec.clusterIP) return this.#ipErrors(spec, holderOf(service));
    spec.clusterIP = this.#freeIp();
    spec.clusterIPs = [spec.clusterIP];
    return [];
  }

  #ipErrors({ clusterIP: ip = "", clusterIPs = [] }: ServiceSpec, holder: string): FieldError[] {
    const owner = this.#ips.get(ip);
    if (owner === holder) return [];
    const field = "spec.clusterIPs";
    const failure = `failed to allocate IP ${ip}`;
    if (!this.#range.contains(ip)) {
      const range = `The range of valid IPs is ${this.#range.cidr}`;
      return [invalid(field, clusterIPs, `${failure}: the provided IP (${ip}) is not in the valid range. ${range}`)];
    }
    return owner === undefined ? [] : [invalid(field, clusterIPs, `${failure}: provided IP is already allocated`)];
  }

  #freeIp(): string {
    for (let attempt = 0; attempt < 10_000; attempt++) {
      const ip = this.#range.at(
        this.#range.dynamicFrom + this.#random.integer(this.#range.size - this.#range.dynamicFrom),
      );
      if (!this.#ips.has(ip)) return ip;
    }
    for (let offset = 1; offset < this.#range.size; offset++) {
      const ip = this.#range.at(offset);
      if (!this.#ips.has(ip)) return ip;
    }
    throw internalError("failed to allocate a serviceIP: range is full");
  }

  #allocatePorts(service: Mutable<Service>, previous: Service | undefined): FieldError[] {
    const { spec } = service;
    const holder = holderOf(service);
    const ports = spec.ports ?? [];
    if (spec.type !== "NodePort" && spec.type !== "LoadBalancer") {
      for (const port of ports) releaseUnlessAsked(port, previous);
      return [];
    }
    const taken = new Set<number>();
    for (const [index, { nodePort }] of ports.entries()) {
      if (!nodePort) continue;
      const why = this.#portProblem(nodePort, holder);
      if (why) return [invalid(`spec.ports[${index}].nodePort`, nodePort, why)];
      taken.add(nodePort);
    }
    if (!needsNodePorts(service)) return [];
    for (const port of ports) {
      if (port.nodePort) continue;
      const sibling = ports.find((other) => other.port === port.port && other.nodePort);
      port.nodePort = sibling?.nodePort ?? this.#freePort(taken);
      taken.add(port.nodePort);
    }
    return [];
  }

  /** undefined: the port can be had. */
  #portProblem(port: number, holder: string): string | undefined {
    if (port < firstNodePort || port > lastNodePort) {
      return `provided port is not in the valid range. The range of valid ports is ${firstNodePort}-${lastNodePort}`;
    }
    const owner = this.#ports.get(port);
    return owner === undefined || owner === holder ? undefined : "provided port is already allocated";
  }

  #freePort(taken: ReadonlySet<number>): number {
    const isFree = (port: number): boolean => !this.#ports.has(port) && !taken.has(port);
    for (let attempt = 0; attempt < 10_000; attempt++) {
      const port = firstDynamicPort + this.#random.integer(lastNodePort - firstDynamicPort + 1);
      if (isFree(port)) return port;
    }
    for (let port = firstNodePort; port <= lastNodePort; port++) if (isFree(port)) return port;
    throw internalError("failed to allocate a nodePort: range is full");
  }

  #allocateHealthCheckPort(service: Mutable<Service>): void {
    const { spec } = service;
    if (!needsHealthCheckPort(service)) return;
    const asked = spec.healthCheckNodePort ?? 0;
    if (asked === 0) {
      spec.healthCheckNodePort = this.#freePort(new Set((spec.ports ?? []).map(({ nodePort = 0 }) => nodePort)));
      return;
    }
    const own = (spec.ports ?? []).some(({ nodePort }) => nodePort === asked);
    const why = own ? "provided port is already allocated" : this.#portProblem(asked, holderOf(service));
    if (why) throw internalError(`failed to allocate requested HealthCheck NodePort ${asked}: ${why}`);
  }

  #remember(service: Service): void {
    const holder = holderOf(service);
    const ip = service.spec.clusterIP;
    if (ip && ip !== "None") this.#ips.set(ip, holder);
    for (const port of portsOf(service)) this.#ports.set(port, holder);
  }

  #forget(service: Service): void {
    if (service.spec.clusterIP) this.#ips.delete(service.spec.clusterIP);
    for (const port of portsOf(service)) this.#ports.delete(port);
  }
}

/** A Service that stops being of a kind with node ports gives them up, unless the client sent them anew (then validation speaks). */
function releaseUnlessAsked(port: { nodePort?: number }, previous: Service | undefined): void {
  if (previous?.spec.ports?.some(({ nodePort }) => nodePort === port.nodePort)) delete port.nodePort;
}

function portsOf({ spec }: Service): number[] {
  const ports = (spec.ports ?? []).flatMap(({ nodePort }) => (nodePort ? [nodePort] : []));
  return spec.healthCheckNodePort ? [...ports, spec.healthCheckNodePort] : ports;
}

function holderOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ""}/${metadata.name}`;
}
