import type { Frontend, PortRule } from "./rules.ts";

/** What answers on a port of an external address. */
export interface ExternalPort {
  readonly rule: PortRule;
  /** The only clients that get through; none: all. */
  readonly sourceRanges: readonly string[];
}

/** The rules of all Services by the addresses they are reached under. */
export class RuleTable {
  readonly #cluster = new AddressMap<PortRule>();
  readonly #external = new AddressMap<ExternalPort>();
  /** The same on every node's address. */
  readonly #nodePorts = new AddressMap<PortRule>();
  /** How many ports have an address: on others it answers nothing. */
  readonly #clusterIps = new Map<string, number>();
  readonly #externalIps = new Map<string, number>();

  cluster(ip: string, port: number, protocol: string): PortRule | undefined {
    return this.#cluster.get(ip, port, protocol);
  }

  external(ip: string, port: number, protocol: string): ExternalPort | undefined {
    return this.#external.get(ip, port, protocol);
  }

  nodePort(port: number, protocol: string): PortRule | undefined {
    return this.#nodePorts.get(anyNode, port, protocol);
  }

  hasClusterIp(ip: string): boolean {
    return this.#clusterIps.has(ip);
  }

  hasExternalIp(ip: string): boolean {
    return this.#externalIps.has(ip);
  }

  add({ rule, port, nodePort, clusterIp, externalIps, balancerIps, sourceRanges }: Frontend): void {
    const { protocol } = rule;
    this.#cluster.set({ ip: clusterIp, port, protocol }, rule);
    count(this.#clusterIps, clusterIp, 1);
    for (const ip of externalIps) this.#external.set({ ip, port, protocol }, { rule, sourceRanges: [] });
    for (const ip of balancerIps) this.#external.set({ ip, port, protocol }, { rule, sourceRanges });
    for (const ip of [...externalIps, ...balancerIps]) count(this.#externalIps, ip, 1);
    if (nodePort !== undefined) this.#nodePorts.set({ ip: anyNode, port: nodePort, protocol }, rule);
  }

  /** Takes out what is this frontend's own: two Services may claim one external address, and the later has it. */
  remove({ rule, port, nodePort, clusterIp, externalIps, balancerIps }: Frontend): void {
    const { protocol } = rule;
    this.#cluster.delete({ ip: clusterIp, port, protocol }, (found) => found === rule);
    count(this.#clusterIps, clusterIp, -1);
    for (const ip of [...externalIps, ...balancerIps]) {
      this.#external.delete({ ip, port, protocol }, (found) => found.rule === rule);
      count(this.#externalIps, ip, -1);
    }
    if (nodePort !== undefined) {
      this.#nodePorts.delete({ ip: anyNode, port: nodePort, protocol }, (found) => found === rule);
    }
  }
}

const anyNode = "";

interface PortAt {
  readonly ip: string;
  readonly port: number;
  readonly protocol: string;
}

/** Asked for every packet that begins something, so no key is put together. */
class AddressMap<T> {
  readonly #found = new Map<string, Map<string, Map<number, T>>>();

  get(ip: string, port: number, protocol: string): T | undefined {
    return this.#found.get(ip)?.get(protocol)?.get(port);
  }

  set({ ip, port, protocol }: PortAt, value: T): void {
    const atIp = this.#found.get(ip) ?? new Map<string, Map<number, T>>();
    const ports = atIp.get(protocol) ?? new Map<number, T>();
    this.#found.set(ip, atIp.set(protocol, ports.set(port, value)));
  }

  delete({ ip, port, protocol }: PortAt, isOwn: (value: T) => boolean): void {
    const value = this.get(ip, port, protocol);
    if (value === undefined || !isOwn(value)) return;
    const atIp = this.#found.get(ip);
    const ports = atIp?.get(protocol);
    ports?.delete(port);
    if (ports?.size === 0) atIp?.delete(protocol);
    if (atIp?.size === 0) this.#found.delete(ip);
  }
}

function count(counts: Map<string, number>, ip: string, by: number): void {
  const next = (counts.get(ip) ?? 0) + by;
  if (next > 0) counts.set(ip, next);
  else counts.delete(ip);
}
