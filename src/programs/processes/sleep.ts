import type { Process } from "../../runtime/process.ts";
import { applet, UsageError } from "../applet.ts";
import { durationMs } from "../numbers.ts";

export const sleep = applet({
  names: ["sleep"],
  usage: "[N]...",
  help: "Pause for a time equal to the total of the args given, where each arg can\nhave an optional suffix of (s)econds, (m)inutes, (h)ours, or (d)ays",
  options: "",
  run({ process, operands }) {
    if (operands.length === 0) throw new UsageError();
    let ms = 0;
    for (const operand of operands) ms += durationMs(operand);
    return sleepLong(process, ms);
  },
});

const longestMs = 2 ** 31 - 1;

function sleepLong(process: Process, ms: number): Promise<void> {
  if (ms <= longestMs) return process.sleep(ms);
  return process.sleep(longestMs).then(() => sleepLong(process, ms - longestMs));
}
