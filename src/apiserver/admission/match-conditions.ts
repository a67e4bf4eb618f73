import type { MatchCondition } from "../../api/types.gen.ts";
import { ExpressionError } from "../cel/expressions.ts";
import { evaluate } from "./expression-context.ts";

/**
 * Whether all conditions hold. One that does not decides, whatever others cannot be worked out; otherwise these
 * throw ExpressionError.
 */
export function meetsConditions(conditions: readonly MatchCondition[], context: object): boolean {
  const errors: string[] = [];
  for (const { expression } of conditions) {
    try {
      if (evaluate(expression, context) !== true) return false;
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      errors.push(error.message);
    }
  }
  const [first = "", ...more] = errors;
  if (errors.length > 0) throw new ExpressionError(more.length > 0 ? `[${errors.join(", ")}]` : first);
  return true;
}
