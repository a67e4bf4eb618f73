import type { Clock } from "../../sim/clock.ts";

const periodMs = 100;
/** The kernel gives no group less than this in a period. */
const leastMs = 1;

/**
 * A share of the processors in every 100 ms; what has used it up waits for the next.
 * https://docs.kernel.org/scheduler/sched-bwc.html
 */
export class CpuQuota {
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #perPeriodMs: number;
  /** As it was asked for. */
  readonly cores: number;
  /** Number of the period in which there is something left, as far as is known: a later one than now's when now's is used up. */
  #period = 0;
  #leftMs: number;
  /** Periods in which somebody had to wait, and for how long. */
  throttledPeriods = 0;
  throttledMs = 0;

  /** `cores` may be a fraction. */
  constructor(clock: Clock, cores: number) {
    this.#clock = clock;
    this.cores = cores;
    this.#startedAt = clock.now();
    this.#perPeriodMs = shareOf(cores);
    this.#leftMs = this.#perPeriodMs;
  }

  /** As cgroup v2 has it: microseconds of `cpu.max`. */
  get max(): string {
    return `${Math.round(this.#perPeriodMs * 1000)} ${periodMs * 1000}`;
  }

  /** Periods so far. */
  get periods(): number {
    return Math.floor((this.#clock.now() - this.#startedAt) / periodMs);
  }

  /** Takes `ms` of processor time for one process; says after how many ms it has had them. */
  takeMs(ms: number): number {
    const now = this.#clock.now() - this.#startedAt;
    const current = Math.floor(now / periodMs);
    if (this.#period < current) this.#begin(current);
    let at = Math.max(now, this.#period * periodMs);
    for (let needed = ms; needed > 0;) {
      const slice = Math.min(needed, this.#leftMs, (this.#period + 1) * periodMs - at);
      this.#leftMs -= slice;
      needed -= slice;
      at += slice;
      if (needed > 0) {
        if (this.#leftMs <= 0) this.throttledPeriods++;
        this.#begin(this.#period + 1);
        at = this.#period * periodMs;
      }
    }
    this.throttledMs += at - now - ms;
    return at - now;
  }

  #begin(period: number): void {
    this.#period = period;
    this.#leftMs = this.#perPeriodMs;
  }
}

function shareOf(cores: number): number {
  return Math.max(leastMs, cores * periodMs);
}
