import { concatBytes } from "../api/bytes.ts";
import type { Process } from "../runtime/process.ts";
import { encodeText } from "../runtime/text.ts";

/** Standard output, gathered into larger writes. Whatever waits for input or time flushes it first. */
export interface BufferedOutput {
  /** Undefined when there was room: nothing to wait for, though awaiting it does no harm. */
  print(text: string): Promise<void> | undefined;
  write(bytes: Uint8Array): Promise<void> | undefined;
  /** Undefined: there was nothing to write. */
  flush(): Promise<void> | undefined;
}

const flushAt = 8192;
/** Writes between two turns given to other processes: a sink that never blocks (/dev/null) must not stop the world. */
const writesPerTurn = 64;

export function bufferedOutput(process: Process): BufferedOutput {
  return new GatheredOutput(process);
}

class GatheredOutput implements BufferedOutput {
  readonly #process: Process;
  #parts: (string | Uint8Array)[] = [];
  #size = 0;
  #writes = 0;

  constructor(process: Process) {
    this.#process = process;
  }

  print(text: string): Promise<void> | undefined {
    return this.#add(text);
  }

  write(bytes: Uint8Array): Promise<void> | undefined {
    return this.#add(bytes);
  }

  flush(): Promise<void> | undefined {
    return this.#size === 0 ? undefined : this.#send();
  }

  #add(part: string | Uint8Array): Promise<void> | undefined {
    this.#parts.push(part);
    this.#size += part.length;
    return this.#size >= flushAt ? this.#send() : undefined;
  }

  async #send(): Promise<void> {
    const bytes = joined(this.#parts);
    this.#parts = [];
    this.#size = 0;
    await this.#process.stdout.write(bytes);
    if (++this.#writes % writesPerTurn === 0) await this.#process.pause();
  }
}

function joined(parts: readonly (string | Uint8Array)[]): Uint8Array {
  if (parts.every((part) => typeof part === "string")) return encodeText(parts.join(""));
  return concatBytes(parts.map((part) => (typeof part === "string" ? encodeText(part) : part)));
}
