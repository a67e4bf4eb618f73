import { performance } from "node:perf_hooks";

/** Runs `work` several times; the median duration in ms. */
export async function medianMs(times: number, work: () => Promise<void>): Promise<number> {
  const durations: number[] = [];
  for (let run = 0; run < times; run++) {
    const start = performance.now();
    await work();
    durations.push(performance.now() - start);
  }
  return durations.toSorted((a, b) => a - b)[Math.floor(times / 2)] ?? Number.NaN;
}

export async function durationMs(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Repeats `work` for about `forMs`; how often a second it was done. */
export async function perSecond(forMs: number, work: () => Promise<unknown>): Promise<number> {
  for (let warm = 0; warm < 200; warm++) await work();
  const start = performance.now();
  let done = 0;
  while (performance.now() - start < forMs) {
    for (let batch = 0; batch < 100; batch++) await work();
    done += 100;
  }
  return (done * 1000) / (performance.now() - start);
}

/** Resident memory in MiB, after garbage collection where it can be asked for. */
export function residentMiB(): number {
  globalThis.gc?.();
  return process.memoryUsage().rss / 2 ** 20;
}
