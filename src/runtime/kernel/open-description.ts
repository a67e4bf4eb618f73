import { type Descriptor, SystemError } from "../process.ts";

/**
 * What a descriptor of this kernel is: it can be tried without waiting, so that a reader who is killed while
 * waiting has taken nothing. The kind of thing it is says what `take` and `put` do; the last release closes it.
 */
export abstract class OpenDescription implements Descriptor {
  abstract readonly kind: Descriptor["kind"];
  #holders = 1;

  /** The bytes at hand, at most `limit`; "wait": none yet; undefined: the end. Throws EBADF where it is not for reading. */
  take(_limit: number): Uint8Array | "wait" | undefined {
    throw new SystemError("EBADF");
  }

  /** Resolves when `take` may say something else. */
  readable(): Promise<void> {
    return Promise.resolve();
  }

  /** Takes all bytes; the promise, if any, resolves when there is room for more. Throws EBADF, EPIPE, ENOSPC. */
  put(_bytes: Uint8Array): Promise<void> | undefined {
    throw new SystemError("EBADF");
  }

  async read(limit = 65_536): Promise<Uint8Array | undefined> {
    let bytes = this.take(limit);
    while (bytes === "wait") {
      await this.readable();
      bytes = this.take(limit);
    }
    return bytes;
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.put(bytes);
  }

  retain(): Descriptor {
    this.#holders++;
    return this;
  }

  release(): void {
    this.#holders--;
    if (this.#holders === 0) this.close();
  }

  protected close(): void {}
}
