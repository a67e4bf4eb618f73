import { applet, type Call } from "../../applet.ts";
import { Failure } from "../../failure.ts";
import { openSource, sourceOrFailure } from "../../input.ts";
import { lineReader } from "../../line-reader.ts";
import { type BcState, bcState, evaluateBc } from "./evaluate.ts";

/** Arithmetic, comparison, variables and functions; no control statements. */
export const bc = applet({
  names: ["bc"],
  usage: "[-sqliw] [FILE]...",
  help: `
Arbitrary precision calculator

	-i	Interactive (has no effect)
	-q	Don't print version
	-l	Predefine standard math functions
	-s	Be POSIX compatible`,
  options: { short: "sqliw", long: { mathlib: "l", quiet: "q" } },
  directory: "/usr/bin",
  async run(call) {
    const state = bcState(call.options.has("l") ? 20 : 0);
    for (const path of [...call.operands, "-"]) {
      const source = path === "-" ? await openSource(call, path) : await sourceOrFailure(call, path);
      const lines = lineReader(source);
      for (let line = await lines.next(); line !== undefined; line = await lines.next()) {
        if (!(await runLine(call, state, line))) return;
      }
      source.close();
    }
  },
});

/** False: it says to quit. */
async function runLine(call: Call, state: BcState, line: string): Promise<boolean> {
  for (const statement of line.replace(/#.*|\/\*.*?\*\//gu, "").split(";")) {
    if (/^\s*(?:quit|halt)\s*$/u.test(statement)) return false;
    if (/^\s*(?:if|while|for|define|auto)\b/u.test(statement)) {
      throw new Failure("control statements are not simulated, only expressions and assignments");
    }
    try {
      await call.out.print(evaluateBc(statement, state));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      await call.complain(error.message);
    }
  }
  return true;
}
