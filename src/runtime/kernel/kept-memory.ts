import type { Memory } from "./memory.ts";

/** The bytes a process keeps: its container's, and the machine's. */
export class KeptMemory {
  readonly #memory: Memory;
  #bytes = 0;
  #isReleased = false;

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  get bytes(): number {
    return this.#bytes;
  }

  set bytes(bytes: number) {
    const growth = bytes - this.#bytes;
    this.#bytes = bytes;
    if (!this.#isReleased) this.#memory.keep(growth);
  }

  /** The process has ended. */
  release(): void {
    this.bytes = 0;
    this.#isReleased = true;
  }
}
