/** What any container may hold, and all of them together: the machine's memory has an end. */
const mostBytes = 1024 * 1024 * 1024;
const mostOfAll = 2 * mostBytes;

let held = 0;

/** The bytes a container holds: in processes, pipes and /dev/shm. What it has written to disk is not memory. Over the limit, `onOut` is told. */
export class Memory {
  #limit: number;
  readonly #onOut: () => void;
  #held = 0;
  #files = 0;
  #isReleased = false;

  constructor(limit: number, onOut: () => void) {
    this.#limit = limit;
    this.#onOut = onOut;
  }

  get bytes(): number {
    return this.#held + this.#files;
  }

  get limit(): number {
    return this.#limit;
  }

  set limit(limit: number) {
    this.#limit = limit;
    if (this.bytes > limit) this.#onOut();
  }

  hold(bytes: number): void {
    this.#held += bytes;
    this.#count(bytes);
  }

  /** What the files in memory take now. */
  holdFiles(bytes: number): void {
    const growth = bytes - this.#files;
    this.#files = bytes;
    this.#count(growth);
  }

  /** The container has ended: what it held burdens nobody any more. */
  release(): void {
    if (this.#isReleased) return;
    held -= this.bytes;
    this.#isReleased = true;
  }

  #count(growth: number): void {
    if (!this.#isReleased) held += growth;
    if (growth > 0 && (this.bytes > Math.min(this.#limit, mostBytes) || held > mostOfAll)) this.#onOut();
  }
}
