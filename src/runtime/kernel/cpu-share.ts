import type { Kernel } from "./kernel.ts";

/** What a system call, and starting a process, cost in simulated processor time. */
export const callNs = 1000;
export const spawnNs = 100_000;
/** What a program does between two pauses takes about so long: a whole turn. */
export const pauseNs = 50_000;

/** After so much of its own processor time a process lets others have a turn, */
const sliceNs = 50_000;
/** and after so much the cluster's clock must have moved as far. */
const tickNs = 1_000_000;

/** What computes under a limit takes the processor so long at a time, so that others get at it as well. */
const quotaSliceMs = 10;

/** Begins a wait for the processor: `wake` is called when it is over. The returned function gives it up. */
export type Turn = (wake: () => void) => (() => void) | undefined;

/** How much of the processor a process has used: simulated time, so that a busy loop can stop neither pods nor the clock. */
export class CpuShare {
  readonly #kernel: Kernel;
  /** In all. */
  usedNs = 0;
  /** What its children had that have ended. */
  childrenNs = 0;
  #sliceNs = 0;
  #owedNs = 0;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Counts without waiting: the next `spend` does. */
  count(costNs: number): void {
    this.#use(costNs);
    this.#sliceNs += costNs;
    this.#owedNs += costNs;
  }

  /** Uses so much in one go; `sleep` lets the time pass that this takes. */
  async compute(ms: number, sleep: (ms: number) => Promise<void>): Promise<void> {
    for (let left = ms; left > 0;) {
      const { quota } = this.#kernel;
      const slice = quota ? Math.min(left, quotaSliceMs) : left;
      await sleep(quota ? quota.takeMs(slice) : slice);
      this.#use(slice * 1e6);
      left -= slice;
    }
  }

  #use(costNs: number): void {
    this.#kernel.cpuNanoseconds += costNs;
    this.usedNs += costNs;
  }

  /** undefined: go on. */
  spend(costNs: number): Turn | undefined {
    this.count(costNs);
    if (this.#owedNs >= tickNs) return this.#tick();
    if (this.#sliceNs < sliceNs) return undefined;
    this.#sliceNs = 0;
    return this.#kernel.runQueue.nextTurn;
  }

  #tick(): Turn {
    const ms = Math.floor(this.#owedNs / tickNs);
    this.#owedNs -= ms * tickNs;
    this.#sliceNs = 0;
    const { clock, runQueue, quota } = this.#kernel;
    const delayMs = quota ? quota.takeMs(ms) : ms;
    return (wake) => clock.after(delayMs, () => runQueue.enter(wake));
  }
}
