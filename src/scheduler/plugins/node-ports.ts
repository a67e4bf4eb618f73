import { clashes, hostPortsOf } from "../host-ports.ts";
import type { SchedulerPlugin } from "../plugin.ts";
import { crowdedOut } from "../refusal.ts";

const refusal = crowdedOut("node(s) didn't have free ports for the requested pod ports");

/** Two pods cannot have the same port of one host. */
export const nodePorts: SchedulerPlugin = {
  name: "NodePorts",

  filter(pod) {
    const wanted = hostPortsOf(pod);
    if (wanted.length === 0) return undefined;
    return { refuses: ({ hostPorts }) => (wanted.some((port) => clashes(port, hostPorts)) ? refusal : undefined) };
  },

  helps(pod, change) {
    if (change.what === "node") return !change.previous;
    if (change.what !== "pod gone") return false;
    const freed = new Map(hostPortsOf(change.object).map(({ port, ip }) => [port, new Map([[ip, 1]])]));
    return hostPortsOf(pod).some((port) => clashes(port, freed));
  },
};
