import type { Process } from "../../runtime/process.ts";
import { applet } from "../applet.ts";

export const nproc = applet({
  names: ["nproc"],
  usage: "[--all] [--ignore=N]",
  help: "Print number of available CPUs",
  options: { short: "", long: { all: "all", ignore: "ignore:" } },
  directory: "/usr/bin",
  async run({ process, options, out }) {
    await out.print(`${Math.max(1, processorCount(process) - Number(options.value("ignore") ?? 0))}\n`);
  },
});

/** From /proc/cpuinfo. */
export function processorCount({ files }: Process): number {
  const text = files.exists("/proc/cpuinfo") ? files.readText("/proc/cpuinfo") : "";
  return text.split("\n").filter((line) => line.startsWith("processor")).length || 1;
}
