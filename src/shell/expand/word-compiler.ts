import type { Word, WordPart } from "unbash";

import type { Dialect } from "../dialects/dialect.ts";
import type { Emit } from "./emit.ts";

/** Turns the words of one source into what expands them. */
export interface WordCompiler {
  readonly dialect: Dialect;
  /** A word as an argument, a `case` subject, a redirection's target. */
  word(word: Word): Emit;
  /** Arguments: in bash a word with braces is several. */
  arguments(word: Word): readonly Emit[];
  /** What is assigned: `~` counts after every colon too. */
  assigned(word: Word): Emit;
  /** The word in `${x-word}` outside double quotes. */
  operand(word: Word): Emit;
  /** A pattern, or another text that is neither split nor matched against files. */
  pattern(word: Word): Emit;
  /** The word in `"${x-word}"`: single quotes mean themselves. */
  quotedOperand(word: Word): Emit;
  /** A here-document's body, a prompt. */
  template(text: string, line?: number): Emit;
  /** The parts of a template that is parsed already. */
  parts(parts: readonly WordPart[]): Emit;
}
