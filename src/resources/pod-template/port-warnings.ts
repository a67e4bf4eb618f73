import type { ContainerPort, PodSpec } from "../../api/types.gen.ts";
import { containersOf } from "./containers-of.ts";

interface LocatedPort {
  readonly path: string;
  readonly port: ContainerPort;
}

/** Ports of one pod that are said twice, or that contradict each other. */
export function portWarnings(field: string, spec: PodSpec): string[] {
  const known = new Map<string, LocatedPort[]>();
  return containersOf(field, spec).flatMap(({ path, container: { ports = [] } }) =>
    ports.flatMap((port, index) => {
      const located = { path: `${path}.ports[${index}]`, port };
      const key = `${port.containerPort}/${port.protocol}`;
      const others = known.get(key) ?? [];
      known.set(key, [...others, located]);
      const clashes = others.flatMap((other) => clash(located, other));
      return port.hostIP && !port.hostPort ? [lonelyHostIp(located), ...clashes] : clashes;
    }),
  );
}

/** The port is shown as Go prints the struct. */
function lonelyHostIp({
  path,
  port: { name = "", containerPort, protocol = "TCP", hostIP = "" },
}: LocatedPort): string {
  const shown = `{Name:${name} HostPort:0 ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`;
  return `${path}: hostIP set without hostPort: ${shown}`;
}

function clash({ path, port }: LocatedPort, other: LocatedPort): string[] {
  const { hostIP = "", hostPort = 0 } = port;
  const { hostIP: otherIp = "", hostPort: otherPort = 0 } = other.port;
  const warn = (what: string): string[] => [`${path}: ${what} port definition with ${other.path}`];
  if (hostIP === otherIp && hostPort === otherPort) return warn("duplicate");
  if (hostPort === 0 || otherPort === 0) return warn("overlapping");
  const isAmbiguous = hostPort === otherPort && (hostIP === "") !== (otherIp === "");
  return isAmbiguous ? warn("dangerously ambiguous") : [];
}
