import { parse } from "unbash";
import type { Word, WordPart } from "unbash";

import { ShellError } from "../jumps.ts";
import { parseTemplate, sourceOf } from "../parser.ts";
import type { Compiler } from "../run/compiler.ts";
import { expandBraces } from "./braces.ts";
import { compileCommandSubstitution } from "./command-substitution.ts";
import { compileArithmetic } from "./arithmetic-expansion.ts";
import { inOrder } from "./emit.ts";
import type { Emit } from "./emit.ts";
import { compileLeading, compileLiteral } from "./literal.ts";
import { compileParameter, compileSimpleParameter } from "./parameter.ts";
import type { Sink } from "./sink.ts";
import type { WordCompiler } from "./word-compiler.ts";

/** How a part stands: outside quotes, in double quotes, or in a here-document. */
type Manner = "bare" | "quoted" | "document";

export function createWordCompiler(compiler: Compiler): WordCompiler {
  const words: WordCompiler = {
    dialect: compiler.dialect,
    word: (word) => compileWord(word, false),
    arguments: compileArguments,
    assigned: (word) => compileWord(word, true),
    operand: compileOperand,
    pattern: (word) => compileWord(word, false),
    quotedOperand: (word) => compileQuotedOperand(word, "quoted"),
    template(text, line) {
      const { parts, source } = parseTemplate(text, line);
      return compiler.within(source).words.parts(parts);
    },
    parts: (parts) => inOrder(parts.map((part) => compilePart(part, "document"))),
  };
  return words;

  function compileWord(word: Word, assigned: boolean): Emit {
    const { parts } = word;
    if (!parts) return compileLeading(word.text, true, assigned);
    return inOrder(
      parts.map((part, index) => {
        if (part.type !== "Literal" || (index > 0 && !assigned)) return compilePart(part, "bare");
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

  function compileArguments(word: Word): readonly Emit[] {
    if (!compiler.dialect.bash || !word.parts?.some(({ type }) => type === "BraceExpansion")) return [compileWord(word, false)];
    const text = `: ${expandBraces(word.text).join(" ")}`;
    const command = parse(text).commands[0]?.command;
    const expanded = command?.type === "Command" ? command.args : [];
    const inner = compiler.within(sourceOf(text, compiler.line(word)));
    return expanded.map((argument) => (argument.type === "Word" ? inner.words.word(argument) : compileLiteral(argument.text)));
  }

  /** What is literal here is split like any other text that an expansion gives. */
  function compileOperand(word: Word): Emit {
    const emit = compileWord(word, false);
    return (shell, sink) => emit(shell, sink.splits ? splittingLiterals(sink) : sink);
  }

  function compileQuotedOperand(word: Word, manner: Manner): Emit {
    if (!word.parts) return compileQuotedLiteral(word.text);
    return inOrder(word.parts.map((part) => compilePart(part, manner)));
  }

  function compilePart(part: WordPart, manner: Manner): Emit {
    const quoted = manner !== "bare";
    switch (part.type) {
      case "Literal":
        return quoted ? compileQuotedPart(part.value) : compileLiteral(part.text);
      case "SingleQuoted":
        return constant(quoted ? part.text : part.value);
      case "DoubleQuoted":
        return compileDoubleQuoted(part.parts, manner);
      case "LocaleString":
        return compiler.dialect.extended
          ? compileDoubleQuoted(part.parts, manner)
          : inOrder([constant("$"), compileDoubleQuoted(part.parts, manner)]);
      case "AnsiCQuoted":
        return constant(compiler.dialect.extended && !quoted ? part.value : quoted ? part.text : `$${part.text.slice(2, -1)}`);
      case "SimpleExpansion":
        return compileSimpleParameter(part.text.slice(1), quoted);
      case "ParameterExpansion":
        return compileParameter(part, quoted, words);
      case "CommandExpansion":
        return compileCommandSubstitution(compiler.nested(part.script), quoted);
      case "ArithmeticExpansion":
        return compileArithmetic(part.text, quoted, words, compiler.line(part));
      case "ProcessSubstitution":
        return refuseProcessSubstitution(part);
      case "Glob":
      case "ExtendedGlob":
      case "BraceExpansion":
        return compileWithGaps(part, manner);
    }
  }

  function compileDoubleQuoted(parts: readonly WordPart[], manner: Manner): Emit {
    if (manner === "document") return inOrder([constant('"'), ...parts.map((part) => compilePart(part, manner)), constant('"')]);
    if (parts.length === 0) return constant("");
    return inOrder(parts.map((part) => compilePart(part, "quoted")));
  }

  /** Wildcards and braces: their own characters, and the expansions among them. */
  function compileWithGaps(part: WordPart & { readonly parts?: readonly WordPart[] | undefined }, manner: Manner): Emit {
    if (part.type === "ExtendedGlob" && !compiler.dialect.bash) throw compiler.unexpected(part, "(");
    const emits: Emit[] = [];
    let at = part.pos;
    const gap = (to: number) => {
      if (to > at) emits.push(compileLiteral(compiler.text({ pos: at, end: to })));
    };
    for (const child of part.parts ?? []) {
      gap(child.pos);
      emits.push(compilePart(child, manner));
      at = child.end;
    }
    gap(part.end);
    return inOrder(emits);
  }

  function refuseProcessSubstitution(part: WordPart): Emit {
    if (!compiler.dialect.extended) throw compiler.unexpected(part, "(");
    return () => Promise.reject(new ShellError(`${part.text}: process substitution is not simulated`, 1, false));
  }
}

function constant(text: string): Emit {
  return (_shell, sink) => sink.quoted(text);
}

const compileQuotedPart = constant;

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
function compileQuotedLiteral(text: string): Emit {
  return constant(text.replace(/\\\n/g, "").replace(/\\([$`"\\}])/g, "$1"));
}
