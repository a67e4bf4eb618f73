import type { Process } from "../../runtime/process.ts";

/** `0.00 0.00 0.00`, from /proc/loadavg. */
export function loadAverage({ files }: Process): string {
  const text = files.exists("/proc/loadavg") ? files.readText("/proc/loadavg") : "";
  return /^[\d.]+ [\d.]+ [\d.]+/u.exec(text)?.[0] ?? "0.00 0.00 0.00";
}
