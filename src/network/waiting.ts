import type { Clock } from "../sim/clock.ts";
import { NetworkError } from "./network.ts";

/** Linux with tcp_syn_retries=6 gives up connecting after this. */
export const connectTimeoutMs = 127_000;
/** With tcp_retries2=15 it gives up on an open connection after this. */
export const transmitTimeoutMs = 924_600;
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
  const waiting = pause(clock, isUnreachable ? unreachableAfterMs : connectTimeoutMs, { what: "connect", signal });
  return waiting.then(() => Promise.reject(new NetworkError(code, `connect ${code}`)));
}

/** Resolves after a while; rejects with ETIMEDOUT when `signal` ends it. */
export function pause(
  clock: Clock,
  ms: number,
  { what, signal }: { what: "connect" | "read"; signal: AbortSignal | undefined },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      cancel();
      signal?.removeEventListener("abort", abort);
    };
    const abort = (): void => {
      end();
      reject(new NetworkError("ETIMEDOUT", `${what} ETIMEDOUT`));
    };
    const cancel = clock.after(ms, () => {
      end();
      resolve();
    });
    if (signal?.aborted) abort();
    else signal?.addEventListener("abort", abort);
  });
}

/** Waits as long as one piece of data is under way; a connection over which nothing comes through ends. */
export async function transmit(clock: Clock, ms: number, signal: AbortSignal | undefined): Promise<void> {
  await pause(clock, Math.min(ms, transmitTimeoutMs), { what: "read", signal });
  if (ms >= transmitTimeoutMs) throw new NetworkError("ETIMEDOUT", "read ETIMEDOUT");
}
