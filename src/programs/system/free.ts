import { applet } from "../applet.ts";
import { humanSize } from "../numbers.ts";
import { memoryOf } from "./memory.ts";

export const free = applet({
  names: ["free"],
  usage: "[-bkmgh]",
  help: "Display free and used memory",
  options: { short: "bkmgh", long: { bytes: "b", kibi: "k", mebi: "m", gibi: "g", human: "h" } },
  directory: "/usr/bin",
  async run({ process, options, out }) {
    const { totalKiB, usedKiB, cachedKiB } = memoryOf(process);
    const unit = options.last("bkmgh") ?? "k";
    const divisor = { b: 1 / 1024, k: 1, m: 1024, g: 1024 * 1024 }[unit];
    const shown = (kiB: number) => (divisor === undefined ? humanSize(kiB * 1024) : String(Math.floor(kiB / divisor)));
    const row = (name: string, values: readonly number[]) =>
      `${name.padEnd(8)} ${values.map((value) => shown(value).padStart(11)).join(" ")}\n`;
    const freeKiB = Math.max(0, totalKiB - usedKiB - cachedKiB);
    await out.print(`${" ".repeat(14)}total        used        free      shared  buff/cache   available\n`);
    await out.print(row("Mem:", [totalKiB, usedKiB, freeKiB, 0, cachedKiB, totalKiB - usedKiB]));
    await out.print(row("Swap:", [0, 0, 0]));
  },
});
