import type { ByteSource } from "../../api/bytes.ts";

/** Bytes that came over the wire and wait to be read, once, in order. Unbounded: who fills it watches `waiting`. */
export class ByteQueue implements ByteSource {
  readonly #chunks: Uint8Array[] = [];
  readonly #onTaken: (length: number) => void;
  #waiting = 0;
  #state: "open" | "ended" | "discarding" = "open";
  #wake: (() => void) | undefined;

  /** `onTaken` is told how many bytes were read (or thrown away) each time. */
  constructor(onTaken: (length: number) => void = () => {}) {
    this.#onTaken = onTaken;
  }

  /** Bytes that nobody has read yet. */
  get waiting(): number {
    return this.#waiting;
  }

  push(bytes: Uint8Array): void {
    if (bytes.length === 0 || this.#state === "ended") return;
    if (this.#state === "discarding") {
      this.#onTaken(bytes.length);
      return;
    }
    this.#chunks.push(bytes);
    this.#waiting += bytes.length;
    this.#wake?.();
  }

  /** What was pushed before is still read. */
  end(): void {
    if (this.#state === "open") this.#state = "ended";
    this.#wake?.();
  }

  /** Nobody will read any more: what waits and what comes is dropped. */
  discard(): void {
    if (this.#state === "discarding") return;
    this.#state = "discarding";
    const dropped = this.#waiting;
    this.#chunks.length = 0;
    this.#waiting = 0;
    if (dropped > 0) this.#onTaken(dropped);
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const chunk = this.#chunks.shift();
        if (chunk) {
          this.#waiting -= chunk.length;
          this.#onTaken(chunk.length);
          yield chunk;
        } else if (this.#state === "open") {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        } else {
          return;
        }
      }
    } finally {
      this.discard();
    }
  }
}
