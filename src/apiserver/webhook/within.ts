import type { Clock } from "../../sim/clock.ts";
import { LateError } from "./call-error.ts";

/** Does work for as long as it may take; then gives it up, by its signal, and rejects with LateError. */
export async function within<T>(
  clock: Clock,
  timeoutMs: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const giveUp = new AbortController();
  const cancel = clock.after(timeoutMs, () => giveUp.abort());
  const late = new Promise<never>((_, reject) => {
    giveUp.signal.addEventListener("abort", () => reject(new LateError("context deadline exceeded")));
  });
  try {
    return await Promise.race([work(giveUp.signal), late]);
  } finally {
    cancel();
  }
}
