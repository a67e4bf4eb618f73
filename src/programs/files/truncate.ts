import { applet, UsageError } from "../applet.ts";
import { Failure, reasonOf } from "../failure.ts";
import { sizeOf } from "../numbers.ts";
import { statOf } from "../paths.ts";

export const truncate = applet({
  names: ["truncate"],
  usage: "[-c] -s SIZE FILE...",
  help: `
Truncate FILEs to SIZE

	-c	Do not create files
	-s SIZE`,
  options: { short: "cs:", long: { "no-create": "c", size: "s" } },
  directory: "/usr/bin",
  async run(call) {
    const { process, options, operands } = call;
    const size = options.value("s");
    if (size === undefined || operands.length === 0) throw new UsageError();
    const [, sign = "", amount = ""] = /^([-+<>/%]?)(.*)$/u.exec(size) ?? [];
    let exitCode = 0;
    for (const path of operands) {
      const absolute = process.resolve(path);
      try {
        if (!statOf(process, path) && options.has("c")) continue;
        const before = statOf(process, path) ? process.files.read(absolute) : new Uint8Array();
        const wanted = newSize(before.length, sign, sizeOf(amount));
        if (wanted > largest) throw new Failure(`${path}: File too large`);
        const resized = new Uint8Array(wanted);
        resized.set(before.subarray(0, wanted));
        process.files.write(absolute, resized);
      } catch (error) {
        if (error instanceof Failure) throw error;
        await call.complain(`${path}: open: ${reasonOf(error)}`);
        exitCode = 1;
      }
    }
    return exitCode;
  },
});

/** Files are held in memory, holes and all. */
const largest = 512 * 1024 * 1024;

function newSize(before: number, sign: string, amount: number): number {
  if (sign === "+") return before + amount;
  if (sign === "-") return Math.max(0, before - amount);
  if (sign === "<") return Math.min(before, amount);
  return sign === ">" ? Math.max(before, amount) : amount;
}
