import type { Clock } from "../sim/clock.ts";

const firstDelayMs = 10_000;
const longestDelayMs = 300_000;
const forgivenAfterMs = 600_000;

/**
 * How long something that failed waits before it is tried again: 10 s, doubling to 5 minutes, forgotten after
 * 10 minutes of going well. https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy
 */
export class BackOff {
  readonly #clock: Clock;
  #delayMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The wait that the latest `next` told of will be followed by this one. */
  get delayMs(): number {
    return this.#delayMs;
  }

  /** The wait after a run that lasted from `startedAt` until now; the first is free. */
  next(startedAt: number): number {
    if (this.#clock.now() - startedAt >= forgivenAfterMs) this.#delayMs = 0;
    const delayMs = this.#delayMs;
    this.#delayMs = delayMs === 0 ? firstDelayMs : Math.min(delayMs * 2, longestDelayMs);
    return delayMs;
  }
}

/** `10s`, `2m40s`, as back-off messages write it. */
export function formatBackOff(delayMs: number): string {
  const seconds = Math.round(delayMs / 1000);
  const minutes = Math.floor(seconds / 60);
  return minutes > 0 ? `${minutes}m${seconds % 60}s` : `${seconds}s`;
}
