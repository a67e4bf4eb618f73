import type { NodePower } from "../faults/faults.ts";
import type { KubeProxy } from "../kubeproxy/kube-proxy.ts";
import type { Network } from "../network/network.ts";
import { describeError, type Log } from "../sim/log.ts";
import type { Machine } from "./machine.ts";

/** Switches the cluster's machines for faults. */
export function nodePower(parts: {
  readonly machines: ReadonlyMap<string, Machine>;
  readonly network: Network;
  readonly proxy: KubeProxy;
  readonly log: Log;
}): NodePower {
  const { machines, network, proxy, log } = parts;
  const machine = (node: string): Machine => {
    const found = machines.get(node);
    if (!found) throw new Error(`there is no node ${JSON.stringify(node)}`);
    return found;
  };
  /** One after the other: a node that is on its way down comes back only then. */
  const latest = new Map<string, Promise<void>>();
  const run = (node: string, work: () => Promise<void>): void => {
    const done = (latest.get(node) ?? Promise.resolve()).then(work);
    latest.set(
      node,
      done.catch((error: unknown) => log.write("error", `node ${node}: ${describeError(error)}`)),
    );
  };
  const isOn = (node: string, ip: string): boolean => proxy.nodes.of(ip)?.name === node;
  return {
    has: (node) => machines.has(node),
    take(node, amounts) {
      const { kubelet } = machine(node);
      const taken = [...amounts].map(([resource, amount]) => {
        const isShare = "share" in amount;
        return [resource, isShare ? amount.share * kubelet.capacityOf(resource) : amount.amount] as const;
      });
      return kubelet.load.take(Object.fromEntries(taken));
    },
    stop(node) {
      const found = machine(node);
      run(node, () => found.powerOff());
      return () => run(node, () => found.powerOn());
    },
    cutOff(node) {
      const { uplink } = machine(node);
      uplink.cut();
      const mend = network.addFault(({ from, to }) => (isOn(node, from.ip) === isOn(node, to.ip) ? undefined : "drop"));
      return () => {
        mend();
        uplink.mend();
      };
    },
  };
}
