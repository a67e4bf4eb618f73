/** Control frames of SPDY/3.1 by number. https://www.chromium.org/spdy/spdy-protocol/spdy-protocol-draft3-1/ */
export const frameTypes = {
  synStream: 1,
  synReply: 2,
  rstStream: 3,
  settings: 4,
  ping: 6,
  goAway: 7,
  headers: 8,
  windowUpdate: 9,
} as const;

/** A control frame's payload is whole; a data frame may come in several pieces, `fin` on the last. */
export type Frame =
  | { readonly kind: "control"; readonly type: number; readonly flags: number; readonly payload: Buffer }
  | { readonly kind: "data"; readonly streamId: number; readonly bytes: Buffer; readonly fin: boolean };

const headerBytes = 8;
const version = 3;
const controlBit = 0x8000;
export const finFlag = 1;
const longestControlFrame = 256 * 1024;

interface OpenData {
  readonly streamId: number;
  readonly fin: boolean;
  remaining: number;
}

/** Cuts what arrives into frames. Throws on bytes that are not SPDY/3. */
export class FrameReader {
  #waiting: Buffer = Buffer.alloc(0);
  #data: OpenData | undefined;

  *read(chunk: Buffer): Generator<Frame> {
    this.#waiting = this.#waiting.length === 0 ? chunk : Buffer.concat([this.#waiting, chunk]);
    for (let frame = this.#next(); frame; frame = this.#next()) yield frame;
  }

  #next(): Frame | undefined {
    if (this.#data) return this.#dataPiece(this.#data);
    if (this.#waiting.length < headerBytes) return undefined;
    const flags = this.#waiting.readUInt8(4);
    const length = this.#waiting.readUIntBE(5, 3);
    if ((this.#waiting.readUInt16BE(0) & controlBit) === 0) {
      this.#data = { streamId: this.#waiting.readUInt32BE(0), fin: (flags & finFlag) !== 0, remaining: length };
      this.#take(headerBytes);
      return this.#dataPiece(this.#data);
    }
    if (this.#waiting.readUInt16BE(0) !== (controlBit | version)) throw new Error("not SPDY/3");
    if (length > longestControlFrame) throw new Error(`control frame of ${length} bytes`);
    if (this.#waiting.length < headerBytes + length) return undefined;
    const type = this.#waiting.readUInt16BE(2);
    this.#take(headerBytes);
    return { kind: "control", type, flags, payload: this.#take(length) };
  }

  #dataPiece(data: OpenData): Frame | undefined {
    if (this.#waiting.length === 0 && data.remaining > 0) return undefined;
    const bytes = this.#take(Math.min(data.remaining, this.#waiting.length));
    data.remaining -= bytes.length;
    if (data.remaining === 0) this.#data = undefined;
    return { kind: "data", streamId: data.streamId, bytes, fin: data.fin && data.remaining === 0 };
  }

  #take(length: number): Buffer {
    const taken = this.#waiting.subarray(0, length);
    this.#waiting = this.#waiting.subarray(length);
    return taken;
  }
}

export function controlFrame(type: number, payload: Uint8Array): Buffer {
  const frame = Buffer.alloc(headerBytes + payload.length);
  frame.writeUInt16BE(controlBit | version, 0);
  frame.writeUInt16BE(type, 2);
  frame.writeUIntBE(payload.length, 5, 3);
  frame.set(payload, headerBytes);
  return frame;
}

/** What goes before the bytes of a data frame. */
export function dataFrameHeader(streamId: number, length: number, fin: boolean): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt32BE(streamId, 0);
  header.writeUInt8(fin ? finFlag : 0, 4);
  header.writeUIntBE(length, 5, 3);
  return header;
}

/** The payload of RST_STREAM, PING, GOAWAY and WINDOW_UPDATE. */
export function words(...values: readonly number[]): Buffer {
  const payload = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) payload.writeUInt32BE(value, 4 * index);
  return payload;
}
