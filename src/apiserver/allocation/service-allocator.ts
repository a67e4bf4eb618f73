import type { KubeObject, Mutable } from "../../api/object.ts";
import { type FieldError, invalid, invalidObject } from "../../api/status.ts";
import type { Service } from "../../api/types.gen.ts";
import { bucketOf, type ResourceDefinition } from "../../resources/definition.ts";
import type { Random } from "../../sim/random.ts";
import type { Store } from "../../storage/store.ts";
import type { Allocator } from "../registry.ts";
import { IpRange } from "./ip-range.ts";

const firstNodePort = 30_000;
const lastNodePort = 32_767;

/**
 * ClusterIPs and node ports: given out at random from the seed, or as asked when still free. Which are taken
 * follows from the Services in the store, so nothing has to be given back.
 * https://kubernetes.io/docs/reference/networking/virtual-ips/
 */
export class ServiceAllocator implements Allocator {
  readonly resource: ResourceDefinition;
  readonly #random: Random;
  readonly #range: IpRange;
  /** Holder (`namespace/name`) by IP, and by `port/protocol`. */
  readonly #ips = new Map<string, string>();
  readonly #ports = new Map<string, string>();

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
    const errors: FieldError[] = [];
    this.#allocateIp(service, errors);
    this.#allocatePorts(service, previous as Service | undefined, errors);
    if (errors.length > 0) throw invalidObject(this.resource, service.metadata.name, errors);
  }

  #allocateIp(service: Mutable<Service>, errors: FieldError[]): void {
    const { spec } = service;
    if (spec.type === "ExternalName") {
      delete spec.clusterIP;
      delete spec.clusterIPs;
      return;
    }
    if (spec.clusterIP === "None") {
      spec.clusterIPs = ["None"];
    } else if (spec.clusterIP) {
      this.#checkIp(spec.clusterIP, holderOf(service), errors);
      spec.clusterIPs = [spec.clusterIP];
    } else {
      spec.clusterIP = this.#freeIp();
      spec.clusterIPs = [spec.clusterIP];
    }
    spec.ipFamilies ??= ["IPv4"];
    spec.ipFamilyPolicy ??= "SingleStack";
  }

  #checkIp(ip: string, holder: string, errors: FieldError[]): void {
    const owner = this.#ips.get(ip);
    if (owner === holder) return;
    const why = this.#range.contains(ip)
      ? owner === undefined
        ? undefined
        : `failed to allocate IP ${ip}: provided IP is already allocated`
      : `failed to allocate IP ${ip}: the provided IP (${ip}) is not in the valid range. The range of valid IPs is ${this.#range.cidr}`;
    if (why) errors.push(invalid("spec.clusterIPs", [ip], why));
  }

  #freeIp(): string {
    for (let attempt = 0; attempt < 10_000; attempt++) {
      const ip = this.#range.at(this.#range.dynamicFrom + this.#random.integer(this.#range.size - this.#range.dynamicFrom));
      if (!this.#ips.has(ip)) return ip;
    }
    for (let offset = 1; offset < this.#range.size; offset++) {
      const ip = this.#range.at(offset);
      if (!this.#ips.has(ip)) return ip;
    }
    throw invalidObject(this.resource, "", [invalid("spec.clusterIPs", [], "failed to allocate IP: range is full")]);
  }

  #allocatePorts(service: Mutable<Service>, previous: Service | undefined, errors: FieldError[]): void {
    const { spec } = service;
    const holder = holderOf(service);
    const ports = spec.ports ?? [];
    if (!wantsNodePorts(service)) {
      if (spec.type !== "LoadBalancer") for (const port of ports) releaseUnlessAsked(port, previous);
      return;
    }
    const taken = new Set<string>();
    for (const [index, port] of ports.entries()) {
      if (!port.nodePort) continue;
      const error = this.#portError(`spec.ports[${index}].nodePort`, port.nodePort, { protocol: port.protocol ?? "TCP", holder });
      if (error) errors.push(error);
      taken.add(`${port.nodePort}/${port.protocol ?? "TCP"}`);
    }
    for (const port of ports) {
      if (port.nodePort) continue;
      port.nodePort = this.#freePort(port.protocol ?? "TCP", { taken, ports });
      taken.add(`${port.nodePort}/${port.protocol ?? "TCP"}`);
    }
  }

  #portError(
    field: string,
    port: number,
    { protocol, holder }: { protocol: string; holder: string },
  ): FieldError | undefined {
    if (port < firstNodePort || port > lastNodePort) {
      return invalid(field, port, `provided port is not in the valid range. The range of valid ports is ${firstNodePort}-${lastNodePort}`);
    }
    const owner = this.#ports.get(`${port}/${protocol}`);
    if (owner === undefined || owner === holder) return undefined;
    return invalid(field, port, "provided port is already allocated");
  }

  /** The same number for TCP and UDP of one Service port where that is free. */
  #freePort(protocol: string, { taken, ports }: { taken: Set<string>; ports: readonly { nodePort?: number }[] }): number {
    const isFree = (port: number): boolean => !this.#ports.has(`${port}/${protocol}`) && !taken.has(`${port}/${protocol}`);
    const used = new Set(ports.map(({ nodePort }) => nodePort));
    for (let attempt = 0; attempt < 10_000; attempt++) {
      const port = firstNodePort + this.#random.integer(lastNodePort - firstNodePort + 1);
      if (isFree(port) && !used.has(port)) return port;
    }
    for (let port = firstNodePort; port <= lastNodePort; port++) if (isFree(port)) return port;
    throw invalidObject(this.resource, "", [invalid("spec.ports[0].nodePort", 0, "failed to allocate a nodePort: range is full")]);
  }

  #remember(service: Service): void {
    const holder = holderOf(service);
    const ip = service.spec.clusterIP;
    if (ip && ip !== "None") this.#ips.set(ip, holder);
    for (const port of portKeys(service)) this.#ports.set(port, holder);
  }

  #forget(service: Service): void {
    if (service.spec.clusterIP) this.#ips.delete(service.spec.clusterIP);
    for (const port of portKeys(service)) this.#ports.delete(port);
  }
}

function wantsNodePorts({ spec }: Service): boolean {
  return spec.type === "NodePort" || (spec.type === "LoadBalancer" && spec.allocateLoadBalancerNodePorts !== false);
}

/** A Service that stops being of a kind with node ports gives them up, unless the client sent them anew (then validation speaks). */
function releaseUnlessAsked(port: { nodePort?: number }, previous: Service | undefined): void {
  if (previous?.spec.ports?.some(({ nodePort }) => nodePort === port.nodePort)) delete port.nodePort;
}

function portKeys({ spec }: Service): string[] {
  const ports = (spec.ports ?? []).flatMap(({ nodePort, protocol = "TCP" }) => (nodePort ? [`${nodePort}/${protocol}`] : []));
  return spec.healthCheckNodePort ? [...ports, `${spec.healthCheckNodePort}/TCP`] : ports;
}

function holderOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ""}/${metadata.name}`;
}
