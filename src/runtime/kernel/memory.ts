/** What any container may hold, and all of a cluster's together: it is this process that pays for it. */
const mostBytes = 1024 * 1024 * 1024;
const mostOfAll = 2 * mostBytes;

/** The bytes that all containers of a cluster keep. */
export class SharedMemory {
  kept = 0;
}

/** The bytes a container holds: in processes, pipes and /dev/shm. What it has written to disk is not memory. Over the limit, `onOut` is told. */
export class Memory {
  readonly limit: number;
  readonly #onOut: () => void;
  readonly #shared: SharedMemory;
  #held = 0;
  #files = 0;
  #kept = 0;
  #isReleased = false;

  constructor(limit: number, shared: SharedMemory, onOut: () => void) {
    this.limit = limit;
    this.#shared = shared;
    this.#onOut = onOut;
  }

  get bytes(): number {
    return this.#held + this.#files;
  }

  /** Of processes that only say what they hold. */
  hold(bytes: number): void {
    this.#held += bytes;
    this.#check(bytes);
  }

  /** Bytes that are really there. */
  keep(bytes: number): void {
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
    this.#shared.kept -= this.#kept;
    this.#isReleased = true;
  }

  #count(growth: number): void {
    this.#kept += growth;
    if (!this.#isReleased) this.#shared.kept += growth;
    this.#check(growth);
  }

  #check(growth: number): void {
    const isOver = this.bytes > Math.min(this.limit, mostBytes) || this.#shared.kept > mostOfAll;
    if (growth > 0 && isOver) this.#onOut();
  }
}
