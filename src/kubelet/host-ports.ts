import type { Pod } from "../api/types.gen.ts";
import { isLoopback } from "../network/loopback.ts";
import type { Address, Network } from "../network/network.ts";
import { everyAddress } from "../network/port-table.ts";

/**
 * The hostPorts of a node's pods: what arrives there goes on to the pod.
 * https://kubernetes.io/docs/concepts/extend-kubernetes/compute-storage-net/network-plugins/#support-hostport
 */
export class HostPorts {
  readonly #network: Network;
  readonly #nodeIp: string;
  /** By `TCP 0.0.0.0:80`. */
  readonly #targets = new Map<string, Address>();
  #stop: (() => void) | undefined;

  constructor(network: Network, nodeIp: string) {
    this.#network = network;
    this.#nodeIp = nodeIp;
  }

  /** Leads a pod's host ports to its IP. The returned function closes them. */
  open({ spec }: Pod, podIp: string): () => void {
    const opened: string[] = [];
    for (const { hostPort, hostIP, containerPort, protocol = "TCP" } of portsOf(spec)) {
      if (!hostPort) continue;
      const id = idOf(protocol, hostIP || everyAddress, hostPort);
      this.#targets.set(id, { ip: podIp, port: containerPort });
      opened.push(id);
    }
    if (opened.length > 0) this.#listen();
    return () => {
      for (const id of opened) if (this.#targets.get(id)?.ip === podIp) this.#targets.delete(id);
    };
  }

  stop(): void {
    this.#stop?.();
    this.#stop = undefined;
    this.#targets.clear();
  }

  /** A node without host ports costs the network nothing. */
  #listen(): void {
    this.#stop ??= this.#network.addRedirect(({ protocol, from, to }) => {
      // The node's own processes may ask its loopback address.
      if (to.ip !== this.#nodeIp && !(from.ip === this.#nodeIp && isLoopback(to.ip))) return undefined;
      return (
        this.#targets.get(idOf(protocol, everyAddress, to.port)) ?? this.#targets.get(idOf(protocol, to.ip, to.port))
      );
    });
  }
}

function portsOf(spec: Pod["spec"]): NonNullable<Pod["spec"]["containers"][number]["ports"]> {
  return [...(spec.initContainers ?? []), ...spec.containers].flatMap(({ ports = [] }) => ports);
}

function idOf(protocol: string, ip: string, port: number): string {
  return `${protocol} ${ip}:${port}`;
}
