const firstMs = 1000;
const longestMs = 15 * 60_000;

interface Failure {
  readonly delayMs: number;
  readonly at: number;
}

/** When a failed pod of a set on a node may be replaced: at once, then after 1 s doubling to 15 minutes; twice that long without failure forgives. */
export class FailedPods {
  readonly #failures = new Map<string, Failure>();

  /** Ms to wait before `id` (a set on a node) may be cleaned up again; 0: now, and this counts as another failure. */
  waitMs(id: string, now: number): number {
    const last = this.#failures.get(id);
    const leftMs = last ? last.at + last.delayMs - now : 0;
    if (leftMs > 0) return leftMs;
    const isForgiven = !last || now - last.at > 2 * longestMs;
    this.#failures.set(id, { delayMs: isForgiven ? firstMs : Math.min(last.delayMs * 2, longestMs), at: now });
    return 0;
  }
}
