import { concatBytes } from "../../api/bytes.ts";
import type { Descriptor, Input, Output } from "../process.ts";
import { decodeText, encodeText } from "../text.ts";

/** What streams need of their process. */
export interface StreamOwner {
  readonly descriptors: ReadonlyMap<number, Descriptor>;
  readFrom(number: number, limit: number): Promise<Uint8Array | undefined>;
  writeTo(number: number, bytes: Uint8Array): Promise<void>;
  setDescriptor(number: number, descriptor: null): void;
}

const usualRead = 65_536;
/** One call gives no more, however much is asked for. */
const longestRead = 1024 * 1024;

export class ProcessInput implements Input {
  readonly #owner: StreamOwner;
  readonly #number: number;

  constructor(owner: StreamOwner, number: number) {
    this.#owner = owner;
    this.#number = number;
  }

  get isTerminal(): boolean {
    return this.#owner.descriptors.get(this.#number)?.kind === "terminal";
  }

  read(limit = usualRead): Promise<Uint8Array | undefined> {
    return this.#owner.readFrom(this.#number, Math.min(limit, longestRead));
  }

  async readText(): Promise<string> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of this) chunks.push(chunk);
    return decodeText(concatBytes(chunks));
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (let bytes = await this.read(); bytes !== undefined; bytes = await this.read()) yield bytes;
  }

  /** A last line without a newline counts; it is cut at newline bytes, so characters stay whole. */
  async *lines(): AsyncGenerator<string> {
    const started: Uint8Array[] = [];
    for await (const chunk of this) {
      let from = 0;
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
        started.push(chunk.subarray(from, at));
        yield decodeText(concatBytes(started.splice(0)));
        from = at + 1;
      }
      if (from < chunk.length) started.push(chunk.subarray(from));
    }
    if (started.length > 0) yield decodeText(concatBytes(started));
  }
}

export class ProcessOutput implements Output {
  readonly #owner: StreamOwner;
  readonly #number: number;

  constructor(owner: StreamOwner, number: number) {
    this.#owner = owner;
    this.#number = number;
  }

  get isTerminal(): boolean {
    return this.#owner.descriptors.get(this.#number)?.kind === "terminal";
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#owner.writeTo(this.#number, bytes);
  }

  print(text: string): Promise<void> {
    return this.write(encodeText(text));
  }

  close(): void {
    this.#owner.setDescriptor(this.#number, null);
  }
}
