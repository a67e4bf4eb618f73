import type { Frontend, PortRule } from "./rules.ts";

/** What answers on a port of an external address. */
export interface ExternalPort {
  readonly rule: PortRule;
  /** The only clients that get through; none: all. */
  readonly sourceRanges: readonly string[];
}

/** The rules of all Services by the addresses they are reached under. */
export class RuleTable {
  /** By `ip:port/protocol`. */
  readonly #cluster = new Map<string, PortRule>();
  readonly #external = new Map<string, ExternalPort>();
  /** By `port/protocol`. */
  readonly #nodePorts = new Map<string, PortRule>();
  /** How many ports have an address: on others it answers nothing. */
  readonly #clusterIps = new Map<string, number>();
  readonly #externalIps = new Map<string, number>();

  cluster(ip: string, port: number, protocol: string): PortRule | undefined {
    return this.#cluster.get(`${ip}:${port}/${protocol}`);
  }

  external(ip: string, port: number, protocol: string): ExternalPort | undefined {
    return this.#external.get(`${ip}:${port}/${protocol}`);
  }

  nodePort(port: number, protocol: string): PortRule | undefined {
    return this.#nodePorts.get(`${port}/${protocol}`);
  }

  hasClusterIp(ip: string): boolean {
    return this.#clusterIps.has(ip);
  }

  hasExternalIp(ip: string): boolean {
    return this.#externalIps.has(ip);
  }

  add({ rule, port, nodePort, clusterIp, externalIps, balancerIps, sourceRanges }: Frontend): void {
    const { protocol } = rule;
    this.#cluster.set(`${clusterIp}:${port}/${protocol}`, rule);
    count(this.#clusterIps, clusterIp, 1);
    for (const ip of externalIps) this.#external.set(`${ip}:${port}/${protocol}`, { rule, sourceRanges: [] });
    for (const ip of balancerIps) this.#external.set(`${ip}:${port}/${protocol}`, { rule, sourceRanges });
    for (const ip of [...externalIps, ...balancerIps]) count(this.#externalIps, ip, 1);
    if (nodePort !== undefined) this.#nodePorts.set(`${nodePort}/${protocol}`, rule);
  }

  /** Takes out what is this frontend's own: two Services may claim one external address, and the later has it. */
  remove({ rule, port, nodePort, clusterIp, externalIps, balancerIps }: Frontend): void {
    const { protocol } = rule;
    drop(this.#cluster, `${clusterIp}:${port}/${protocol}`, (found) => found === rule);
    count(this.#clusterIps, clusterIp, -1);
    for (const ip of [...externalIps, ...balancerIps]) {
      drop(this.#external, `${ip}:${port}/${protocol}`, (found) => found.rule === rule);
      count(this.#externalIps, ip, -1);
    }
    if (nodePort !== undefined) drop(this.#nodePorts, `${nodePort}/${protocol}`, (found) => found === rule);
  }
}

function count(counts: Map<string, number>, ip: string, by: number): void {
  const next = (counts.get(ip) ?? 0) + by;
  if (next > 0) counts.set(ip, next);
  else counts.delete(ip);
}

function drop<T>(map: Map<string, T>, key: string, isOwn: (value: T) => boolean): void {
  const value = map.get(key);
  if (value !== undefined && isOwn(value)) map.delete(key);
}
