/** What any container may hold: the machine's memory has an end. */
const mostBytes = 1024 * 1024 * 1024;

/** The bytes a container holds: in processes, pipes and /dev/shm. What it has written to disk is not memory. Over the limit, `onOut` is told. */
export class Memory {
  #limit: number;
  readonly #onOut: () => void;
  #held = 0;
  #files = 0;

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
    this.#check(bytes);
  }

  /** What the files in memory take now. */
  holdFiles(bytes: number): void {
    const growth = bytes - this.#files;
    this.#files = bytes;
    this.#check(growth);
  }

  #check(growth: number): void {
    if (growth > 0 && this.bytes > Math.min(this.#limit, mostBytes)) this.#onOut();
  }
}
