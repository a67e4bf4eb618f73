import type { Clock } from "../sim/clock.ts";

/** A signal that aborts after a while of the cluster's time, unless cancelled. */
export function deadline(clock: Clock, delayMs: number): { readonly signal: AbortSignal; cancel(): void } {
  const controller = new AbortController();
  const cancel = clock.after(delayMs, () => controller.abort());
  return { signal: controller.signal, cancel };
}

/** Resolves with what `work` does; rejects with `DeadlineError` when `signal` aborts first. */
export function within<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new DeadlineError());
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort);
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

/** Time was up. */
export class DeadlineError extends Error {
  constructor() {
    super("context deadline exceeded");
  }
}
