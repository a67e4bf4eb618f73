import type { Duplex } from "node:stream";

import { httpListener } from "../../network/http-listener.ts";
import type { HttpHandler, HttpRequest, HttpResponse } from "../../network/http.ts";
import {
  type Address,
  type Datagram,
  type HttpConnection,
  NetworkError,
  type SocketFacts,
} from "../../network/network.ts";
import { sleep } from "../../sim/clock.ts";
import { describeError } from "../../sim/log.ts";
import { Killed, type ProcessNetwork, SystemError } from "../process.ts";
import type { GuestProcess } from "./guest-process.ts";
import type { Kernel } from "./kernel.ts";

/** What answering one request costs: real web servers manage some thousand a second. */
const requestNs = 300_000;
const requestMs = requestNs / 1e6;

/** The pod's network in the hands of one process: what it opened ends with it, its connections with a reset. */
export class GuestNetwork implements ProcessNetwork {
  readonly #kernel: Kernel;
  readonly #process: GuestProcess;
  readonly #closers = new Set<() => void>();
  #isClosed = false;

  constructor(kernel: Kernel, process: GuestProcess) {
    this.#kernel = kernel;
    this.#process = process;
  }

  get ip(): string {
    return this.#kernel.container.pod.ip;
  }

  serveHttp(port: number, handler: HttpHandler, host?: string): () => void {
    const kernel = this.#kernel;
    const answer: HttpHandler = (request) => {
      try {
        const response = handler(request);
        return response instanceof Promise ? response.catch((error: unknown) => this.#failed(error)) : response;
      } catch (error) {
        return this.#failed(error);
      }
    };
    const counted: HttpHandler = (request) => {
      kernel.cpuNanoseconds += requestNs;
      const lateMs = kernel.quota ? kernel.quota.takeMs(requestMs) - requestMs : 0;
      return lateMs > 0 ? sleep(kernel.clock, lateMs).then(() => answer(request)) : answer(request);
    };
    return this.#listen(port, httpListener(counted, kernel.clock), host);
  }

  serveTcp(port: number, accept: (connection: Duplex, remote: Address) => void, host?: string): () => void {
    return this.#listen(port, { accept }, host);
  }

  bindUdp(port: number, receive: (datagram: Datagram) => void): ReturnType<ProcessNetwork["bindUdp"]> {
    this.#checkOpen();
    const { network } = this.#kernel;
    const bound = network.bind({ ip: this.ip, port }, receive);
    const close = this.#keep(() => {
      bound.close();
    });
    return {
      address: bound.address,
      close,
      send: (to, bytes) => {
        network.send({ from: bound.address, to, bytes });
      },
    };
  }

  async dial(to: Address, signal?: AbortSignal): Promise<Duplex> {
    const abort = new AbortController();
    const connecting = this.#kernel.network.dial(this.ip, to, either(abort, signal));
    const connection = await this.#process.waitFor(connecting, () => {
      abort.abort();
      connecting.then(destroy, () => {});
    });
    if (this.#isClosed) destroy(connection);
    const forget = this.#keep(() => {
      connection.destroy();
    });
    connection.once("close", forget);
    return connection;
  }

  fetch(to: Address, request: HttpRequest, signal?: AbortSignal): Promise<HttpResponse> {
    const abort = new AbortController();
    const answer = this.#kernel.network.fetch(this.ip, to, request, either(abort, signal));
    return this.#process.waitFor(answer, () => {
      abort.abort();
    });
  }

  connectHttp(to: Address, signal?: AbortSignal): Promise<HttpConnection> {
    const abort = new AbortController();
    const connecting = this.#kernel.network.connectHttp(this.ip, to, either(abort, signal));
    return this.#process.waitFor(connecting, () => {
      abort.abort();
    });
  }

  sockets(): readonly SocketFacts[] {
    return this.#kernel.network.sockets(this.ip);
  }

  ping(ip: string): "answer" | "silence" | "unreachable" {
    const route = this.#kernel.network.route({ protocol: "UDP", from: { ip: this.ip, port: 0 }, to: { ip, port: 0 } });
    if (typeof route === "object") return "answer";
    return route === "unreachable" ? "unreachable" : "silence";
  }

  lookup(name: string): Promise<readonly string[]> {
    const hosts = this.#text("/etc/hosts");
    const resolvConf = this.#text("/etc/resolv.conf");
    return this.#process.waitFor(this.#kernel.resolver.lookup(name, { hosts, resolvConf }));
  }

  close(): void {
    this.#isClosed = true;
    const closers = [...this.#closers];
    this.#closers.clear();
    for (const close of closers) close();
  }

  #listen(port: number, listener: Parameters<Kernel["network"]["listen"]>[1], host?: string): () => void {
    this.#checkOpen();
    const { network } = this.#kernel;
    const stop =
      host === undefined
        ? network.listen({ ip: this.ip, port }, listener)
        : network.listen({ ip: host, port }, listener, this.ip);
    const forget = this.#keep(() => {
      stop("reset");
    });
    return () => {
      forget(() => {
        stop();
      });
    };
  }

  /** Closes with the process, or when the returned function is called, once. */
  #keep(close: () => void): (instead?: () => void) => void {
    this.#closers.add(close);
    return (instead) => {
      if (this.#closers.delete(close)) (typeof instead === "function" ? instead : close)();
    };
  }

  /** A dead process opens nothing. */
  #checkOpen(): void {
    if (this.#isClosed || this.#process.exitCode !== undefined) throw new Killed(this.#process.endedBy ?? "SIGKILL");
  }

  #text(path: string): string {
    const { asRoot } = this.#kernel.files;
    return asRoot.exists(path) ? asRoot.readText(path) : "";
  }

  #failed(error: unknown): never {
    const isPlain = error instanceof Killed || error instanceof SystemError || error instanceof NetworkError;
    if (!isPlain) this.#kernel.log.write("error", `${this.#process.argv.join(" ")}: ${describeError(error)}`);
    throw error;
  }
}

function either(abort: AbortController, signal: AbortSignal | undefined): AbortSignal {
  return signal ? AbortSignal.any([abort.signal, signal]) : abort.signal;
}

function destroy(connection: Duplex): void {
  connection.destroy();
}
