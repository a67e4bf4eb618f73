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

const mostTurns = 100;

/**
 * TLS and HTTP/2 take turns of the event loop that the clock knows nothing of: no time passes in the first hundred.
 * The returned function lets it.
 */
export function holdTime(clock: Clock): () => void {
  let turns = mostTurns;
  const turn = (): void => {
    turns--;
    if (turns > 0) clock.soon(turn);
  };
  turn();
  return () => {
    turns = 0;
  };
}

/** Time was up. */
export class DeadlineError extends Error {
  constructor() {
    super("context deadline exceeded");
  }
}
