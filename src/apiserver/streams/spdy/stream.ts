import type { ByteSink, ByteSource } from "../../../api/bytes.ts";
import { ByteQueue } from "../byte-queue.ts";
import type { StreamHeaders } from "./header-block.ts";

/** What a stream needs of its connection. */
export interface StreamCarrier {
  /** Resolves when the network has room for more. */
  sendData(streamId: number, bytes: Uint8Array, fin: boolean): Promise<void>;
  sendReset(streamId: number): void;
  sendWindowUpdate(streamId: number, bytes: number): void;
  /** Whether the peer counts windows at all: Go's SPDY, and so kubectl, does not. */
  readonly peerCountsWindows: boolean;
  readonly initialWindow: number;
}

const noBytes = new Uint8Array();
const largestFrame = 32 * 1024;
const updateFromBytes = 32 * 1024;
/** Beyond this the connection is not read until somebody reads the stream: the peer's window if it counts, TCP's if not. */
const waitingLimitBytes = 256 * 1024;

/** One stream of a SPDY connection that the client has opened. */
export class SpdyStream implements ByteSink {
  readonly id: number;
  readonly headers: StreamHeaders;
  readonly #carrier: StreamCarrier;
  readonly #incoming = new ByteQueue((length) => this.#taken(length));
  readonly #over = new AbortController();
  #unreported = 0;
  #sent = 0;
  #granted = 0;
  #finished = false;
  #written: Promise<void> = Promise.resolve();
  #wakeReader: (() => void) | undefined;
  #wakeWriter: (() => void) | undefined;

  constructor(id: number, headers: StreamHeaders, carrier: StreamCarrier) {
    this.id = id;
    this.headers = headers;
    this.#carrier = carrier;
  }

  /** What the client sends. */
  get source(): ByteSource {
    return this.#incoming;
  }

  /** Aborted when the client resets the stream or is gone. */
  get hangUp(): AbortSignal {
    return this.#over.signal;
  }

  /** Bytes go out in the order of the calls. After a reset they go nowhere. */
  write(bytes: Uint8Array): Promise<void> {
    if (!this.#finished) this.#written = this.#written.then(() => this.#send(bytes));
    return this.#written;
  }

  /** What was written before is still sent. */
  close(): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#written = this.#endAfter(this.#written);
  }

  async #endAfter(written: Promise<void>): Promise<void> {
    await written;
    if (!this.hangUp.aborted) await this.#carrier.sendData(this.id, noBytes, true);
  }

  /** Resolves when all that was written, and the end if it was closed, has been handed to the network. */
  get sent(): Promise<void> {
    return this.#written;
  }

  /** Nobody will read what the client sends from now on. */
  discardIncoming(): void {
    this.#incoming.discard();
  }

  /** Tells the client that this stream is not wanted. */
  refuse(): void {
    this.#carrier.sendReset(this.id);
    this.abort();
  }

  /** For the connection: bytes have come. Resolves when there is room for more. */
  async receive(bytes: Uint8Array, fin: boolean): Promise<void> {
    this.#incoming.push(bytes);
    if (fin) this.#incoming.end();
    while (this.#incoming.waiting > waitingLimitBytes && !this.hangUp.aborted) {
      await new Promise<void>((resolve) => {
        this.#wakeReader = resolve;
      });
    }
  }

  /** For the connection: the client takes `bytes` more. */
  grant(bytes: number): void {
    this.#granted += bytes;
    this.#wakeWriter?.();
  }

  /** For the connection: the client has gone, or has reset the stream. */
  abort(): void {
    this.#incoming.end();
    this.#over.abort();
    this.#wakeReader?.();
    this.#wakeWriter?.();
  }

  async #send(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length && !this.hangUp.aborted;) {
      const length = Math.min(bytes.length - at, largestFrame, this.#window());
      if (length > 0) {
        this.#sent += length;
        await this.#carrier.sendData(this.id, bytes.subarray(at, at + length), false);
        at += length;
      } else {
        await new Promise<void>((resolve) => {
          this.#wakeWriter = resolve;
        });
      }
    }
  }

  #window(): number {
    const { peerCountsWindows, initialWindow } = this.#carrier;
    return peerCountsWindows ? Math.max(0, initialWindow + this.#granted - this.#sent) : largestFrame;
  }

  #taken(length: number): void {
    this.#wakeReader?.();
    this.#unreported += length;
    if (this.#unreported < updateFromBytes || this.hangUp.aborted) return;
    this.#carrier.sendWindowUpdate(this.id, this.#unreported);
    this.#unreported = 0;
  }
}
