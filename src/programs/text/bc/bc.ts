import { applet } from "../../applet.ts";
import { Failure } from "../../failure.ts";
import { openSource, sourceOrFailure } from "../../input.ts";
import { lineReader } from "../../line-reader.ts";
import { bcState, evaluateBc } from "./evaluate.ts";

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
    const { options, operands, out } = call;
    const state = bcState(options.has("l") ? 20 : 0);
    for (const path of [...operands, "-"]) {
      const source = path === "-" ? await openSource(call, path) : await sourceOrFailure(call, path);
      const lines = lineReader(source);
      for (let line = await lines.next(); line !== undefined; line = await lines.next()) {
        for (const statement of line.replace(/#.*|\/\*.*?\*\//gu, "").split(";")) {
          if (/^\s*(?:quit|halt)\s*$/u.test(statement)) return;
          if (/^\s*(?:if|while|for|define|auto)\b/u.test(statement)) {
            throw new Failure("control statements are not simulated, only expressions and assignments");
          }
          try {
            await out.print(evaluateBc(statement, state));
          } catch (error) {
            if (!(error instanceof Failure)) throw error;
            await call.complain(error.message);
          }
        }
      }
      source.close();
    }
  },
});
