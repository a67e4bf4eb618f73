import type { Clock } from "../sim/clock.ts";
import type { Random } from "../sim/random.ts";

const firstDelayMs = 10_000;
const longestDelayMs = 300_000;
const forgivenAfterMs = 600_000;

/** How long something that failed waits before it is tried again: 10 s, doubling to 5 minutes. */
export class BackOff {
  readonly #clock: Clock;
  #delayMs = 0;
  #lastTryAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * The wait after a run that has ended now. The first is free, and so is one after 10 minutes of going well.
   * https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy
   */
  afterRun(startedAt: number): number {
    if (this.#clock.now() - startedAt > forgivenAfterMs) this.#delayMs = 0;
    const delayMs = this.#delayMs;
    this.#grow();
    return delayMs;
  }

  /** The wait after a failed try: the first is not free. */
  afterFailure(): number {
    if (this.#clock.now() - this.#lastTryAt > forgivenAfterMs) this.#delayMs = 0;
    this.#grow();
    this.#lastTryAt = this.#clock.now();
    return this.#delayMs;
  }

  #grow(): void {
    this.#delayMs = this.#delayMs === 0 ? firstDelayMs : Math.min(this.#delayMs * 2, longestDelayMs);
  }
}

/** How long until the kubelet looks again at a pod that is in trouble: 10 to 15 s. */
export function nextLookMs(random: Random): number {
  return 10_000 + random.integer(5000);
}

/** `10s`, `2m40s`, as back-off messages write it. */
export function formatBackOff(delayMs: number): string {
  const seconds = Math.round(delayMs / 1000);
  const minutes = Math.floor(seconds / 60);
  return minutes > 0 ? `${minutes}m${seconds % 60}s` : `${seconds}s`;
}
