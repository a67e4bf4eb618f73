import type { ParameterDefaultOperation, ParameterExpansionPart } from "unbash";

import { encodeText } from "../../runtime/text.ts";
import { evaluateArithmetic } from "../arithmetic/evaluate.ts";
import { ShellError } from "../jumps.ts";
import type { Shell } from "../shell.ts";
import { isName } from "../variables.ts";
import { textOf } from "./emit.ts";
import type { Emit } from "./emit.ts";
import { compileTransformation } from "./parameter-operations.ts";
import {
  arrayElements,
  emitValue,
  pipeStatuses,
  readParameter,
  sortedKeys,
  unsetParameter,
} from "./parameter-value.ts";
import type { ParameterValue } from "./parameter-value.ts";
import type { WordCompiler } from "./word-compiler.ts";

/** `$name`. */
export function compileSimpleParameter(name: string, quoted: boolean): Emit {
  if (name === "@" || name === "*") {
    const manner = { quoted, star: name === "*" };
    return (shell, sink) => emitValue(shell, sink, shell.positional, manner);
  }
  return (shell, sink) => {
    const value = readParameter(shell, name);
    if (value === undefined && shell.options.nounset) throw unsetParameter(shell, name);
    if (quoted) sink.quoted(value ?? "");
    else if (value !== undefined) sink.expanded(value);
  };
}

/** `${…}`. */
export function compileParameter(part: ParameterExpansionPart, quoted: boolean, words: WordCompiler): Emit {
  const { parameter, prefix, index, operation } = part;
  if (!isParameter(parameter) || needsMore(part, words)) return () => Promise.reject(badSubstitution(part, words));
  if (!prefix && !index && !operation) return compileSimpleParameter(parameter, quoted);
  const read = compileRead(part, words);
  if (operation?.type === "Default") return compileDefault(part, operation, { read, quoted, words });
  const manner = { quoted, star: parameter === "*" || index?.value === "*" || operation?.type === "Names" };
  const transform = operation && compileTransformation(operation, words);
  return (shell, sink) => {
    const value = read(shell);
    if (value instanceof Promise) return value.then((known) => finish(shell, known));
    return finish(shell, value);

    function finish(within: Shell, known: ParameterValue): void | Promise<void> {
      if (known === undefined && within.options.nounset) throw unsetParameter(within, parameter);
      if (prefix === "#") return emitValue(within, sink, lengthOf(within, known), manner);
      if (!transform) return emitValue(within, sink, known ?? "", manner);
      const changed = transform(within, known, parameter);
      if (changed instanceof Promise) return changed.then((done) => emitValue(within, sink, done, manner));
      emitValue(within, sink, changed, manner);
    }
  };
}

function isParameter(name: string): boolean {
  return isName(name) || /^(?:\d+|[@*#?$!-])$/.test(name);
}

/** What only bash, or no POSIX shell, has. */
function needsMore({ prefix, index, operation }: ParameterExpansionPart, { dialect }: WordCompiler): boolean {
  if (operation?.type === "Unknown") return true;
  if (!dialect.bash && (prefix === "!" || index)) return true;
  if (!operation || operation.type === "Default" || operation.type === "Remove") return false;
  return operation.type === "Replace" || operation.type === "Slice" ? !dialect.extended : !dialect.bash;
}

function badSubstitution(part: ParameterExpansionPart, { dialect }: WordCompiler): ShellError {
  return new ShellError(dialect.badSubstitution(part.text), dialect.errorStatus, !dialect.bash);
}

type Read = (shell: Shell) => ParameterValue | Promise<ParameterValue>;

function compileRead({ parameter, prefix, index, operation }: ParameterExpansionPart, words: WordCompiler): Read {
  if (prefix === "!" && operation?.type === "Names") return (shell) => shell.variables.names(parameter);
  if (parameter === "@" || parameter === "*") return (shell) => shell.positional;
  if (!index) {
    if (prefix === "!") {
      return (shell) => {
        const target = shell.variables.targetOf(parameter);
        return target === parameter ? readParameter(shell, readParameter(shell, parameter) ?? "") : target;
      };
    }
    return (shell) => readParameter(shell, parameter);
  }
  if (index.value === "@" || index.value === "*") {
    if (prefix !== "!") return (shell) => arrayElements(shell, parameter);
    return (shell) => keysOf(shell, parameter);
  }
  const subscript = words.word(index);
  return (shell) => {
    const text = textOf(shell, subscript);
    return text instanceof Promise
      ? text.then((known) => element(shell, parameter, known))
      : element(shell, parameter, text);
  };
}

function keysOf(shell: Shell, name: string): readonly string[] {
  const variable = shell.variables.find(name);
  if (variable?.elements) return sortedKeys(variable.elements, variable.associative);
  return variable?.value === undefined ? [] : ["0"];
}

function element(shell: Shell, name: string, subscript: string): string | undefined {
  const variable = shell.variables.find(name);
  if (variable?.associative) return variable.elements?.get(subscript);
  return arrayElementAt(shell, name, Number(evaluateArithmetic(shell, subscript)));
}

/** Negative indices count from the end. */
function arrayElementAt(shell: Shell, name: string, index: number): string | undefined {
  const elements = shell.variables.find(name)?.elements;
  if (!elements && name === "PIPESTATUS" && shell.dialect.bash) return pipeStatuses(shell).at(index);
  if (!elements) return index === 0 ? shell.variables.get(name) : undefined;
  if (index >= 0) return elements.get(String(index));
  return elements.get(String(elements.next + index));
}

function lengthOf(shell: Shell, value: ParameterValue): string {
  if (value === undefined) return "0";
  if (typeof value !== "string") return String(value.length);
  return String(countsCharacters(shell) ? charactersIn(value) : encodeText(value).length);
}

/** Without a locale, and always in dash, a character is a byte. */
function countsCharacters({ dialect, variables }: Shell): boolean {
  if (dialect.name === "dash") return false;
  const locale = variables.get("LC_ALL") || variables.get("LC_CTYPE") || variables.get("LANG");
  return locale !== undefined && /utf-?8/i.test(locale);
}

/** A surrogate pair is one. */
function charactersIn(text: string): number {
  let count = text.length;
  for (let at = 0; at < text.length; at++) if ((text.charCodeAt(at) & 0xfc00) === 0xdc00) count--;
  return count;
}

interface DefaultContext {
  readonly read: Read;
  readonly quoted: boolean;
  readonly words: WordCompiler;
}

/** `-`, `=`, `?`, `+` and their forms with a colon, which take empty for unset. */
function compileDefault(
  part: ParameterExpansionPart,
  operation: ParameterDefaultOperation,
  { read, quoted, words }: DefaultContext,
): Emit {
  const { operator, operand } = operation;
  const colon = operator.startsWith(":");
  const action = operator.at(-1);
  const alternative = quoted ? words.quotedOperand(operand) : words.operand(operand);
  const manner = { quoted, star: part.parameter === "*" };
  return (shell, sink) => {
    const value = read(shell);
    return value instanceof Promise ? value.then(choose) : choose(value);

    function choose(known: ParameterValue): void | Promise<void> {
      const isSet = known !== undefined && !(typeof known !== "string" && known.length === 0);
      const isPresent = isSet && !(colon && (typeof known === "string" ? known === "" : known.join("") === ""));
      if (action === "+") return isPresent ? alternative(shell, sink) : emptyUnlessList(known);
      if (isPresent) return emitValue(shell, sink, known, manner);
      if (action === "-") return alternative(shell, sink);
      const text = textOf(shell, alternative);
      return text instanceof Promise ? text.then(settle) : settle(text);
    }

    function settle(text: string): void {
      if (action === "?") throw missing(shell, part.parameter, text, colon);
      if (!isName(part.parameter)) throw new ShellError(shell.dialect.badSubstitution(part.text), 2);
      shell.variables.set(part.parameter, text);
      emitValue(shell, sink, text, manner);
    }

    function emptyUnlessList(known: ParameterValue): void {
      if (quoted && (known === undefined || typeof known === "string")) sink.quoted("");
    }
  };
}

function missing(shell: Shell, name: string, message: string, colon: boolean): ShellError {
  const { dialect } = shell;
  const empty = dialect.bash ? "parameter null or not set" : "parameter not set or null";
  const standard = colon ? empty : "parameter not set";
  return new ShellError(`${name}: ${message || standard}`, dialect.bash ? 127 : 2);
}
