import { constants, createInflate, type Inflate } from "node:zlib";

import { spdyDictionary } from "./dictionary.ts";

/** Header names are lower-case; of a repeated header only the first value is kept. */
export type StreamHeaders = ReadonlyMap<string, string>;

const longestBlock = 1024 * 1024;

/** Unpacks a connection's header blocks, which share one compression state: every block must pass here, in order. */
export class HeaderReader {
  readonly #inflate: Inflate = createInflate({ dictionary: spdyDictionary, flush: constants.Z_SYNC_FLUSH });
  #chunks: Buffer[] = [];
  #length = 0;
  #fail: ((error: Error) => void) | undefined;

  constructor() {
    this.#inflate.on("data", (chunk: Buffer) => {
      this.#length += chunk.length;
      if (this.#length <= longestBlock) this.#chunks.push(chunk);
      else this.#inflate.destroy(new Error("a header block is too long"));
    });
    this.#inflate.on("error", (error) => this.#fail?.(error));
  }

  /** Rejects on what is not a header block. */
  async read(block: Uint8Array): Promise<StreamHeaders> {
    await new Promise<void>((resolve, reject) => {
      this.#fail = reject;
      this.#inflate.write(block, (error) => (error ? reject(error) : resolve()));
    });
    const bytes = Buffer.concat(this.#chunks);
    this.#chunks = [];
    this.#length = 0;
    return parseHeaders(bytes);
  }

  close(): void {
    this.#inflate.destroy();
  }
}

function parseHeaders(bytes: Buffer): StreamHeaders {
  const headers = new Map<string, string>();
  let at = 4;
  const text = (): string => {
    const from = at + 4;
    at = from + bytes.readUInt32BE(at);
    if (at > bytes.length) throw new Error("a header is longer than its block");
    return bytes.toString("latin1", from, at);
  };
  for (let left = bytes.readUInt32BE(0); left > 0; left--) {
    const name = text().toLowerCase();
    headers.set(name, text().split("\0", 1)[0] ?? "");
  }
  return headers;
}

/** A connection's first header block, without a header in it: what a reply needs. Later ones leave out the zlib header. */
export function emptyHeaderBlock(first: boolean): Buffer {
  // Stored blocks of deflate (no compression), then an empty one: what Z_SYNC_FLUSH ends with.
  const noHeaders = Buffer.alloc(4);
  const stored = Buffer.from([0, 4, 0, 0xfb, 0xff, ...noHeaders, 0, 0, 0, 0xff, 0xff]);
  return first ? Buffer.concat([Buffer.from([0x78, 0x01]), stored]) : stored;
}
