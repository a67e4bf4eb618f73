import type { Clock } from "../sim/clock.ts";
import { NetworkError } from "./network.ts";

/** Linux with tcp_syn_retries=6 gives up connecting after this: seven tries, each waiting twice as long. */
const connectTimeoutMs = 127_000;
const handshakes = { firstRetryMs: 1000, tries: 7 };
/** With tcp_retries2=15 it gives up on an open connection after about 15 minutes. */
const transmissions = { firstRetryMs: 200, tries: 16 };
const longestRetryMs = 120_000;
/** Three ARP requests, a second apart. */
const unreachableAfterMs = 3000;

/** A connection that never comes about: refused at once, or late. */
export function failure(
  why: "refuse" | "drop" | "filtered" | "unreachable",
  clock: Clock,
  signal: AbortSignal | undefined,
): Promise<never> {
  if (why === "refuse") return Promise.reject(new NetworkError("ECONNREFUSED", "connect ECONNREFUSED"));
  const isUnreachable = why === "unreachable";
  const code = isUnreachable ? "EHOSTUNREACH" : "ETIMEDOUT";
  const waiting = unlessAborted(signal, "connect", (done) =>
    clock.after(isUnreachable ? unreachableAfterMs : connectTimeoutMs, done),
  );
  return waiting.then(() => Promise.reject(new NetworkError(code, `connect ${code}`)));
}

/** Shakes hands over a line where each packet takes `delay()` ms or is lost (Infinity). Rejects with ETIMEDOUT. */
export function shakeHands(clock: Clock, delay: () => number, signal: AbortSignal | undefined): Promise<void> {
  return unlessAborted(signal, "connect", (arrived, lost) => retry(clock, delay, { ...handshakes, arrived, lost }));
}

/** Sends a piece of an open connection over such a line. Rejects with ETIMEDOUT. */
export function transmit(clock: Clock, delay: () => number, signal?: AbortSignal): Promise<void> {
  return unlessAborted(signal, "read", (arrived, lost) => retry(clock, delay, { ...transmissions, arrived, lost }));
}

interface Retrying {
  readonly firstRetryMs: number;
  readonly tries: number;
  arrived(): void;
  lost(): void;
}

/** As TCP does: what is lost is sent again, later and later. The returned function stops. */
function retry(clock: Clock, delay: () => number, { firstRetryMs, tries, arrived, lost }: Retrying): () => void {
  let cancel = (): void => {};
  const send = (attempt: number): void => {
    if (attempt === tries) {
      lost();
      return;
    }
    const ms = delay();
    const again = (): void => send(attempt + 1);
    if (ms < Number.POSITIVE_INFINITY) cancel = clock.after(ms, arrived);
    else cancel = clock.after(Math.min(firstRetryMs * 2 ** attempt, longestRetryMs), again);
  };
  send(0);
  return () => cancel();
}

/** Resolves when `start`'s work is done; it returns what cancels it. Rejects with ETIMEDOUT when it fails or `signal` ends it. */
function unlessAborted(
  signal: AbortSignal | undefined,
  what: "connect" | "read",
  start: (done: () => void, failed: () => void) => () => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let cancel = (): void => {};
    const settle = (isDone: boolean): void => {
      cancel();
      signal?.removeEventListener("abort", abort);
      if (isDone) resolve();
      else reject(new NetworkError("ETIMEDOUT", `${what} ETIMEDOUT`));
    };
    const abort = (): void => settle(false);
    if (signal?.aborted) {
      abort();
      return;
    }
    signal?.addEventListener("abort", abort);
    cancel = start(
      () => settle(true),
      () => settle(false),
    );
  });
}
