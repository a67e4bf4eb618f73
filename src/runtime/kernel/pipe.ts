import { type Descriptor, SystemError } from "../process.ts";
import { OpenDescription } from "./open-description.ts";
import { Turnstile } from "./turnstile.ts";

/** As Linux has it. */
const capacity = 65_536;

/** A pipe's two ends, each with one holder. `onHeld` is told how many more bytes lie in it. */
export function createPipe(onHeld?: (bytes: number) => void): {
  readonly read: Descriptor;
  readonly write: Descriptor;
} {
  const pipe = new Pipe(onHeld);
  return { read: new ReadEnd(pipe), write: new WriteEnd(pipe) };
}

/** Reads these bytes, then the end: a here-document. */
export function bytesDescriptor(bytes: Uint8Array): Descriptor {
  const pipe = new Pipe();
  if (bytes.length > 0) pipe.push(bytes);
  pipe.closeWrite();
  return new ReadEnd(pipe);
}

class Pipe {
  readonly #chunks: Uint8Array[] = [];
  readonly #onHeld: ((bytes: number) => void) | undefined;
  readonly data = new Turnstile();
  readonly room = new Turnstile();
  #size = 0;
  isWriteClosed = false;
  isReadClosed = false;

  constructor(onHeld?: (bytes: number) => void) {
    this.#onHeld = onHeld;
  }

  get isFull(): boolean {
    return this.#size >= capacity;
  }

  push(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
    this.#hold(bytes.length);
    this.data.open();
  }

  take(limit: number): Uint8Array | "wait" | undefined {
    const [first] = this.#chunks;
    if (!first) return this.isWriteClosed ? undefined : "wait";
    const bytes = this.#chunks.length > 1 && first.length < limit ? this.#gather(limit) : first.subarray(0, limit);
    this.#drop(bytes.length);
    if (!this.isFull) this.room.open();
    return bytes;
  }

  closeWrite(): void {
    this.isWriteClosed = true;
    this.data.open();
  }

  closeRead(): void {
    this.isReadClosed = true;
    this.#chunks.length = 0;
    this.#hold(-this.#size);
    this.room.open();
  }

  /** Small writes are read as one. */
  #gather(limit: number): Uint8Array {
    const bytes = new Uint8Array(Math.min(limit, this.#size));
    let at = 0;
    for (const chunk of this.#chunks) {
      if (at === bytes.length) break;
      const part = chunk.subarray(0, bytes.length - at);
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  }

  #drop(length: number): void {
    let left = length;
    let whole = 0;
    for (let first = this.#chunks[0]; first && left >= first.length && left > 0; first = this.#chunks[whole]) {
      left -= first.length;
      whole++;
    }
    this.#chunks.splice(0, whole);
    const [next] = this.#chunks;
    if (next && left > 0) this.#chunks[0] = next.subarray(left);
    this.#hold(-length);
  }

  #hold(bytes: number): void {
    this.#size += bytes;
    if (bytes !== 0) this.#onHeld?.(bytes);
  }
}

class ReadEnd extends OpenDescription {
  readonly kind = "pipe";
  readonly #pipe: Pipe;

  constructor(pipe: Pipe) {
    super();
    this.#pipe = pipe;
  }

  override take(limit: number): Uint8Array | "wait" | undefined {
    return this.#pipe.take(limit);
  }

  override readable(): Promise<void> {
    return this.#pipe.data.wait();
  }

  protected override close(): void {
    this.#pipe.closeRead();
  }
}

class WriteEnd extends OpenDescription {
  readonly kind = "pipe";
  readonly #pipe: Pipe;

  constructor(pipe: Pipe) {
    super();
    this.#pipe = pipe;
  }

  override put(bytes: Uint8Array): Promise<void> | undefined {
    const pipe = this.#pipe;
    if (pipe.isReadClosed) throw new SystemError("EPIPE");
    if (bytes.length === 0) return undefined;
    pipe.push(bytes);
    return pipe.isFull ? this.#waitForRoom() : undefined;
  }

  protected override close(): void {
    this.#pipe.closeWrite();
  }

  async #waitForRoom(): Promise<void> {
    const pipe = this.#pipe;
    while (pipe.isFull) await pipe.room.wait();
    if (pipe.isReadClosed) throw new SystemError("EPIPE");
  }
}
