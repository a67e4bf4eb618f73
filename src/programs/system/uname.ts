import type { Process } from "../../runtime/process.ts";
import { applet } from "../applet.ts";

export const uname = applet({
  names: ["uname"],
  usage: "[-amnrspvio]",
  help: `
Print system information

	-a	Print all
	-m	Machine (hardware) type
	-n	Hostname
	-r	Kernel release
	-s	Kernel name (default)
	-p	Processor type
	-v	Kernel version
	-i	Hardware platform
	-o	OS name`,
  options: {
    short: "amnrspvio",
    long: {
      all: "a",
      machine: "m",
      nodename: "n",
      "kernel-release": "r",
      "kernel-name": "s",
      "kernel-version": "v",
      processor: "p",
      "operating-system": "o",
    },
  },
  async run({ process, options, out }) {
    const system = systemOf(process);
    const asked = options.has("a")
      ? ["s", "n", "r", "v", "m", "o"]
      : Array.from("snrvmpio").filter((letter) => options.has(letter));
    await out.print(`${(asked.length === 0 ? ["s"] : asked).map((letter) => system[letter] ?? "unknown").join(" ")}\n`);
  },
});

function systemOf({ container, files }: Process): Readonly<Record<string, string>> {
  const read = (path: string) => (files.exists(path) ? files.readText(path).trim() : "");
  return {
    s: "Linux",
    n: container.hostname,
    r: read("/proc/sys/kernel/osrelease") || "6.8.0",
    v: /#.*/u.exec(read("/proc/version"))?.[0] ?? "#1 SMP",
    m: "x86_64",
    o: container.image.base === "debian" ? "GNU/Linux" : "Linux",
  };
}
