import { evaluateArithmetic } from "../arithmetic/evaluate.ts";
import { after } from "../run/outcome.ts";
import type { Shell } from "../shell.ts";
import { textOf } from "./emit.ts";
import type { Emit } from "./emit.ts";
import type { Sink } from "./sink.ts";
import type { WordCompiler } from "./word-compiler.ts";

/** `$((expression))` and bash's `$[expression]`: parameters and commands in it are expanded first, as text. */
export function compileArithmetic(text: string, quoted: boolean, words: WordCompiler, line: number): Emit {
  const body = text.startsWith("$[") ? text.slice(2, -1) : text.slice(3, -2);
  const expand = compileArithmeticText(body, words, line);
  return (shell, sink) => {
    const expression = expand(shell);
    if (expression instanceof Promise) return expression.then((known) => finish(shell, sink, known));
    return finish(shell, sink, expression);
  };

  function finish(shell: Shell, sink: Sink, expression: string): void {
    const value = String(evaluateArithmetic(shell, expression));
    if (quoted) sink.quoted(value);
    else sink.expanded(value);
  }
}

/** The text of an expression once its own expansions are done. */
export function compileArithmeticText(
  body: string,
  words: WordCompiler,
  line: number,
): (shell: Shell) => string | Promise<string> {
  if (!/[$`\\"']/.test(body)) return () => body;
  const emit = words.template(body, line);
  return (shell) => after(textOf(shell, emit), (text) => text.replaceAll('"', ""));
}
