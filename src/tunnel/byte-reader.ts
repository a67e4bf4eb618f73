import type { Socket } from "node:net";

/** Reads a handshake from a socket, piece by piece, and lets go of what came behind it. Rejects when the socket ends first. */
export class ByteReader {
  readonly #socket: Socket;
  #bytes: Buffer = Buffer.alloc(0);
  #wake = (): void => {};
  #isOver = false;
  readonly #onData = (chunk: Buffer): void => {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    this.#wake();
  };
  readonly #onOver = (): void => {
    this.#isOver = true;
    this.#wake();
  };

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", this.#onData);
    socket.on("end", this.#onOver);
    socket.on("close", this.#onOver);
  }

  async peek(count: number): Promise<Buffer> {
    while (this.#bytes.length < count) await this.#more();
    return this.#bytes.subarray(0, count);
  }

  async take(count: number): Promise<Buffer> {
    const taken = await this.peek(count);
    this.#bytes = this.#bytes.subarray(count);
    return taken;
  }

  /** Through the first `end`, which may be `limit` bytes away at most. */
  async takeUntil(end: string, limit: number): Promise<string> {
    for (;;) {
      const at = this.#bytes.indexOf(end);
      if (at >= 0) return (await this.take(at + end.length)).toString("latin1");
      if (this.#bytes.length > limit) throw new Error("the head is too long");
      await this.#more();
    }
  }

  /** Reads no more; returns what has been read too much. */
  release(): Buffer {
    this.#socket.pause();
    this.#socket.off("data", this.#onData);
    this.#socket.off("end", this.#onOver);
    this.#socket.off("close", this.#onOver);
    return this.#bytes;
  }

  #more(): Promise<void> {
    if (this.#isOver) return Promise.reject(new Error("the connection ended"));
    return new Promise((resolve, reject) => {
      this.#wake = () => (this.#isOver ? reject(new Error("the connection ended")) : resolve());
    });
  }
}
