import type { Service } from "../api/types.gen.ts";
import type { EventRecorder } from "../client/events.ts";
import type { Informers } from "../client/informer.ts";
import type { Address, Network } from "../network/network.ts";
import { services } from "../resources/core/service.ts";
import type { Clock } from "../sim/clock.ts";
import type { Log } from "../sim/log.ts";
import type { KubeProxy } from "./kube-proxy.ts";
import { listenTcp } from "./listen-tcp.ts";
import { listenUdp } from "./listen-udp.ts";

export interface HostPortOptions {
  readonly informers: Informers;
  readonly network: Network;
  readonly proxy: KubeProxy;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly log: Log;
  /** Where NodePorts listen on this machine. */
  readonly nodePortAddress: string;
  /** This machine as the cluster sees it: an address in the nodes' network. */
  readonly hostIp: string;
  /** Told of each port that opens or closes. */
  onChange?(change: HostPortChange): void;
}

export interface HostPortChange {
  readonly what: "opened" | "closed" | "refused";
  /** `default/web`. */
  readonly service: string;
  readonly address: Address;
  readonly protocol: string;
}

/** A port of this machine that leads into the cluster. */
interface Wanted {
  readonly service: Service;
  readonly address: Address;
  readonly protocol: "TCP" | "UDP";
  /** Where in the cluster it leads, asked anew for each connection. */
  enter(): Address | undefined;
}

interface Opened {
  readonly wanted: Wanted;
  close(): void;
}

const firstRetryMs = 1000;
const longestRetryMs = 60_000;

/**
 * Opens on this machine what Services show to the outside: NodePorts, and load balancers' loopback addresses. A port
 * that is taken is told in an Event on the Service and tried again.
 */
export class HostPorts {
  readonly #options: HostPortOptions;
  /** By Service, then by `address:port/protocol`. */
  readonly #opened = new Map<string, Map<string, Opened>>();
  readonly #stop: () => void;

  constructor(options: HostPortOptions) {
    this.#options = options;
    this.#stop = options.informers.for(services).onChange(({ type, object }) => {
      this.#follow(`${object.metadata.namespace ?? ""}/${object.metadata.name}`, type === "DELETED" ? undefined : object);
    });
  }

  close(): void {
    this.#stop();
    for (const id of this.#opened.keys()) this.#follow(id, undefined);
  }

  #follow(id: string, service: Service | undefined): void {
    const wanted = new Map((service ? this.#wantedBy(service) : []).map((one) => [keyOf(one), one]));
    const opened = this.#opened.get(id) ?? new Map<string, Opened>();
    for (const [key, one] of opened) {
      if (wanted.has(key)) continue;
      one.close();
      opened.delete(key);
      this.#tell("closed", one.wanted);
    }
    for (const [key, one] of wanted) if (!opened.has(key)) opened.set(key, this.#open(one));
    if (opened.size > 0) this.#opened.set(id, opened);
    else this.#opened.delete(id);
  }

  #wantedBy(service: Service): Wanted[] {
    const { nodePortAddress, proxy } = this.#options;
    const ingress = service.spec.type === "LoadBalancer" ? (service.status?.loadBalancer?.ingress ?? []) : [];
    return (service.spec.ports ?? []).flatMap(({ port, nodePort, protocol = "TCP" }): Wanted[] => {
      if (protocol === "SCTP") return [];
      const atNode = {
        service,
        protocol,
        address: { ip: nodePortAddress, port: nodePort ?? 0 },
        enter: (): Address | undefined => {
          const node = proxy.entryFor(nodePort ?? 0, protocol);
          return node && { ip: node.ip, port: nodePort ?? 0 };
        },
      };
      const atLoadBalancer = ingress.flatMap(({ ip }) =>
        ip?.startsWith("127.") ? [{ service, protocol, address: { ip, port }, enter: () => ({ ip, port }) }] : [],
      );
      return [...(nodePort ? [atNode] : []), ...atLoadBalancer];
    });
  }

  #open(wanted: Wanted, retryMs: number = firstRetryMs): Opened {
    const { network, clock, hostIp } = this.#options;
    const listen = wanted.protocol === "TCP" ? listenTcp : listenUdp;
    let cancel = (): void => {};
    const stop = listen({
      network,
      clock,
      hostIp,
      address: wanted.address,
      enter: () => wanted.enter(),
      onOpen: () => this.#tell("opened", wanted),
      onError: (error) => {
        this.#refused(wanted, error);
        cancel = clock.after(retryMs, () => {
          const again = this.#open(wanted, Math.min(retryMs * 2, longestRetryMs));
          cancel = () => again.close();
        });
      },
    });
    return {
      wanted,
      close() {
        stop();
        cancel();
      },
    };
  }

  #refused(wanted: Wanted, error: NodeJS.ErrnoException): void {
    const { events, log } = this.#options;
    const { ip, port } = wanted.address;
    const why = error.code === "EADDRINUSE" ? "the port is already in use on this machine" : error.message;
    const message = `cannot listen on ${ip}:${port}/${wanted.protocol}: ${why}; will be tried again`;
    log.write("warn", message);
    events.record(wanted.service, { component: "kube-proxy" }, { type: "Warning", reason: "PortNotOpened", message });
    this.#tell("refused", wanted);
  }

  #tell(what: HostPortChange["what"], { service, address, protocol }: Wanted): void {
    const { namespace = "", name } = service.metadata;
    this.#options.onChange?.({ what, service: `${namespace}/${name}`, address, protocol });
  }
}

function keyOf({ address, protocol }: Wanted): string {
  return `${address.ip}:${address.port}/${protocol}`;
}
