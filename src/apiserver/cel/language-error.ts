import { EvaluationError, ParseError, TypeError } from "@marcbachmann/cel-js";

/**
 * What is wrong with an expression, in a word. undefined: the error is not of the expression's making, which are the
 * language's own and a RangeError or SyntaxError of a library.
 */
export function languageError(error: unknown): string | undefined {
  if (error instanceof EvaluationError || error instanceof TypeError || error instanceof ParseError) {
    return error.summary.replace(/^No such key/u, "no such key");
  }
  return error instanceof RangeError || error instanceof SyntaxError ? error.message : undefined;
}
