import type {
  ParameterCaseOperation,
  ParameterOperation,
  ParameterReplaceOperation,
  ParameterSliceOperation,
  ParameterTransformOperation,
  Word,
} from "unbash";

import { evaluateArithmetic } from "../arithmetic/evaluate.ts";
import { ShellError } from "../jumps.ts";
import { after } from "../run/outcome.ts";
import type { Shell } from "../shell.ts";
import { patternOf, textOf } from "./emit.ts";
import type { ParameterValue } from "./parameter-value.ts";
import { matchesPattern, replacePattern, withoutPrefix, withoutSuffix } from "./pattern.ts";
import { quoteForShell } from "./quote.ts";
import type { WordCompiler } from "./word-compiler.ts";

type Changed = string | readonly string[];

/** What an operation makes of a parameter's value, element by element where there are several. */
export type Transformation = (shell: Shell, value: ParameterValue, name: string) => Changed | Promise<Changed>;

export function compileTransformation(
  operation: Exclude<ParameterOperation, { type: "Default" }>,
  words: WordCompiler,
): Transformation {
  switch (operation.type) {
    case "Remove":
      return compileRemoval(operation.operator, operation.operand, words);
    case "Replace":
      return compileReplacement(operation, words);
    case "Slice":
      return compileSlice(operation, words);
    case "CaseModification":
      return compileCaseChange(operation, words);
    case "Transform":
      return transformation(operation);
    case "Names":
    case "Unknown":
      return (_shell, value) => value ?? "";
  }
}

function compileRemoval(operator: "#" | "##" | "%" | "%%", operand: Word, words: WordCompiler): Transformation {
  const emitPattern = words.pattern(operand);
  const reach = operator.length === 2 ? "longest" : "shortest";
  const remove = operator.startsWith("#") ? withoutPrefix : withoutSuffix;
  return (shell, value) =>
    after(patternOf(shell, emitPattern), (pattern) => eachOf(value, (text) => remove(text, pattern, reach)));
}

function compileReplacement(
  { operator, pattern, replacement }: ParameterReplaceOperation,
  words: WordCompiler,
): Transformation {
  const emitPattern = words.pattern(pattern);
  const emitReplacement = words.pattern(replacement);
  const anchor = operator === "/#" ? "start" : operator === "/%" ? "end" : undefined;
  return (shell, value) =>
    after(patternOf(shell, emitPattern), (searched) =>
      after(textOf(shell, emitReplacement), (text) => {
        if (searched === "" && !anchor) return eachOf(value, (subject) => subject);
        const how = { by: text, all: operator === "//", anchor } as const;
        return eachOf(value, (subject) => replacePattern(subject, searched, how));
      }),
    );
}

function compileSlice({ offset, length }: ParameterSliceOperation, words: WordCompiler): Transformation {
  const emitOffset = words.pattern(offset);
  const emitLength = length && words.pattern(length);
  return (shell, value, name) =>
    after(textOf(shell, emitOffset), (from) =>
      after(emitLength ? textOf(shell, emitLength) : undefined, (count) => {
        const start = Number(evaluateArithmetic(shell, from));
        const size = count === undefined ? undefined : Number(evaluateArithmetic(shell, count));
        if (typeof value === "string" || value === undefined)
          return slice(Array.from(value ?? ""), start, size).join("");
        return slice(name === "@" || name === "*" ? [shell.name, ...value] : value, start, size);
      }),
    );
}

/** A negative start counts from the end; a negative size is where to stop before the end. */
function slice(elements: readonly string[], start: number, size: number | undefined): readonly string[] {
  const from = start < 0 ? elements.length + start : start;
  if (from < 0 || from > elements.length) return [];
  const to = size === undefined ? elements.length : size < 0 ? elements.length + size : from + size;
  return elements.slice(from, Math.max(from, to));
}

function compileCaseChange({ operator, operand }: ParameterCaseOperation, words: WordCompiler): Transformation {
  const emitPattern = operand && words.pattern(operand);
  const change = (character: string) => (operator.startsWith("^") ? character.toUpperCase() : character.toLowerCase());
  return (shell, value) =>
    after(emitPattern ? patternOf(shell, emitPattern) : "", (pattern) =>
      eachOf(value, (text) =>
        Array.from(text)
          .map((character, index) => {
            const reached = operator.length === 2 || index === 0;
            return reached && (pattern === "" || matchesPattern(pattern, character)) ? change(character) : character;
          })
          .join(""),
      ),
    );
}

/** `${v@Q}` and its kin. */
function transformation({ operand }: ParameterTransformOperation): Transformation {
  const change = transformations[operand.value];
  return (_shell, value) => {
    if (!change) throw new ShellError(`@${operand.value}: this transformation is not simulated`, 1, false);
    return eachOf(value, change);
  };
}

const transformations: Readonly<Record<string, (text: string) => string>> = {
  Q: (text) => quoteForShell(text),
  U: (text) => text.toUpperCase(),
  u: (text) => text.slice(0, 1).toUpperCase() + text.slice(1),
  L: (text) => text.toLowerCase(),
};

function eachOf(value: ParameterValue, change: (text: string) => string): Changed {
  if (value === undefined) return "";
  return typeof value === "string" ? change(value) : value.map(change);
}
