import { applet, UsageError } from "../applet.ts";
import { durationMs } from "../numbers.ts";

export const sleep = applet({
  names: ["sleep"],
  usage: "[N]...",
  help: "Pause for a time equal to the total of the args given, where each arg can\nhave an optional suffix of (s)econds, (m)inutes, (h)ours, or (d)ays",
  options: "",
  async run({ process, operands }) {
    if (operands.length === 0) throw new UsageError();
    const ms = operands.reduce((total, operand) => total + durationMs(operand), 0);
    const longest = 2 ** 31 - 1;
    for (let left = ms; left > 0; left -= longest) await process.sleep(Math.min(left, longest));
  },
});
