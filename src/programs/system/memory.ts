import type { Process } from "../../runtime/process.ts";

/** What free and top show: the machine's memory, as containers see it. KiB. */
export interface Memory {
  readonly totalKiB: number;
  readonly usedKiB: number;
  readonly cachedKiB: number;
}

const fallbackKiB = 8_145_304;

/** From /proc/meminfo. */
export function memoryOf({ files }: Process): Memory {
  const text = files.exists("/proc/meminfo") ? files.readText("/proc/meminfo") : "";
  const field = (name: string) => Number(new RegExp(`^${name}:\\s*(\\d+)`, "mu").exec(text)?.[1] ?? Number.NaN);
  const totalKiB = field("MemTotal") || fallbackKiB;
  const freeKiB = field("MemAvailable") || field("MemFree") || totalKiB / 2;
  const cachedKiB = field("Cached") || 0;
  return { totalKiB, usedKiB: Math.round(totalKiB - freeKiB), cachedKiB };
}
