import { concatBytes, encodeText } from "../api/bytes.ts";
import type { Process } from "../runtime/process.ts";

/** Standard output, gathered into larger writes. Whatever waits for input or time flushes it first. */
export interface BufferedOutput {
  /** Undefined when there was room: nothing to wait for, though awaiting it does no harm. */
  print(text: string): Promise<void> | undefined;
  write(bytes: Uint8Array): Promise<void> | undefined;
  flush(): Promise<void>;
}

const flushAt = 8192;
/** Writes between two turns given to other processes: a sink that never blocks (/dev/null) must not stop the world. */
const writesPerTurn = 64;

export function bufferedOutput(process: Process): BufferedOutput {
  let parts: (string | Uint8Array)[] = [];
  let size = 0;
  let writes = 0;
  const flush = async () => {
    if (size === 0) return;
    const bytes = joined(parts);
    parts = [];
    size = 0;
    await process.stdout.write(bytes);
    if (++writes % writesPerTurn === 0) await process.pause();
  };
  const add = (part: string | Uint8Array) => {
    parts.push(part);
    size += part.length;
    return size >= flushAt ? flush() : undefined;
  };
  return { print: add, write: add, flush };
}

function joined(parts: readonly (string | Uint8Array)[]): Uint8Array {
  if (parts.every((part) => typeof part === "string")) return encodeText(parts.join(""));
  return concatBytes(parts.map((part) => (typeof part === "string" ? encodeText(part) : part)));
}
