/** A queue that is written synchronously and read as an AsyncIterable. What is unread waits in memory, up to `limit` items. */
export class PushStream<T> implements AsyncIterable<T> {
  readonly #items: T[] = [];
  readonly #limit: number;
  readonly #onReturn: () => void;
  #wake: (() => void) | undefined;
  #ended = false;

  /** `onReturn` is called once, when the reader leaves or the stream has been read to its end. */
  constructor(onReturn: () => void, limit = 100_000) {
    this.#onReturn = onReturn;
    this.#limit = limit;
  }

  push(item: T): void {
    if (this.#ended) return;
    this.#items.push(item);
    if (this.#items.length > this.#limit) this.end();
    this.#wake?.();
  }

  /** What was pushed before is still read. */
  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    try {
      for (;;) {
        yield* this.#items.splice(0);
        if (this.#items.length > 0) continue;
        if (this.#ended) return;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    } finally {
      this.#ended = true;
      this.#onReturn();
    }
  }
}
