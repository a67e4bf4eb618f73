import type { AndOr, CompoundList, ParsedScript, PipelineNode, Statement } from "unbash";

import type { Dialect } from "../dialects/dialect.ts";
import type { WordCompiler } from "../expand/word-compiler.ts";
import type { Source } from "../parser.ts";
import type { Step } from "./outcome.ts";

/** Turns nodes of one source into steps. Throws a ShellError for what the dialect does not know. */
export interface Compiler {
  readonly dialect: Dialect;
  readonly source: Source;
  readonly words: WordCompiler;
  statements(statements: readonly Statement[]): Step;
  /** The same where nothing follows: the last command may take over the process. */
  tail(statements: readonly Statement[]): Step;
  list(list: CompoundList): Step;
  node(node: PipelineNode | AndOr): Step;
  /** The script inside `$(…)`; `text` is that expansion's own. */
  nested(script: ParsedScript | undefined): Step;
  /** The same for nodes of another source. */
  within(source: Source): Compiler;
  line(node: { readonly pos: number }): number;
  text(node: { readonly pos: number; readonly end: number }): string;
  /** A syntax error at a node: what the dialect has no such construct for. */
  unexpected(node: { readonly pos: number }, token: string): Error;
}
