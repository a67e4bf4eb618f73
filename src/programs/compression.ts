import { gunzipSync, gzipSync } from "node:zlib";

import { Failure } from "./failure.ts";
import { readWhole, type Source } from "./input.ts";
import type { Sink } from "./open.ts";

const memberSize = 1024 * 1024;
const mostUnpacked = 256 * 1024 * 1024;

/** Compresses what is written, a gzip member per MiB so that it streams. `end` writes the rest. */
export function gzipSink(to: Pick<Sink, "write">, level = 6): Pick<Sink, "write"> & { end(): Promise<void> } {
  let chunks: Uint8Array[] = [];
  let size = 0;
  let members = 0;
  const flush = async () => {
    const member = gzipSync(Buffer.concat(chunks), { level });
    chunks = [];
    size = 0;
    members++;
    await to.write(member);
  };
  return {
    async write(bytes) {
      chunks.push(bytes.slice());
      size += bytes.length;
      if (size >= memberSize) await flush();
    },
    async end() {
      if (size > 0 || members === 0) await flush();
    },
  };
}

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** Reads a compressed source to its end and unpacks it. Synchronously: another thread would not keep to the clock. */
export async function gunzipped(source: Pick<Source, "read" | "hold">): Promise<Uint8Array> {
  const packed = await readWhole(source);
  if (!isGzip(packed)) throw new Failure("invalid magic");
  try {
    const unpacked = gunzipSync(packed, { maxOutputLength: mostUnpacked });
    source.hold(unpacked.length);
    return unpacked;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ERR_BUFFER_TOO_LARGE") throw new Failure("out of memory");
    if (code === "Z_BUF_ERROR") throw new Failure("unexpected end of file");
    if (code === "Z_DATA_ERROR") throw new Failure("corrupted data");
    throw error;
  }
}
