import type { Duplex } from "node:stream";

import type { Log } from "../../../sim/log.ts";
import { roomIn } from "../forward.ts";
import { controlFrame, dataFrameHeader, finFlag, type Frame, FrameReader, frameTypes, words } from "./frames.ts";
import { emptyHeaderBlock, HeaderReader } from "./header-block.ts";
import { SpdyStream, type StreamCarrier } from "./stream.ts";

const protocolError = 1;
const cancel = 5;
const initialWindowSetting = 7;

/**
 * The server's end of a SPDY/3.1 connection (client-go's way to exec, attach and port-forward).
 * Whatever is not SPDY closes it. Flow control is kept for peers that keep it.
 */
export class SpdyConnection implements StreamCarrier {
  peerCountsWindows = false;
  initialWindow: number = 64 * 1024;
  readonly #transport: Duplex;
  readonly #onStream: (stream: SpdyStream) => void;
  readonly #log: Log;
  readonly #frames = new FrameReader();
  readonly #headers = new HeaderReader();
  readonly #streams = new Map<number, SpdyStream>();
  #lastStreamId = 0;
  #replied = false;
  #closing = false;

  /** `onStream` is told of every stream that the client opens. */
  constructor(transport: Duplex, onStream: (stream: SpdyStream) => void, log: Log) {
    this.#transport = transport;
    this.#onStream = onStream;
    this.#log = log;
    // Every stream that waits for room listens for it.
    transport.setMaxListeners(0);
    transport.on("error", (error) => log.write("debug", `SPDY: ${error.message}`));
  }

  /** Reads until the client has gone. Never rejects. */
  async serve(): Promise<void> {
    this.#transport.once("close", () => this.#abandon());
    try {
      for await (const chunk of this.#transport) {
        for (const frame of this.#frames.read(chunk as Buffer)) await this.#handle(frame);
      }
    } catch (error) {
      this.#log.write("debug", `SPDY: ${String(error)}`);
    }
    this.#transport.destroy();
    this.#headers.close();
    this.#abandon();
  }

  /** Says goodbye once everything written is sent; what the client still sends is read and dropped. */
  close(): void {
    if (this.#closing) return;
    this.#closing = true;
    for (const stream of this.#streams.values()) stream.discardIncoming();
    this.#send(controlFrame(frameTypes.goAway, words(this.#lastStreamId, 0)));
    this.#transport.end();
  }

  async sendData(streamId: number, bytes: Uint8Array, fin: boolean): Promise<void> {
    if (!this.#transport.writable) return;
    this.#transport.cork();
    this.#transport.write(dataFrameHeader(streamId, bytes.length, fin));
    if (bytes.length > 0) this.#transport.write(bytes);
    this.#transport.uncork();
    if (this.#transport.writableNeedDrain) await roomIn(this.#transport);
  }

  sendReset(streamId: number, reason: number = cancel): void {
    this.#streams.delete(streamId);
    this.#send(controlFrame(frameTypes.rstStream, words(streamId, reason)));
  }

  sendWindowUpdate(streamId: number, bytes: number): void {
    this.#send(controlFrame(frameTypes.windowUpdate, words(streamId, bytes)));
  }

  /** For streams that are over in both directions. */
  forget(stream: SpdyStream): void {
    this.#streams.delete(stream.id);
  }

  #send(frame: Buffer): void {
    if (this.#transport.writable) this.#transport.write(frame);
  }

  #abandon(): void {
    for (const stream of this.#streams.values()) stream.abort();
    this.#streams.clear();
  }

  async #handle(frame: Frame): Promise<void> {
    if (frame.kind === "data") {
      await this.#streams.get(frame.streamId)?.receive(frame.bytes, frame.fin);
      return;
    }
    const { type, payload } = frame;
    if (type === frameTypes.synStream) await this.#open(frame.payload, frame.flags);
    else if (type === frameTypes.synReply) await this.#headers.read(payload.subarray(4));
    else if (type === frameTypes.headers) await this.#headers.read(payload.subarray(4));
    else if (type === frameTypes.rstStream) this.#reset(payload.readUInt32BE(0));
    else if (type === frameTypes.ping) this.#ping(payload);
    else if (type === frameTypes.windowUpdate) this.#grant(payload);
    else if (type === frameTypes.settings) this.#configure(payload);
  }

  async #open(payload: Buffer, flags: number): Promise<void> {
    const id = payload.readUInt32BE(0) & 0x7fffffff;
    const headers = await this.#headers.read(payload.subarray(10));
    if (id % 2 === 0 || id <= this.#lastStreamId) {
      this.sendReset(id, protocolError);
      return;
    }
    this.#lastStreamId = id;
    if (this.#closing) return;
    const stream = new SpdyStream(id, headers, this);
    this.#streams.set(id, stream);
    this.#send(controlFrame(frameTypes.synReply, Buffer.concat([words(id), emptyHeaderBlock(!this.#replied)])));
    this.#replied = true;
    if (flags & finFlag) await stream.receive(new Uint8Array(), true);
    this.#onStream(stream);
  }

  #reset(streamId: number): void {
    this.#streams.get(streamId)?.abort();
    this.#streams.delete(streamId);
  }

  /** Ours would have even numbers, and we send none. */
  #ping(payload: Buffer): void {
    if (payload.readUInt32BE(0) % 2 === 1) this.#send(controlFrame(frameTypes.ping, payload));
  }

  #grant(payload: Buffer): void {
    this.peerCountsWindows = true;
    this.#streams.get(payload.readUInt32BE(0) & 0x7fffffff)?.grant(payload.readUInt32BE(4) & 0x7fffffff);
  }

  #configure(payload: Buffer): void {
    for (let at = 4; at + 8 <= payload.length; at += 8) {
      if (payload.readUIntBE(at + 1, 3) !== initialWindowSetting) continue;
      this.peerCountsWindows = true;
      this.initialWindow = payload.readUInt32BE(at + 4);
      for (const stream of this.#streams.values()) stream.grant(0);
    }
  }
}
