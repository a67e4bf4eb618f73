import { performance } from "node:perf_hooks";

/** What a piece of work took: time, and this process's work on all cores. */
export interface Spent {
  readonly ms: number;
  readonly cpuMs: number;
}

export async function spentOn(work: () => Promise<unknown>): Promise<Spent> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return { ms, cpuMs: (user + system) / 1000 };
}

/** Of several runs, each of both figures by itself. */
export function median(runs: readonly Spent[]): Spent {
  const middle = (values: readonly number[]): number =>
    values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
  return { ms: middle(runs.map(({ ms }) => ms)), cpuMs: middle(runs.map(({ cpuMs }) => cpuMs)) };
}

/** Repeats `work` for about `forMs`; how often a second it was done. */
export async function perSecond(forMs: number, work: () => Promise<unknown>): Promise<Spent & { rate: number }> {
  for (let warm = 0; warm < 2000; warm++) await work();
  let done = 0;
  const spent = await spentOn(async () => {
    const start = performance.now();
    while (performance.now() - start < forMs) {
      for (let batch = 0; batch < 100; batch++) await work();
      done += 100;
    }
  });
  return { ...spent, rate: (done * 1000) / spent.ms };
}

/** Resident memory in MiB, after garbage collection where it can be asked for. */
export function residentMiB(): number {
  globalThis.gc?.();
  return process.memoryUsage.rss() / 2 ** 20;
}
