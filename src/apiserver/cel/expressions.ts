import type { Environment } from "@marcbachmann/cel-js";

import { languageError } from "./language-error.ts";

/** What is wrong with an expression, or why it cannot be worked out. */
export class ExpressionError extends Error {}

/** Works an expression out. Throws ExpressionError. */
export type Expression = (context: object) => unknown;

const kept = 1000;

/** Reads expressions, each once. The returned function throws ExpressionError. */
export function expressionReader(environment: Environment): (text: string) => Expression {
  const known = new Map<string, Expression>();
  return (text) => {
    let expression = known.get(text);
    if (!expression) {
      expression = compiled(environment, text);
      if (known.size >= kept) known.clear();
      known.set(text, expression);
    }
    return expression;
  };
}

function compiled(environment: Environment, text: string): Expression {
  const evaluate = told(() => {
    const parsed = environment.parse(text);
    const { error } = parsed.check();
    if (error) throw error;
    return parsed;
  });
  return (context) => told(() => evaluate(context) as unknown);
}

function told<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const why = languageError(error);
    throw why === undefined ? error : new ExpressionError(why);
  }
}
