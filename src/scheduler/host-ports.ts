import type { Pod } from "../api/types.gen.ts";

/** A port of the node's own addresses that a pod wants. */
export interface HostPort {
  /** `TCP 80`. */
  readonly port: string;
  readonly ip: string;
}

const everyIp = "0.0.0.0";
const none: readonly HostPort[] = [];
const remembered = new WeakMap<Pod["spec"]["containers"], readonly HostPort[]>();

export function hostPortsOf({ spec: { containers } }: Pod): readonly HostPort[] {
  let ports = remembered.get(containers);
  if (!ports) {
    const wanted = containers.flatMap(({ ports: declared = [] }) =>
      declared.flatMap(({ hostPort, protocol, hostIP }) =>
        hostPort ? [{ port: `${protocol || "TCP"} ${hostPort}`, ip: hostIP || everyIp }] : [],
      ),
    );
    ports = wanted.length > 0 ? wanted : none;
    remembered.set(containers, ports);
  }
  return ports;
}

type PortsInUse = ReadonlyMap<string, ReadonlyMap<string, number>>;

export function addHostPorts(inUse: Map<string, Map<string, number>>, ports: readonly HostPort[], by: 1 | -1): void {
  for (const { port, ip } of ports) {
    const byIp = inUse.get(port) ?? new Map<string, number>();
    inUse.set(port, byIp);
    const count = (byIp.get(ip) ?? 0) + by;
    if (count > 0) byIp.set(ip, count);
    else byIp.delete(ip);
    if (byIp.size === 0) inUse.delete(port);
  }
}

/** 0.0.0.0 is every address of the node. */
export function clashes({ port, ip }: HostPort, inUse: PortsInUse): boolean {
  const byIp = inUse.get(port);
  if (!byIp) return false;
  return ip === everyIp || byIp.has(ip) || byIp.has(everyIp);
}
