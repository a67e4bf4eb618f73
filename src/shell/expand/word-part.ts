import type { WordPart } from "unbash";

import type { Compiler } from "../run/compiler.ts";
import { compileArithmetic } from "./arithmetic-expansion.ts";
import { compileCommandSubstitution } from "./command-substitution.ts";
import { inOrder } from "./emit.ts";
import type { Emit } from "./emit.ts";
import { compileLiteral } from "./literal.ts";
import { compileParameter, compileSimpleParameter } from "./parameter.ts";
import { compileProcessSubstitution } from "./process-substitution.ts";

/** How a part stands: outside quotes, in double quotes, or in a here-document. */
export type Manner = "bare" | "quoted" | "document";

/** A piece of a word: text, a quotation, an expansion. */
export function compilePart(part: WordPart, manner: Manner, compiler: Compiler): Emit {
  const quoted = manner !== "bare";
  const { extended } = compiler.dialect;
  switch (part.type) {
    case "Literal":
      return quoted ? constant(part.value) : compileLiteral(part.text);
    case "SingleQuoted":
      return constant(quoted ? part.text : part.value);
    case "DoubleQuoted":
      return compileDoubleQuoted(part.parts, manner, compiler);
    case "LocaleString":
      return inOrder([...(extended ? [] : [constant("$")]), compileDoubleQuoted(part.parts, manner, compiler)]);
    case "AnsiCQuoted":
      if (quoted) return constant(part.text);
      return constant(extended ? part.value : `$${part.text.slice(2, -1)}`);
    case "SimpleExpansion":
      return compileSimpleParameter(part.text.slice(1), quoted);
    case "ParameterExpansion":
      return compileParameter(part, quoted, compiler.words);
    case "CommandExpansion":
      return compileCommandSubstitution(compiler.nested(part.script), quoted);
    case "ArithmeticExpansion":
      return compileArithmetic(part.text, quoted, compiler.words, compiler.line(part));
    case "ProcessSubstitution":
      if (!extended) throw compiler.unexpected(part, "(");
      return compileProcessSubstitution(compiler.nested(part.script), part.operator);
    case "Glob":
    case "ExtendedGlob":
    case "BraceExpansion":
      return compileWithGaps(part, manner, compiler);
  }
}

/** Text that means itself. */
export function constant(text: string): Emit {
  return (_shell, sink) => sink.quoted(text);
}

function compileDoubleQuoted(parts: readonly WordPart[], manner: Manner, compiler: Compiler): Emit {
  if (manner === "document") {
    return inOrder([constant('"'), ...parts.map((part) => compilePart(part, manner, compiler)), constant('"')]);
  }
  if (parts.length === 0) return constant("");
  return inOrder(parts.map((part) => compilePart(part, "quoted", compiler)));
}

/** Wildcards and braces: their own characters, and the expansions among them. */
function compileWithGaps(
  part: Extract<WordPart, { type: "Glob" | "ExtendedGlob" | "BraceExpansion" }>,
  manner: Manner,
  compiler: Compiler,
): Emit {
  if (part.type === "ExtendedGlob" && !compiler.dialect.bash) throw compiler.unexpected(part, "(");
  const emits: Emit[] = [];
  let at = part.pos;
  const gap = (to: number): void => {
    if (to > at) emits.push(compileLiteral(compiler.text({ pos: at, end: to })));
  };
  for (const child of part.parts ?? []) {
    gap(child.pos);
    emits.push(compilePart(child, manner, compiler));
    at = child.end;
  }
  gap(part.end);
  return inOrder(emits);
}
