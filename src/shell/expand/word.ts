import { parse } from "unbash";
import type { Word } from "unbash";

import { ShellError } from "../jumps.ts";
import { parseTemplate, sourceOf } from "../parser.ts";
import type { Compiler } from "../run/compiler.ts";
import { expandBraces } from "./braces.ts";
import { inOrder } from "./emit.ts";
import type { Emit } from "./emit.ts";
import { compileLeading, compileLiteral } from "./literal.ts";
import type { Sink } from "./sink.ts";
import type { WordCompiler } from "./word-compiler.ts";
import { compilePart, constant } from "./word-part.ts";

export function createWordCompiler(compiler: Compiler): WordCompiler {
  return {
    dialect: compiler.dialect,
    word: (word) => compileWord(word, false, compiler),
    arguments: (word) => compileArguments(word, compiler),
    assigned: (word) => compileWord(word, true, compiler),
    operand: (word) => compileOperand(word, compiler),
    pattern: (word) => compileWord(word, false, compiler),
    quotedOperand: (word) => compileQuotedOperand(word, compiler),
    template(text, line) {
      const { parts, source } = parseTemplate(text, line);
      return compiler.within(source).words.parts(parts);
    },
    parts: (parts) => inOrder(parts.map((part) => compilePart(part, "document", compiler))),
  };
}

function compileWord(word: Word, assigned: boolean, compiler: Compiler): Emit {
  const { parts } = word;
  if (!parts) return compileLeading(word.text, true, assigned);
  return inOrder(
    parts.map((part, index) => {
      if (part.type !== "Literal" || (index > 0 && !assigned)) return compilePart(part, "bare", compiler);
      if (index > 0) return compileLater(part.text, index === parts.length - 1);
      return compileLeading(part.text, parts.length === 1, assigned);
    }),
  );
}

/** In an assignment `~` counts after a colon, wherever that is. */
function compileLater(text: string, isLast: boolean): Emit {
  const colon = text.indexOf(":");
  if (colon < 0) return compileLiteral(text);
  return inOrder([compileLiteral(text.slice(0, colon + 1)), compileLeading(text.slice(colon + 1), isLast, true)]);
}

function compileArguments(word: Word, compiler: Compiler): readonly Emit[] {
  const hasBraces = compiler.dialect.bash && word.parts?.some(({ type }) => type === "BraceExpansion");
  if (!hasBraces) return [compileWord(word, false, compiler)];
  const words = bracesOf(word);
  if (!Array.isArray(words)) return [() => Promise.reject(words)];
  if (words.every((one) => /^[\w.:,@%+/-]+$/.test(one))) return [plainWords(words)];
  const text = `: ${words.join(" ")}`;
  const command = parse(text).commands[0]?.command;
  const expanded = command?.type === "Command" ? command.args : [];
  const inner = compiler.within(sourceOf(text, compiler.line(word)));
  return expanded.map((argument) =>
    argument.type === "Word" ? compileWord(argument, false, inner) : compileLiteral(argument.text),
  );
}

/** Too many are an error, which is told when their command runs. */
function bracesOf(word: Word): string[] | ShellError {
  try {
    return expandBraces(word.text);
  } catch (error) {
    if (error instanceof ShellError) return error;
    throw error;
  }
}

function plainWords(words: readonly string[]): Emit {
  return (_shell, sink) => {
    words.forEach((word, index) => {
      if (index > 0) sink.breakField();
      sink.quoted(word);
    });
  };
}

/** What is literal here is split like any other text that an expansion gives. */
function compileOperand(word: Word, compiler: Compiler): Emit {
  const emit = compileWord(word, false, compiler);
  return (shell, sink) => emit(shell, sink.splits ? splittingLiterals(sink) : sink);
}

function splittingLiterals(sink: Sink): Sink {
  return {
    splits: true,
    quoted: (text) => sink.quoted(text),
    literal: (text) => sink.expanded(text),
    expanded: (text) => sink.expanded(text),
    breakField: () => sink.breakField(),
  };
}

/** In `"${x-word}"` a backslash quotes only what it does in double quotes, and `}`. */
function compileQuotedOperand(word: Word, compiler: Compiler): Emit {
  if (word.parts) return inOrder(word.parts.map((part) => compilePart(part, "quoted", compiler)));
  return constant(word.text.replace(/\\\n/g, "").replace(/\\([$`"\\}])/g, "$1"));
}
