import { textOf } from "../expand/emit.ts";
import { quoteAsBusybox, quoteIfNeeded } from "../expand/quote.ts";
import type { WordCompiler } from "../expand/word-compiler.ts";
import type { Shell } from "../shell.ts";

/** Shows a command as `set -x` does: each word that needs it in quotes, as busybox and bash have it. */
export async function traceCommand(shell: Shell, words: WordCompiler, pieces: readonly string[]): Promise<void> {
  const { xtrace } = shell.options;
  shell.options.xtrace = false;
  try {
    const prompt = await textOf(shell, words.template(shell.variables.get("PS4") ?? "+ ", shell.line));
    const [first = ""] = prompt;
    const deeper = shell.dialect.bash ? first.repeat(shell.traceDepth) : "";
    await shell.warn(`${deeper}${prompt}${pieces.join(" ")}\n`);
  } finally {
    shell.options.xtrace = xtrace;
  }
}

/** An argument as it is shown. */
export function traced(shell: Shell, word: string): string {
  if (shell.dialect.name === "dash") return word;
  if (shell.dialect.name === "ash") return quoteAsBusybox(word);
  return word === "" ? "''" : quoteIfNeeded(word);
}
