import type { Duplex } from "node:stream";

import type { HttpHandler, HttpRequest, HttpResponse } from "./http.ts";

export interface Address {
  readonly ip: string;
  readonly port: number;
}

export type Protocol = "TCP" | "UDP" | "SCTP";

const errorCodes = ["ECONNREFUSED", "ETIMEDOUT", "EHOSTUNREACH", "EADDRINUSE", "ECONNRESET"] as const;

/** Why a packet did not arrive, by its Node (POSIX) code: refused at once, lost, or nobody there. */
export type NetworkErrorCode = (typeof errorCodes)[number];

export function isNetworkErrorCode(text: string | undefined): text is NetworkErrorCode {
  return errorCodes.some((code) => code === text);
}

export class NetworkError extends Error {
  readonly code: NetworkErrorCode;

  constructor(code: NetworkErrorCode, message: string = code) {
    super(message);
    this.code = code;
  }
}

/** What waits on a TCP port. `accept` takes a byte stream; with `handle`, callers in this process may skip HTTP's bytes. */
export interface Listener {
  accept(connection: Duplex, remote: Address): void;
  readonly handle?: HttpHandler;
}

export interface Datagram {
  readonly from: Address;
  readonly to: Address;
  readonly bytes: Uint8Array;
}

/** What the packet filter sees of a new connection or datagram. */
export interface Flow {
  readonly protocol: Protocol;
  readonly from: Address;
  readonly to: Address;
}

/** Where a flow really goes. With `source`, the receiver sees that IP in place of the sender's (masquerading). */
export interface Destination extends Address {
  readonly source?: string;
}

/** A destination: go there instead. "refuse": RST. "drop": silence. undefined: not mine. The first that answers decides. */
export type Redirect = (flow: Flow) => Destination | "refuse" | "drop" | undefined;

/** Decides on a flow after redirection. */
export type Filter = (flow: Flow) => "accept" | "drop";

/** What became of a new connection or datagram: "filtered" is dropped by a filter, "drop" by a redirect or the void. */
export type Verdict = "accept" | "refuse" | "drop" | "filtered" | "unreachable";

/** One new connection or datagram, told as it happens. */
export interface FlowRecord extends Flow {
  /** Ms of the cluster's clock. */
  readonly time: number;
  readonly verdict: Verdict;
  /** Where redirects sent it, when they did. */
  readonly destination?: Destination;
  /** Set when an accepted connection ends. */
  end?: FlowEnd;
}

/** How a connection ended. Bytes as `from` sees them; by the direct door, those of the bodies whose length is known. */
export interface FlowEnd {
  readonly time: number;
  readonly sent: number;
  readonly received: number;
}

/** A line that is worse than perfect: how long a packet is under way, in ms. Infinity: it is lost. */
export type Line = () => number;

/** What stands between two addresses, asked for each packet after redirection. undefined: nothing. */
export type Fault = (flow: Flow) => "refuse" | "drop" | Line | undefined;

/** An open socket, as netstat shows it. */
export interface SocketFacts {
  readonly protocol: "TCP" | "UDP";
  readonly state: "listening" | "established";
  readonly local: Address;
  readonly remote?: Address;
}

/** A connection for several requests, one after the other: all go where the first went. */
export interface HttpConnection {
  /** False: the server closed it, or has gone. */
  readonly isOpen: boolean;
  fetch(request: HttpRequest, signal?: AbortSignal): Promise<HttpResponse>;
}

/** Ends listening. With `reset` (the process died) the connections it accepted are reset as well. */
export type StopListening = (end?: "reset") => void;

/**
 * The wire between all that has an IP in the cluster. Knows addresses and nothing of Kubernetes:
 * kube-proxy adds a redirect, network policy a filter, DNS listens on it.
 * A host is one network namespace: 127.0.0.0/8 and ::1 mean the host that dials.
 */
export interface Network {
  /** Brings up an IP. The returned function takes it down: its listeners go, its connections are reset. */
  addHost(ip: string): () => void;
  hasHost(ip: string): boolean;
  /**
   * Throws EADDRINUSE. A host's IP alone means every address of that host. With `host`, `address.ip` is taken as it
   * stands: 0.0.0.0 for every address, 127.0.0.1 for the host's loopback only.
   */
  listen(address: Address, listener: Listener, host?: string): StopListening;
  /** Who listens there, without connecting. */
  listenerAt(address: Address): Listener | undefined;
  /** What is open on a host, listening sockets first, each in the order of its port. */
  sockets(ip: string): readonly SocketFacts[];
  /** Rejects with NetworkError; ETIMEDOUT after the network's connect timeout on the cluster's clock, or `signal`. */
  dial(from: string, to: Address, signal?: AbortSignal): Promise<Duplex>;
  /** One HTTP exchange by the direct door when there is one, over a byte stream otherwise. */
  fetch(from: string, to: Address, request: HttpRequest, signal?: AbortSignal): Promise<HttpResponse>;
  /** As `fetch`, but the connection is kept (a byte stream serves one request only). */
  connectHttp(from: string, to: Address, signal?: AbortSignal): Promise<HttpConnection>;
  /** Where a flow ends up after redirects, filters and faults, and why not. */
  route(flow: Flow): Destination | "refuse" | "drop" | "unreachable";
  /**
   * Brings in a byte stream that began outside (a NodePort's socket): routed like any flow and, on "accept", handed to
   * the listener as it is, without copying. It is reset when the listener's host goes.
   */
  enter(connection: Duplex, flow: Flow): Verdict;
  /** UDP. Throws EADDRINUSE. Port 0 takes a free one. `host` as for `listen`. */
  bind(
    address: Address,
    receive: (datagram: Datagram) => void,
    host?: string,
  ): { readonly address: Address; close(): void };
  /** Arrives after the work now in hand, or never. `from.ip` is the sending host's own IP, even towards its loopback. */
  send(datagram: Datagram): void;
  addRedirect(redirect: Redirect): () => void;
  addFilter(filter: Filter): () => void;
  addFault(fault: Fault): () => void;
  /** Whether something may be in the way of packets: only sending them shows what becomes of them. */
  readonly hasFaults: boolean;
  /** Resets the open connections that match (`to` is where they really went); says how many. */
  cut(matches: (flow: Flow) => boolean): number;
  /** The next datagram of the UDP exchanges that match is routed anew. `to` is what was asked for. */
  forgetUdp(matches: (to: Address, destination: Address) => boolean): void;
  /** Tells of every flow; costs nothing while nobody listens. */
  onFlow(listener: (record: FlowRecord) => void): () => void;
}
