import { KubectlError } from "../kubectl-error.ts";

/** One step of a jsonpath. */
export type Step =
  | { readonly kind: "root" }
  | { readonly kind: "field"; readonly name: string }
  /** `strict`: only of a list. */
  | { readonly kind: "all"; readonly strict: boolean }
  | { readonly kind: "descend"; readonly name: string }
  | { readonly kind: "union"; readonly members: readonly (readonly Step[])[] }
  | {
      readonly kind: "slice";
      readonly from: number | undefined;
      readonly to: number | undefined;
      readonly by: number;
      /** One index: it must be there. */
      readonly single: boolean;
    }
  | {
      readonly kind: "filter";
      readonly left: readonly Step[];
      readonly operator: "exists" | "==" | "!=" | "<" | ">" | "<=" | ">=";
      readonly right: Operand;
    };

type Operand = { readonly value: unknown } | { readonly steps: readonly Step[] };

/** A whole text as a path. Throws KubectlError. */
export function parsePath(text: string): readonly Step[] {
  const { steps, length } = readPath(text, `{${text}}`);
  if (length < text.trimEnd().length) throw unexpected(text.slice(length), `{${text}}`);
  return steps;
}

const field = /^\.((?:[^\s.,[\]$@{}\\]|\\.)+)/u;

/** The path at the start of `text`; `whole` is what errors speak of. */
export function readPath(text: string, whole: string): { steps: readonly Step[]; length: number } {
  const steps: Step[] = [];
  let rest = text;
  if (rest.startsWith("$")) steps.push({ kind: "root" });
  if (/^[$@]/u.test(rest)) rest = rest.slice(1);
  else if (!/^[.[]/u.test(rest)) throw unexpected(rest, whole);
  for (;;) {
    const step = readStep(rest, whole);
    if (!step) break;
    steps.push(...step.steps);
    rest = rest.slice(step.length);
  }
  return { steps, length: text.length - rest.length };
}

function readStep(rest: string, whole: string): { steps: readonly Step[]; length: number } | undefined {
  if (rest.startsWith("[")) return readBracket(rest, whole);
  if (rest.startsWith("..")) {
    const [match, name = ""] = field.exec(rest.slice(1)) ?? [""];
    return { steps: [{ kind: "descend", name: plain(name) }], length: 1 + Math.max(1, match.length) };
  }
  if (rest.startsWith(".*")) return { steps: [{ kind: "all", strict: false }], length: 2 };
  const [match, name] = field.exec(rest) ?? [];
  if (match !== undefined && name !== undefined)
    return { steps: [{ kind: "field", name: plain(name) }], length: match.length };
  return rest.startsWith(".") ? { steps: [], length: 1 } : undefined;
}

function plain(name: string): string {
  return name.replaceAll(/\\(.)/gu, "$1");
}

function readBracket(rest: string, whole: string): { steps: readonly Step[]; length: number } {
  if (rest.startsWith("[?(")) {
    const end = endOf(rest, 3, ")]");
    if (end < 0) throw new KubectlError(`error parsing jsonpath ${whole}, unterminated filter`);
    return { steps: [parseFilter(rest.slice(3, end), whole)], length: end + 2 };
  }
  const end = endOf(rest, 1, "]");
  if (end < 0) throw new KubectlError(`error parsing jsonpath ${whole}, unterminated array`);
  return { steps: bracketSteps(rest.slice(1, end).trim(), whole), length: end + 1 };
}

/** Where `mark` stands, outside of quotes. */
function endOf(text: string, from: number, mark: string): number {
  let quote = "";
  for (let at = from; at < text.length; at++) {
    const letter = text.charAt(at);
    if (quote === "" && text.startsWith(mark, at)) return at;
    if (letter === quote) quote = "";
    else if (quote === "" && (letter === "'" || letter === '"')) quote = letter;
  }
  return -1;
}

function bracketSteps(text: string, whole: string): readonly Step[] {
  if (text === "*") return [{ kind: "all", strict: true }];
  const members = text.match(/'[^']*'|"[^"]*"|[^,]+/gu) ?? [];
  if (members.length > 1)
    return [{ kind: "union", members: members.map((member) => bracketSteps(member.trim(), whole)) }];
  // What is in quotes is a path of its own: `['metadata.name']`.
  const quoted = /^'([^']*)'$|^"([^"]*)"$/u.exec(text);
  if (quoted) return parsePath(`.${quoted[1] ?? quoted[2] ?? ""}`);
  if (!/^-?\d*(?::-?\d*){0,2}$/u.test(text) || text === "") {
    throw new KubectlError(`error parsing jsonpath ${whole}, invalid array index ${text}`);
  }
  const [from, to, by] = text.split(":").map((part) => (part === "" ? undefined : Number(part)));
  return [{ kind: "slice", from, to, by: by ?? 1, single: !text.includes(":") }];
}

function parseFilter(text: string, whole: string): Step {
  const at = operatorIn(text);
  const [operator = ""] = /^(?:[=!<>]=|[<>])?/u.exec(text.slice(at)) ?? [];
  const { steps: left, length } = readPath(text.slice(0, at).trim(), whole);
  if (length < text.slice(0, at).trim().length) throw unexpected(text.slice(length).trim(), whole);
  if (at === text.length) return { kind: "filter", left, operator: "exists", right: { value: undefined } };
  if (operator === "") throw unexpected(text.slice(at + 1), whole);
  const right = operandOf(text.slice(at + operator.length).trim(), whole);
  return { kind: "filter", left, operator: operator as "==", right };
}

/** Where the comparison stands; the end of the text when there is none. */
function operatorIn(text: string): number {
  const [before = ""] = /^(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^=!<>])*/u.exec(text) ?? [];
  return before.length;
}

function operandOf(text: string, whole: string): Operand {
  const [, double, single] = /^(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')$/su.exec(text) ?? [];
  const quoted = double ?? single;
  if (quoted !== undefined) return { value: quoted.replaceAll(/\\(.)/gsu, "$1") };
  if (text === "true" || text === "false") return { value: text === "true" };
  if (/^[-+]?\d+(?:\.\d+)?$/u.test(text)) return { value: Number(text) };
  const [number = ""] = /^[-+]?\d*/u.exec(text) ?? [];
  if (number !== "") throw unexpected(text.slice(number.length).trim(), whole);
  const { steps, length } = readPath(text, whole);
  if (length < text.length) throw unexpected(text.slice(length).trim(), whole);
  return { steps };
}

function unexpected(rest: string, whole: string): KubectlError {
  const letter = [...rest][0] ?? "";
  const word = /^[a-zA-Z]\w*/u.exec(rest)?.[0];
  if (word !== undefined) return new KubectlError(`error parsing jsonpath ${whole}, unrecognized identifier ${word}`);
  const code = (letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return new KubectlError(`error parsing jsonpath ${whole}, unrecognized character in action: U+${code} '${letter}'`);
}
