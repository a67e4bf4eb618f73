import { applet } from "../applet.ts";

export const nproc = applet({
  names: ["nproc"],
  usage: "[--all] [--ignore=N]",
  help: "Print number of available CPUs",
  options: { short: "", long: { all: "all", ignore: "ignore:" } },
  directory: "/usr/bin",
  async run({ process, options, out }) {
    const { files } = process;
    const text = files.exists("/proc/cpuinfo") ? files.readText("/proc/cpuinfo") : "";
    const count = text.split("\n").filter((line) => line.startsWith("processor")).length || 2;
    await out.print(`${Math.max(1, count - Number(options.value("ignore") ?? 0))}\n`);
  },
});
