import { Duplex } from "node:stream";

import type { Clock } from "../sim/clock.ts";
import { type Address, type Line, NetworkError } from "./network.ts";
import { transmit } from "./waiting.ts";

type Callback = (error?: Error | null) => void;

/** How an end is tied to the network. */
export interface ConnectionOptions {
  readonly clock: Clock;
  /** How long what is written takes to the other end: mostly no time at all. */
  readonly line: Line;
  onClose(connection: Connection): void;
}

/**
 * One end of a TCP connection in memory. Ending it is a FIN, destroying it with an error a RST: the other end
 * fails with ECONNRESET. A writer waits until the reader has room.
 */
export class Connection extends Duplex {
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  #peer: Connection | undefined;
  /** The other end's write, waiting for room here. */
  #waiting: Callback | undefined;
  #ended = false;
  readonly #options: ConnectionOptions;
  /** As net.Socket counts them. */
  bytesRead = 0;
  bytesWritten = 0;

  constructor(local: Address, remote: Address, options: ConnectionOptions) {
    super({ allowHalfOpen: true });
    this.localAddress = local.ip;
    this.localPort = local.port;
    this.remoteAddress = remote.ip;
    this.remotePort = remote.port;
    this.#options = options;
    // A reset that nobody listens for must not bring the whole cluster down.
    this.on("error", () => {});
  }

  /** Lays the cable: what one end writes, the other reads. */
  static join(one: Connection, other: Connection): void {
    one.#peer = other;
    other.#peer = one;
  }

  override _read(): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Callback): void {
    this.bytesWritten += chunk.length;
    const { line, clock } = this.#options;
    const delayMs = line();
    if (delayMs <= 0) this.#deliver(chunk, done);
    else this.#send(chunk, done, { delayMs, clock, line });
  }

  #send(chunk: Buffer, done: Callback, { delayMs, clock, line }: { delayMs: number; clock: Clock; line: Line }): void {
    let first: number | undefined = delayMs;
    const delay = (): number => {
      const ms = first ?? line();
      first = undefined;
      return ms;
    };
    transmit(clock, delay).then(() => this.#deliver(chunk, done), done);
  }

  #deliver(chunk: Buffer, done: Callback): void {
    const peer = this.#peer;
    if (this.destroyed || !peer || peer.destroyed) {
      done(new NetworkError("ECONNRESET", "write ECONNRESET"));
      return;
    }
    peer.bytesRead += chunk.length;
    if (peer.push(chunk)) done();
    else peer.#waiting = done;
  }

  override _final(done: Callback): void {
    const peer = this.#peer;
    if (peer) peer.#end();
    done();
  }

  override _destroy(error: Error | null, done: Callback): void {
    const peer = this.#peer;
    if (peer && !peer.destroyed) {
      if (error) peer.destroy(new NetworkError("ECONNRESET", "read ECONNRESET"));
      else peer.#end();
    }
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.(new NetworkError("ECONNRESET", "write ECONNRESET"));
    this.#options.onClose(this);
    done(error);
  }

  #end(): void {
    if (this.#ended || this.destroyed) return;
    this.#ended = true;
    this.push(null);
  }
}

/** RST: both ends fail at once. Works for real sockets too. */
export function resetConnection(connection: Duplex): void {
  if ("resetAndDestroy" in connection && typeof connection.resetAndDestroy === "function") connection.resetAndDestroy();
  else connection.destroy(new NetworkError("ECONNRESET", "read ECONNRESET"));
}
