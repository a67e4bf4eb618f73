import type { Duplex } from "node:stream";

import ipaddr from "ipaddr.js";

import type { Clock } from "../sim/clock.ts";
import type { Random } from "../sim/random.ts";
import { Connection, resetConnection } from "./connection.ts";
import { httpExchange } from "./http-client.ts";
import type { HttpRequest, HttpResponse } from "./http.ts";
import {
  type Address,
  type Datagram,
  type Destination,
  type Filter,
  type Flow,
  type FlowRecord,
  type Listener,
  type Network,
  NetworkError,
  type Redirect,
  type StopListening,
  type Verdict,
} from "./network.ts";
import { everyAddress, PortTable } from "./port-table.ts";
import { UdpFlows } from "./udp-flows.ts";

export interface NetworkOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Ranges (CIDR) with a router that says so when nobody is there; elsewhere packets just vanish. The pods' by default. */
  readonly pods?: readonly string[];
}

/** Linux with tcp_syn_retries=6 gives up after this. */
const connectTimeoutMs = 127_000;
/** Three ARP requests, a second apart. */
const unreachableAfterMs = 3000;
const firstEphemeralPort = 32_768;
const lastEphemeralPort = 60_999;

export function createNetwork(options: NetworkOptions): Network {
  return new SimulatedNetwork(options);
}

/** A listening socket and what goes when its process dies. */
interface ListeningSocket {
  readonly listener: Listener;
  readonly connections: Set<Duplex>;
  /** Callers in the middle of a direct call. */
  readonly calls: Set<() => void>;
}

interface UdpSocket {
  readonly receive: (datagram: Datagram) => void;
}

interface Host {
  readonly tcp: PortTable<ListeningSocket>;
  readonly udp: PortTable<UdpSocket>;
  /** The ends on this host of connections it began. */
  readonly dialled: Set<Connection>;
}

/** Where a flow arrives: the socket, and whom that sees. */
interface Arrival {
  readonly socket: ListeningSocket;
  readonly source: Address;
  readonly destination: Address;
}

type Failure = Exclude<Verdict, "accept">;

class SimulatedNetwork implements Network {
  readonly #clock: Clock;
  readonly #podRanges: readonly [ipaddr.IPv4 | ipaddr.IPv6, number][];
  readonly #hosts = new Map<string, Host>();
  /** Last ephemeral port used, by IP. */
  readonly #ports = new Map<string, number>();
  readonly #firstPortOffset: number;
  readonly #udpFlows: UdpFlows;
  #redirects: readonly Redirect[] = [];
  #filters: readonly Filter[] = [];
  #observers: readonly ((record: FlowRecord) => void)[] = [];

  constructor({ clock, random, pods = ["10.244.0.0/16"] }: NetworkOptions) {
    this.#clock = clock;
    this.#podRanges = pods.map((range) => ipaddr.parseCIDR(range));
    this.#firstPortOffset = random.integer(lastEphemeralPort - firstEphemeralPort);
    this.#udpFlows = new UdpFlows(clock);
  }

  addHost(ip: string): () => void {
    if (this.#hosts.has(ip)) throw new NetworkError("EADDRINUSE", `host ${ip} is up already`);
    const host: Host = { tcp: new PortTable(), udp: new PortTable(), dialled: new Set() };
    this.#hosts.set(ip, host);
    return () => {
      if (this.#hosts.get(ip) !== host) return;
      this.#hosts.delete(ip);
      for (const socket of host.tcp.owners()) resetAll(socket);
      for (const connection of host.dialled) resetConnection(connection);
    };
  }

  hasHost(ip: string): boolean {
    return this.#hosts.has(ip);
  }

  listen(address: Address, listener: Listener, host?: string): StopListening {
    const socket: ListeningSocket = { listener, connections: new Set(), calls: new Set() };
    const { tcp } = this.#hostAt(host ?? address.ip);
    const release = tcp.claim(host === undefined ? everyAddress : address.ip, address.port, socket);
    return (end) => {
      release();
      if (end === "reset") resetAll(socket);
    };
  }

  listenerAt({ ip, port }: Address): Listener | undefined {
    return this.#hosts.get(ip)?.tcp.find(ip, port)?.listener;
  }

  dial(from: string, to: Address, signal?: AbortSignal): Promise<Duplex> {
    const arrival = this.#arrive({ protocol: "TCP", from: this.#newSource(from), to });
    if (typeof arrival === "string") return this.#fail(arrival, signal);
    return Promise.resolve(this.#connect(from, arrival));
  }

  fetch(from: string, to: Address, request: HttpRequest, signal?: AbortSignal): Promise<HttpResponse> {
    const arrival = this.#arrive({ protocol: "TCP", from: this.#newSource(from), to });
    if (typeof arrival === "string") return this.#fail(arrival, signal);
    if (arrival.socket.listener.handle) return callDirectly(arrival, request, signal);
    return httpExchange(this.#connect(from, arrival), request, signal);
  }

  route(flow: Flow): Destination | "refuse" | "drop" | "unreachable" {
    const found = this.#resolve(flow);
    if (found === "filtered") return "drop";
    if (typeof found === "string" || flow.protocol !== "TCP") return found;
    return this.#socketAt(flow.from.ip, found) ? found : "refuse";
  }

  enter(connection: Duplex, flow: Flow): Verdict {
    const arrival = this.#arrive(flow);
    if (typeof arrival === "string") return arrival;
    const { connections } = arrival.socket;
    connections.add(connection);
    connection.once("close", () => {
      connections.delete(connection);
    });
    arrival.socket.listener.accept(connection, arrival.source);
    return "accept";
  }

  bind(
    address: Address,
    receive: (datagram: Datagram) => void,
    host?: string,
  ): { readonly address: Address; close(): void } {
    const { udp } = this.#hostAt(host ?? address.ip);
    const port = address.port === 0 ? this.#freeUdpPort(host ?? address.ip, udp) : address.port;
    const close = udp.claim(host === undefined ? everyAddress : address.ip, port, { receive });
    return { address: { ip: address.ip, port }, close };
  }

  send(datagram: Datagram): void {
    const { from, to, bytes } = datagram;
    const answered = this.#udpFlows.findAnswered(from, to);
    if (answered) {
      this.#deliver(answered.from.ip, { from: answered.to, to: answered.from, bytes });
      return;
    }
    const known = this.#udpFlows.find(from, to);
    if (known && this.#udpSocketAt(from.ip, known.destination)) {
      this.#deliver(known.destination.ip, { from: known.source, to: known.destination, bytes });
      return;
    }
    if (known) this.#udpFlows.forget(known);
    const flow: Flow = { protocol: "UDP", from, to };
    const destination = this.#resolve(flow);
    if (this.#observers.length > 0) this.#tell(flow, destination, this.#udpVerdict(from, destination));
    if (typeof destination === "string") return;
    const source = sourceOf(from, destination);
    const local = isLoopback(destination.ip);
    if (!local) this.#udpFlows.add({ from, to, destination, source });
    this.#deliver(local ? from.ip : destination.ip, { from: source, to: destination, bytes });
  }

  addRedirect(redirect: Redirect): () => void {
    this.#redirects = [...this.#redirects, redirect];
    return () => {
      this.#redirects = this.#redirects.filter((one) => one !== redirect);
    };
  }

  addFilter(filter: Filter): () => void {
    this.#filters = [...this.#filters, filter];
    return () => {
      this.#filters = this.#filters.filter((one) => one !== filter);
    };
  }

  onFlow(listener: (record: FlowRecord) => void): () => void {
    this.#observers = [...this.#observers, listener];
    return () => {
      this.#observers = this.#observers.filter((one) => one !== listener);
    };
  }

  #hostAt(ip: string): Host {
    const host = this.#hosts.get(ip);
    if (!host) throw new Error(`no host ${ip} to listen on`);
    return host;
  }

  #arrive(flow: Flow): Arrival | Failure {
    const destination = this.#resolve(flow);
    const socket = typeof destination === "string" ? undefined : this.#socketAt(flow.from.ip, destination);
    if (this.#observers.length > 0) {
      this.#tell(flow, destination, typeof destination === "string" ? destination : socket ? "accept" : "refuse");
    }
    if (typeof destination === "string") return destination;
    return socket ? { socket, source: sourceOf(flow.from, destination), destination } : "refuse";
  }

  /** Redirects, then whether anybody is there, then filters. */
  #resolve(flow: Flow): Destination | Failure {
    const destination = this.#redirected(flow);
    if (typeof destination === "string" || isLoopback(destination.ip)) return destination;
    if (!this.#hosts.has(destination.ip)) return this.#isPodAddress(destination.ip) ? "unreachable" : "drop";
    for (const filter of this.#filters) {
      if (filter({ protocol: flow.protocol, from: flow.from, to: destination }) === "drop") return "filtered";
    }
    return destination;
  }

  #redirected(flow: Flow): Destination | "refuse" | "drop" {
    for (const redirect of this.#redirects) {
      const answer = redirect(flow);
      if (answer !== undefined) return answer;
    }
    return flow.to;
  }

  #socketAt(from: string, { ip, port }: Address): ListeningSocket | undefined {
    return this.#hosts.get(isLoopback(ip) ? from : ip)?.tcp.find(ip, port);
  }

  #udpSocketAt(from: string, { ip, port }: Address): UdpSocket | undefined {
    return this.#hosts.get(isLoopback(ip) ? from : ip)?.udp.find(ip, port);
  }

  #udpVerdict(from: Address, destination: Destination | Failure): Verdict {
    if (typeof destination === "string") return destination;
    return this.#udpSocketAt(from.ip, destination) ? "accept" : "refuse";
  }

  #tell({ protocol, from, to }: Flow, destination: Destination | Failure, verdict: Verdict): void {
    const redirected = typeof destination === "string" || destination === to ? {} : { destination };
    const record: FlowRecord = { protocol, from, to, time: this.#clock.now(), verdict, ...redirected };
    for (const observer of this.#observers) observer(record);
  }

  /** Later, so that a program's answer never runs inside its caller's send. */
  #deliver(host: string, datagram: Datagram): void {
    const { ip, port } = datagram.to;
    queueMicrotask(() => {
      this.#hosts.get(host)?.udp.find(ip, port)?.receive(datagram);
    });
  }

  #isPodAddress(ip: string): boolean {
    if (!ipaddr.isValid(ip)) return false;
    const address = ipaddr.parse(ip);
    return this.#podRanges.some((range) => address.kind() === range[0].kind() && address.match(range));
  }

  #newSource(ip: string): Address {
    const last = this.#ports.get(ip) ?? firstEphemeralPort + this.#firstPortOffset;
    const port = last === lastEphemeralPort ? firstEphemeralPort : last + 1;
    this.#ports.set(ip, port);
    return { ip, port };
  }

  #freeUdpPort(ip: string, udp: PortTable<UdpSocket>): number {
    for (let tries = firstEphemeralPort; tries <= lastEphemeralPort; tries++) {
      const { port } = this.#newSource(ip);
      if (udp.isFree(port)) return port;
    }
    throw new NetworkError("EADDRINUSE", `no free UDP port on ${ip}`);
  }

  #connect(from: string, { socket, source, destination }: Arrival): Connection {
    const dialled = this.#hosts.get(from)?.dialled;
    const near = new Connection(source, destination, (connection) => dialled?.delete(connection));
    const far = new Connection(destination, source, (connection) => socket.connections.delete(connection));
    Connection.join(near, far);
    dialled?.add(near);
    socket.connections.add(far);
    socket.listener.accept(far, source);
    return near;
  }

  #fail(failure: Failure, signal: AbortSignal | undefined): Promise<never> {
    if (failure === "refuse") return Promise.reject(new NetworkError("ECONNREFUSED", "connect ECONNREFUSED"));
    return new Promise((_, reject) => {
      const give = (code: "EHOSTUNREACH" | "ETIMEDOUT"): void => {
        cancel();
        signal?.removeEventListener("abort", abort);
        reject(new NetworkError(code, `connect ${code}`));
      };
      const abort = (): void => {
        give("ETIMEDOUT");
      };
      const cancel =
        failure === "unreachable"
          ? this.#clock.after(unreachableAfterMs, () => {
              give("EHOSTUNREACH");
            })
          : this.#clock.after(connectTimeoutMs, abort);
      if (signal?.aborted) abort();
      else signal?.addEventListener("abort", abort);
    });
  }
}

function resetAll({ connections, calls }: ListeningSocket): void {
  for (const connection of connections) resetConnection(connection);
  for (const reset of calls) reset();
}

export function isLoopback(ip: string): boolean {
  return ip.startsWith("127.") || ip === "::1";
}

function sourceOf(from: Address, { ip, source }: Destination): Address {
  if (source !== undefined) return { ip: source, port: from.port };
  return isLoopback(ip) && !isLoopback(from.ip) ? { ip: "127.0.0.1", port: from.port } : from;
}

/** The direct door: a server that fails or dies on the way is a reset connection to its caller. */
function callDirectly(
  { socket, source }: Arrival,
  request: HttpRequest,
  signal: AbortSignal | undefined,
): Promise<HttpResponse> {
  const { handle } = socket.listener;
  try {
    const { method, url, headers, body } = request;
    const response = handle?.({ method, url, headers, body, remote: source });
    if (response === undefined) throw new Error("the listener has no direct door");
    return response instanceof Promise ? interruptible(response, socket, signal) : Promise.resolve(response);
  } catch (error) {
    return Promise.reject(failedServer(error));
  }
}

function interruptible(
  response: Promise<HttpResponse>,
  { calls }: ListeningSocket,
  signal: AbortSignal | undefined,
): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const reset = (): void => {
      reject(new NetworkError("ECONNRESET", "read ECONNRESET"));
    };
    const abort = (): void => {
      reject(new NetworkError("ETIMEDOUT", "read ETIMEDOUT"));
    };
    calls.add(reset);
    signal?.addEventListener("abort", abort);
    const forget = (): void => {
      calls.delete(reset);
      signal?.removeEventListener("abort", abort);
    };
    if (signal?.aborted) abort();
    response
      .then(resolve, (error: unknown) => {
        reject(failedServer(error));
      })
      .finally(forget);
  });
}

function failedServer(cause: unknown): NetworkError {
  const error = new NetworkError("ECONNRESET", "read ECONNRESET");
  error.cause = cause;
  return error;
}
