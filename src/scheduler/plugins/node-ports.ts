import type { Pod } from "../../api/types.gen.ts";
import type { SchedulerPlugin } from "../plugin.ts";

/** Two pods cannot have the same port of one host. */
export const nodePorts: SchedulerPlugin = {
  name: "NodePorts",
  preemptible: true,

  filter(pod, node) {
    const wanted = hostPortsOf(pod);
    if (wanted.length === 0) return undefined;
    const taken = [...node.pods.values()].flatMap((other) => hostPortsOf(other));
    const clash = wanted.some((port) => taken.some((other) => clashes(port, other)));
    return clash ? "node(s) didn't have free ports for the requested pod ports" : undefined;
  },
};

interface HostPort {
  readonly port: number;
  readonly protocol: string;
  readonly ip: string;
}

function hostPortsOf({ spec }: Pod): HostPort[] {
  return spec.containers.flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort, protocol = "TCP", hostIP }) =>
      hostPort ? [{ port: hostPort, protocol, ip: hostIP || "0.0.0.0" }] : [],
    ),
  );
}

function clashes(a: HostPort, b: HostPort): boolean {
  const sameAddress = a.ip === b.ip || a.ip === "0.0.0.0" || b.ip === "0.0.0.0";
  return a.port === b.port && a.protocol === b.protocol && sameAddress;
}
