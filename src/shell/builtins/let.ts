import { evaluateArithmetic } from "../arithmetic/evaluate.ts";
import { ShellError } from "../jumps.ts";
import type { Builtin } from "./builtin.ts";

export const letBuiltin: Builtin = {
  names: ["let"],
  dialects: ["ash", "bash"],
  run(shell, [, ...expressions]) {
    if (expressions.length === 0) throw new ShellError("expression expected", 1, false);
    let value: number | bigint = 0;
    for (const expression of expressions) value = evaluateArithmetic(shell, expression);
    return value === 0 ? 1 : 0;
  },
};
