import type { Service } from "../api/types.gen.ts";
import type { EventRecorder } from "../client/events.ts";
import type { Informers } from "../client/informer.ts";
import type { Address, Network } from "../network/network.ts";
import { services } from "../resources/core/service.ts";
import type { Clock } from "../sim/clock.ts";
import type { Log } from "../sim/log.ts";
import { hostPortsOf, type WantedPort } from "./host-port.ts";
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

/** A port that a Service asks for, and where it really listens by now. */
interface Opened {
  readonly wanted: WantedPort;
  address: Address | undefined;
  close(): void;
}

const firstRetryMs = 1000;
const longestRetryMs = 60_000;

/**
 * Opens on this machine what Services show to the outside: NodePorts, and load balancers' loopback addresses. A port
 * that is taken is told in an Event on the Service and tried again; an address that this machine does not have, or a
 * port it does not give us, is replaced by one that it does.
 */
export class HostPorts {
  readonly #options: HostPortOptions;
  /** By Service, then by `address:port/protocol`. */
  readonly #opened = new Map<string, Map<string, Opened>>();
  readonly #stop: () => void;

  constructor(options: HostPortOptions) {
    this.#options = options;
    this.#stop = options.informers.for(services).onChange(({ type, object }) => {
      const id = `${object.metadata.namespace ?? ""}/${object.metadata.name}`;
      this.#follow(id, type === "DELETED" ? undefined : object);
    });
  }

  /** Where the ports of a Service (`namespace/name`) are open on this machine. */
  openFor(id: string): readonly { readonly wanted: WantedPort; readonly address: Address }[] {
    return [...(this.#opened.get(id)?.values() ?? [])].flatMap(({ wanted, address }) =>
      address ? [{ wanted, address }] : [],
    );
  }

  close(): void {
    this.#stop();
    for (const id of this.#opened.keys()) this.#follow(id, undefined);
  }

  #follow(id: string, service: Service | undefined): void {
    const all = service ? hostPortsOf(service, this.#options) : [];
    const wanted = new Map(all.map((one) => [keyOf(one), one]));
    const opened = this.#opened.get(id) ?? new Map<string, Opened>();
    for (const [key, one] of opened) {
      if (wanted.has(key)) continue;
      one.close();
      opened.delete(key);
      if (one.address) this.#tell("closed", one.wanted, one.address);
    }
    for (const [key, one] of wanted) if (!opened.has(key)) opened.set(key, this.#open(one));
    if (opened.size > 0) this.#opened.set(id, opened);
    else this.#opened.delete(id);
  }

  #open(wanted: WantedPort): Opened {
    const opened: Opened = { wanted, address: undefined, close: () => {} };
    this.#tryNext(opened, [wanted.address, ...wanted.otherwise], firstRetryMs);
    return opened;
  }

  #tryNext(opened: Opened, places: readonly Address[], retryMs: number): void {
    const { network, clock, hostIp } = this.#options;
    const { wanted } = opened;
    const [place, ...others] = places;
    if (!place) return;
    const listen = wanted.protocol === "TCP" ? listenTcp : listenUdp;
    opened.close = listen({
      network,
      clock,
      hostIp,
      address: place,
      enter: () => wanted.enter(),
      onOpen: (port) => {
        opened.address = { ip: place.ip, port };
        if (place !== wanted.address) this.#moved(wanted, opened.address);
        this.#tell("opened", wanted, opened.address);
      },
      onError: (error) => {
        const isFirst = place === wanted.address;
        if (others.length > 0 && (!isFirst || isUnusable(error))) {
          this.#tryNext(opened, others, retryMs);
          return;
        }
        this.#refused(wanted, error);
        const again = [wanted.address, ...wanted.otherwise];
        opened.close = clock.after(retryMs, () => {
          this.#tryNext(opened, again, Math.min(retryMs * 2, longestRetryMs));
        });
      },
    });
  }

  #moved({ service, address }: WantedPort, { ip, port }: Address): void {
    const message = `${address.ip}:${address.port} cannot be used on this machine: the load balancer answers on ${ip}:${port} instead`;
    this.#options.events.record(
      service,
      { component: "kube-proxy" },
      { type: "Warning", reason: "LoadBalancerMoved", message },
    );
  }

  #refused(wanted: WantedPort, error: NodeJS.ErrnoException): void {
    const { events, log } = this.#options;
    const { ip, port } = wanted.address;
    const why = error.code === "EADDRINUSE" ? "the port is already in use on this machine" : error.message;
    const message = `cannot listen on ${ip}:${port}/${wanted.protocol}: ${why}; will be tried again`;
    log.write("warn", message);
    events.record(wanted.service, { component: "kube-proxy" }, { type: "Warning", reason: "PortNotOpened", message });
    this.#tell("refused", wanted, wanted.address);
  }

  #tell(what: HostPortChange["what"], { service, protocol }: WantedPort, address: Address): void {
    const { namespace = "", name } = service.metadata;
    this.#options.onChange?.({ what, service: `${namespace}/${name}`, address, protocol });
  }
}

/** The machine has no such address, or keeps the port for itself. */
function isUnusable({ code }: NodeJS.ErrnoException): boolean {
  return code === "EADDRNOTAVAIL" || code === "EACCES";
}

function keyOf({ address, protocol }: WantedPort): string {
  return `${address.ip}:${address.port}/${protocol}`;
}
