import type { Duplex } from "node:stream";

import type { Clock } from "../sim/clock.ts";
import type { Random } from "../sim/random.ts";
import { rangeCheck } from "./address-range.ts";
import { Connection, resetConnection } from "./connection.ts";
import { EphemeralPorts } from "./ephemeral-ports.ts";
import { Hooks } from "./hooks.ts";
import { hostSockets } from "./host-sockets.ts";
import { httpExchange } from "./http-client.ts";
import type { HttpRequest, HttpResponse } from "./http.ts";
import { joinStreams } from "./join-streams.ts";
import { callDirectly, type ListeningSocket, resetWhere } from "./listening-socket.ts";
import { isLoopback, sourceOf } from "./loopback.ts";
import {
  type Address,
  type Datagram,
  type Destination,
  type Fault,
  type Filter,
  type Flow,
  type FlowRecord,
  type HttpConnection,
  type Line,
  type Listener,
  type Network,
  NetworkError,
  type Redirect,
  type SocketFacts,
  type StopListening,
  type Verdict,
} from "./network.ts";
import { everyAddress, PortTable } from "./port-table.ts";
import { UdpFlows } from "./udp-flows.ts";
import { failure, shakeHands, transmit } from "./waiting.ts";

export interface NetworkOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Ranges (CIDR) with a router that says so when nobody is there; elsewhere packets just vanish. The pods' by default. */
  readonly pods?: readonly string[];
}

export function createNetwork(options: NetworkOptions): Network {
  return new SimulatedNetwork(options);
}

type UdpSocket = { readonly receive: (datagram: Datagram) => void };

interface Host {
  readonly tcp: PortTable<ListeningSocket>;
  readonly udp: PortTable<UdpSocket>;
  /** The ends on this host of connections it began. */
  readonly dialled: Set<Connection>;
}

/** Where a flow arrives: the socket, whom that sees, and what is in the way. */
interface Arrival {
  readonly flow: Flow;
  readonly socket: ListeningSocket;
  readonly source: Address;
  readonly destination: Address;
  /** A fault slows it down. */
  readonly isSlow: boolean;
  readonly record: FlowRecord | undefined;
}

type Failure = Exclude<Verdict, "accept">;

class SimulatedNetwork implements Network {
  readonly #clock: Clock;
  readonly #isPodAddress: (ip: string) => boolean;
  readonly #hosts = new Map<string, Host>();
  readonly #ports: EphemeralPorts;
  readonly #udpFlows: UdpFlows;
  readonly #redirects = new Hooks<Redirect>();
  readonly #filters = new Hooks<Filter>();
  readonly #faults = new Hooks<Fault>();
  readonly #observers = new Hooks<(record: FlowRecord) => void>();

  constructor({ clock, random, pods = ["10.244.0.0/16"] }: NetworkOptions) {
    this.#clock = clock;
    this.#isPodAddress = rangeCheck(pods);
    this.#ports = new EphemeralPorts(random);
    this.#udpFlows = new UdpFlows(clock);
  }

  addHost(ip: string): () => void {
    if (this.#hosts.has(ip)) throw new NetworkError("EADDRINUSE", `host ${ip} is up already`);
    const host: Host = { tcp: new PortTable(), udp: new PortTable(), dialled: new Set() };
    this.#hosts.set(ip, host);
    return () => {
      if (this.#hosts.get(ip) !== host) return;
      this.#hosts.delete(ip);
      for (const socket of host.tcp.owners()) resetWhere(socket);
      for (const connection of host.dialled) resetConnection(connection);
    };
  }

  hasHost(ip: string): boolean {
    return this.#hosts.has(ip);
  }

  listen(address: Address, listener: Listener, host?: string): StopListening {
    const socket: ListeningSocket = { listener, connections: new Map(), calls: new Map() };
    const { tcp } = this.#hostAt(host ?? address.ip);
    const release = tcp.claim(host === undefined ? everyAddress : address.ip, address.port, socket);
    return (end) => {
      release();
      if (end === "reset") resetWhere(socket);
    };
  }

  listenerAt({ ip, port }: Address): Listener | undefined {
    return this.#hosts.get(ip)?.tcp.find(ip, port)?.listener;
  }

  sockets(ip: string): readonly SocketFacts[] {
    return hostSockets(this.#hosts.get(ip));
  }

  dial(from: string, to: Address, signal?: AbortSignal): Promise<Duplex> {
    const arrival = this.#arrive({ protocol: "TCP", from: this.#ports.next(from), to });
    if (typeof arrival === "string") return failure(arrival, this.#clock, signal);
    if (!arrival.isSlow) return Promise.resolve(this.#connect(arrival));
    return this.#handshake(arrival, signal).then(() => this.#connect(arrival));
  }

  fetch(from: string, to: Address, request: HttpRequest, signal?: AbortSignal): Promise<HttpResponse> {
    const arrival = this.#arrive({ protocol: "TCP", from: this.#ports.next(from), to });
    if (typeof arrival === "string") return failure(arrival, this.#clock, signal);
    if (!arrival.isSlow) return this.#exchange(arrival, request, signal);
    return this.#keep(arrival, signal).then((connection) => connection.fetch(request, signal));
  }

  connectHttp(from: string, to: Address, signal?: AbortSignal): Promise<HttpConnection> {
    const arrival = this.#arrive({ protocol: "TCP", from: this.#ports.next(from), to });
    return typeof arrival === "string" ? failure(arrival, this.#clock, signal) : this.#keep(arrival, signal);
  }

  route(flow: Flow): Destination | "refuse" | "drop" | "unreachable" {
    const found = this.#resolve(flow);
    if (found === "filtered") return "drop";
    if (typeof found === "string") return found;
    const fault = this.#faultFor(flow, found);
    if (typeof fault === "string") return fault;
    if (flow.protocol !== "TCP") return found;
    return this.#socketAt(flow.from.ip, found) ? found : "refuse";
  }

  enter(connection: Duplex, flow: Flow): Verdict {
    const arrival = this.#arrive(flow);
    if (typeof arrival === "string") return arrival;
    if (!arrival.isSlow) this.#admit(connection, arrival);
    else {
      const late = this.#handshake(arrival, undefined).then(() => joinStreams(connection, this.#connect(arrival)));
      late.catch(() => resetConnection(connection));
    }
    return "accept";
  }

  bind(
    address: Address,
    receive: (datagram: Datagram) => void,
    host?: string,
  ): { readonly address: Address; close(): void } {
    const { udp } = this.#hostAt(host ?? address.ip);
    const isFree = (port: number): boolean => udp.isFree(port);
    const port = address.port === 0 ? this.#ports.nextFree(host ?? address.ip, isFree) : address.port;
    if (port === undefined) throw new NetworkError("EADDRINUSE", `no free UDP port on ${host ?? address.ip}`);
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
    const flow: Flow = { protocol: "UDP", from, to };
    const known = this.#udpFlows.find(from, to);
    if (known && this.#udpSocketAt(from.ip, known.destination)) {
      const line = this.#faultFor(flow, known.destination);
      this.#forward(known.destination.ip, { from: known.source, to: known.destination, bytes }, line);
      return;
    }
    if (known) this.#udpFlows.forget(known);
    const destination = this.#resolve(flow);
    const fault = typeof destination === "string" ? undefined : this.#faultFor(flow, destination);
    if (this.#observers.all.length > 0) {
      this.#tell(flow, destination, typeof fault === "string" ? fault : this.#udpVerdict(from, destination));
    }
    if (typeof destination === "string") return;
    const source = sourceOf(from, destination);
    const local = isLoopback(destination.ip);
    if (!local) this.#udpFlows.add({ from, to, destination, source });
    this.#forward(local ? from.ip : destination.ip, { from: source, to: destination, bytes }, fault);
  }

  addRedirect(redirect: Redirect): () => void {
    return this.#redirects.add(redirect);
  }

  addFilter(filter: Filter): () => void {
    return this.#filters.add(filter);
  }

  addFault(fault: Fault): () => void {
    return this.#faults.add(fault);
  }

  get hasFaults(): boolean {
    return this.#faults.all.length > 0;
  }

  cut(matches: (flow: Flow) => boolean): number {
    let count = 0;
    for (const { tcp } of this.#hosts.values()) {
      for (const socket of tcp.owners()) count += resetWhere(socket, matches);
    }
    return count;
  }

  forgetUdp(matches: (to: Address, destination: Address) => boolean): void {
    this.#udpFlows.forgetAll(matches);
  }

  onFlow(listener: (record: FlowRecord) => void): () => void {
    return this.#observers.add(listener);
  }

  #hostAt(ip: string): Host {
    const host = this.#hosts.get(ip);
    if (!host) throw new Error(`no host ${ip} to listen on`);
    return host;
  }

  #arrive(flow: Flow): Arrival | Failure {
    const destination = this.#resolve(flow);
    const fault = typeof destination === "string" ? destination : this.#faultFor(flow, destination);
    const isThrough = typeof fault !== "string" && typeof destination !== "string";
    const socket = isThrough ? this.#socketAt(flow.from.ip, destination) : undefined;
    const failed = typeof fault === "string" ? fault : socket ? undefined : "refuse";
    const record = this.#observers.all.length > 0 ? this.#tell(flow, destination, failed ?? "accept") : undefined;
    if (!isThrough || !socket) return failed ?? "refuse";
    return { flow, socket, source: sourceOf(flow.from, destination), destination, isSlow: fault !== undefined, record };
  }

  #faultFor({ protocol, from }: Flow, to: Destination): "refuse" | "drop" | Line | undefined {
    if (this.#faults.all.length === 0 || isLoopback(to.ip)) return undefined;
    for (const fault of this.#faults.all) {
      const found = fault({ protocol, from, to });
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Redirects, then whether anybody is there, then filters. */
  #resolve(flow: Flow): Destination | Failure {
    const destination = this.#redirected(flow);
    if (typeof destination === "string" || isLoopback(destination.ip)) return destination;
    if (!this.#hosts.has(destination.ip)) return this.#isPodAddress(destination.ip) ? "unreachable" : "drop";
    for (const filter of this.#filters.all) {
      if (filter({ protocol: flow.protocol, from: flow.from, to: destination }) === "drop") return "filtered";
    }
    return destination;
  }

  #redirected(flow: Flow): Destination | "refuse" | "drop" {
    for (const redirect of this.#redirects.all) {
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

  #tell({ protocol, from, to }: Flow, destination: Destination | Failure, verdict: Verdict): FlowRecord {
    const redirected = typeof destination === "string" || destination === to ? {} : { destination };
    const record: FlowRecord = { protocol, from, to, time: this.#clock.now(), verdict, ...redirected };
    for (const observer of this.#observers.all) observer(record);
    return record;
  }

  #forward(host: string, datagram: Datagram, fault: "refuse" | "drop" | Line | undefined): void {
    if (typeof fault === "string") return;
    const delayMs = fault?.() ?? 0;
    if (delayMs <= 0) this.#deliver(host, datagram);
    else if (delayMs < Number.POSITIVE_INFINITY) this.#clock.after(delayMs, () => this.#deliver(host, datagram));
  }

  /** Later, so that a program's answer never runs inside its caller's send. */
  #deliver(host: string, datagram: Datagram): void {
    const { ip, port } = datagram.to;
    queueMicrotask(() => {
      this.#hosts.get(host)?.udp.find(ip, port)?.receive(datagram);
    });
  }

  /** How long a packet takes now: faults come and go while a connection is open. */
  #delay(flow: Flow, to: Destination): number {
    if (this.#faults.all.length === 0) return 0;
    const fault = this.#faultFor(flow, to);
    if (fault === "drop") return Number.POSITIVE_INFINITY;
    return typeof fault === "function" ? fault() : 0;
  }

  /** Rejects when the line lets nothing through, or when nobody listens any more at its end. */
  async #handshake({ flow, socket, destination }: Arrival, signal: AbortSignal | undefined): Promise<void> {
    await shakeHands(this.#clock, () => this.#delay(flow, destination), signal);
    if (this.#socketAt(flow.from.ip, destination) !== socket) await failure("refuse", this.#clock, signal);
  }

  #connect({ flow, socket, source, destination, record }: Arrival): Connection {
    const clock = this.#clock;
    const dialled = this.#hosts.get(flow.from.ip)?.dialled;
    // A delay is that of a round trip.
    const line = (): number => this.#delay(flow, destination) / 2;
    const near = new Connection(source, destination, {
      clock,
      line,
      onClose: (connection) => {
        dialled?.delete(connection);
        if (record) this.#end(record, connection.bytesWritten, connection.bytesRead);
      },
    });
    const far = new Connection(destination, source, {
      clock,
      line,
      onClose: (connection) => socket.connections.delete(connection),
    });
    Connection.join(near, far);
    dialled?.add(near);
    socket.connections.set(far, { ...flow, to: destination });
    socket.listener.accept(far, source);
    return near;
  }

  #admit(connection: Duplex, { flow, socket, source, destination, record }: Arrival): void {
    socket.connections.set(connection, { ...flow, to: destination });
    connection.once("close", () => {
      socket.connections.delete(connection);
      const { bytesRead = 0, bytesWritten = 0 } = connection as Partial<Connection>;
      if (record) this.#end(record, bytesRead, bytesWritten);
    });
    socket.listener.accept(connection, source);
  }

  #exchange(arrival: Arrival, request: HttpRequest, signal: AbortSignal | undefined): Promise<HttpResponse> {
    const { socket, source, flow, destination, record } = arrival;
    if (!socket.listener.handle) return httpExchange(this.#connect(arrival), request, signal);
    const answer = callDirectly(socket, { flow: { ...flow, to: destination }, source, request, signal });
    return record ? answer.then((response) => this.#answered(record, request, response)) : answer;
  }

  async #keep(arrival: Arrival, signal: AbortSignal | undefined): Promise<HttpConnection> {
    const { socket, flow, destination, isSlow } = arrival;
    if (isSlow) await this.#handshake(arrival, signal);
    const isOpen = (): boolean =>
      socket.listener.handle !== undefined && this.#socketAt(flow.from.ip, destination) === socket;
    return {
      get isOpen() {
        return isOpen();
      },
      fetch: (request, end) =>
        isSlow ? this.#transmitted(arrival, request, end) : this.#exchange(arrival, request, end),
    };
  }

  async #transmitted(arrival: Arrival, request: HttpRequest, signal: AbortSignal | undefined): Promise<HttpResponse> {
    const { flow, destination, socket } = arrival;
    if (socket.listener.handle) await transmit(this.#clock, () => this.#delay(flow, destination), signal);
    return this.#exchange(arrival, request, signal);
  }

  #answered(record: FlowRecord, { body }: HttpRequest, response: HttpResponse): HttpResponse {
    const sent = body instanceof Uint8Array ? body.length : 0;
    this.#end(record, sent, Number(response.headers["content-length"] ?? 0));
    return response;
  }

  #end(record: FlowRecord, sent: number, received: number): void {
    record.end = { time: this.#clock.now(), sent, received };
  }
}
