import { applet, UsageError } from "../applet.ts";
import { pidsNamed } from "./kill.ts";

export const pidof = applet({
  names: ["pidof"],
  usage: "[-s] [-o PID] [NAME]...",
  help: `
List PIDs of all processes with names that match NAMEs

	-s	Show only one PID
	-o PID	Omit given pid`,
  options: "so:x",
  async run(call) {
    const { options, operands, out } = call;
    if (operands.length === 0) throw new UsageError();
    const omitted = new Set(options.values("o").map(Number));
    const pids = operands.flatMap((name) => pidsNamed(call, name)).filter((pid) => !omitted.has(pid));
    if (pids.length === 0) return 1;
    await out.print(`${(options.has("s") ? pids.slice(0, 1) : pids).join(" ")}\n`);
    return 0;
  },
});
