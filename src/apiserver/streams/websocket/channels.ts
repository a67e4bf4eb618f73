import type { WebSocket } from "ws";

import type { ByteSink, ByteSource } from "../../../api/bytes.ts";
import { ByteQueue } from "../byte-queue.ts";
import type { ChannelProtocol } from "./channel-codec.ts";

const closeSignal = 255;
const waitingLimitBytes = 1024 * 1024;

/** The numbered channels of one WebSocket. A client that sends more than is read is made to wait. */
export class Channels {
  readonly #socket: WebSocket;
  readonly #protocol: ChannelProtocol;
  readonly #incoming = new Map<number, ByteQueue>();

  /** Messages on channels outside `readable` are dropped, as upstream does. */
  constructor(socket: WebSocket, protocol: ChannelProtocol, readable: readonly number[]) {
    this.#socket = socket;
    this.#protocol = protocol;
    for (const channel of readable) this.#incoming.set(channel, new ByteQueue(() => this.#regulate()));
    socket.on("message", (data: Buffer) => this.#receive(data));
    socket.on("close", () => {
      for (const queue of this.#incoming.values()) queue.end();
    });
  }

  source(channel: number): ByteSource {
    const queue = this.#incoming.get(channel);
    if (!queue) throw new Error(`channel ${channel} is not readable`);
    return queue;
  }

  sink(channel: number, close: () => void = () => {}): ByteSink {
    return { write: (bytes) => this.send(channel, bytes), close };
  }

  /** Resolves when the network has taken it; at once when nobody listens any more. */
  send(channel: number, bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      if (this.#socket.readyState !== this.#socket.OPEN) resolve();
      else this.#socket.send(this.#protocol.codec.encode({ channel, bytes }), () => resolve());
    });
  }

  /** Says goodbye. What the client still sends is dropped. */
  close(): void {
    for (const queue of this.#incoming.values()) queue.discard();
    this.#socket.close(1000);
  }

  #receive(data: Buffer): void {
    const message = this.#protocol.codec.decode(data);
    if (!message) return;
    const { channel, bytes } = message;
    if (this.#protocol.halfClose && channel === closeSignal) this.#incoming.get(bytes[0] ?? closeSignal)?.end();
    else this.#incoming.get(channel)?.push(bytes);
    this.#regulate();
  }

  #regulate(): void {
    let waiting = 0;
    for (const queue of this.#incoming.values()) waiting += queue.waiting;
    if (waiting > waitingLimitBytes) this.#socket.pause();
    else if (this.#socket.isPaused) this.#socket.resume();
  }
}
