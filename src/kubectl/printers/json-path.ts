import { KubectlError } from "../kubectl-error.ts";
import { sortedJson } from "./go-json.ts";
import { goSyntax } from "./go-syntax.ts";
import { parsePath, readPath, type Step } from "./json-path-steps.ts";

/** A jsonpath template: text, and expressions in braces. https://kubernetes.io/docs/reference/kubectl/jsonpath/ */
export type Part =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "path"; readonly steps: readonly Step[] }
  | { readonly kind: "range"; readonly steps: readonly Step[]; readonly body: readonly Part[] };

export interface Template {
  readonly text: string;
  readonly parts: readonly Part[];
}

/** Throws KubectlError on what is no template. */
export function parseTemplate(text: string): Template {
  const reader = { text, at: 0, depth: 0 };
  const parts = readParts(reader);
  return { text, parts };
}

interface Reader {
  readonly text: string;
  at: number;
  depth: number;
}

function readParts(reader: Reader): Part[] {
  const parts: Part[] = [];
  while (reader.at < reader.text.length) {
    const open = reader.text.indexOf("{", reader.at);
    const end = open < 0 ? reader.text.length : open;
    if (end > reader.at) parts.push({ kind: "text", text: reader.text.slice(reader.at, end) });
    reader.at = end;
    if (open < 0) break;
    reader.at++;
    if (readAction(reader, parts) === "end") return parts;
  }
  return parts;
}

/** Reads what stands in one pair of braces. */
function readAction(reader: Reader, parts: Part[]): "end" | undefined {
  if (/^\s*\}/u.test(reader.text.slice(reader.at))) parts.push({ kind: "path", steps: [] });
  for (;;) {
    const rest = reader.text.slice(reader.at);
    const space = /^\s+/u.exec(rest);
    const quoted = /^(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')/su.exec(rest);
    const word = /^(range|end)(?![\w.])/u.exec(rest)?.[1];
    const scalar = /^(?:true|false|[-+]?\d+(?:\.\d+)?)(?=[\s}])/u.exec(rest)?.[0];
    if (rest === "") throw parseError(reader, "unclosed action");
    if (rest.startsWith("}")) {
      reader.at++;
      return undefined;
    }
    if (space) reader.at += space[0].length;
    else if (quoted) {
      reader.at += quoted[0].length;
      parts.push({ kind: "text", text: unescape(quoted[1] ?? quoted[2] ?? "") });
    } else if (scalar !== undefined) {
      reader.at += scalar.length;
      parts.push({ kind: "text", text: scalar });
    } else if (word === "end") {
      readEnd(reader);
      return "end";
    } else if (word === "range") {
      readRange(reader, parts);
      return undefined;
    } else {
      const { steps, length } = readPath(rest, reader.text);
      reader.at += length;
      parts.push({ kind: "path", steps });
    }
  }
}

function readEnd(reader: Reader): void {
  const close = /^end\s*\}/u.exec(reader.text.slice(reader.at));
  if (!close) throw parseError(reader, "unclosed action");
  if (reader.depth === 0) throw parseError(reader, "not in range, nothing to end");
  reader.at += close[0].length;
}

/** A range that nothing ends goes on to the end. */
function readRange(reader: Reader, parts: Part[]): void {
  const head = /^range\s*/u.exec(reader.text.slice(reader.at));
  reader.at += head?.[0].length ?? 0;
  const { steps, length } = readPath(reader.text.slice(reader.at), reader.text);
  const close = /^\s*\}/u.exec(reader.text.slice(reader.at + length));
  if (!close) throw parseError(reader, "unclosed action");
  reader.at += length + close[0].length;
  reader.depth++;
  parts.push({ kind: "range", steps, body: readParts(reader) });
  reader.depth--;
}

function parseError({ text }: Reader, why: string): KubectlError {
  return new KubectlError(`error parsing jsonpath ${text}, ${why}`);
}

function unescape(text: string): string {
  return text.replaceAll(/\\(.)/gsu, (_, letter: string) => ({ n: "\n", t: "\t", r: "\r" })[letter] ?? letter);
}

/** A bare path, with or without braces and its first dot: `.metadata.name`, `{.metadata.name}`, `metadata.name`. */
export function parsePathExpression(text: string): readonly Step[] {
  const inside = /^\s*\{(.*)\}\s*$/su.exec(text)?.[1] ?? text;
  return parsePath(/^[.[$@]/u.test(inside) ? inside : `.${inside}`);
}

/** The paths of a template, without its text. */
export function pathsIn({ parts }: Template): (readonly Step[])[] {
  return parts.flatMap((part) => (part.kind === "path" ? [part.steps] : []));
}

/** What the template makes of a value; several results of one expression are a space apart. Throws KubectlError. */
export function evaluateTemplate({ text, parts }: Template, value: unknown, isStrict = false): string {
  try {
    return evaluate(parts, value, { root: value, isStrict });
  } catch (error) {
    if (!(error instanceof PathError)) throw error;
    throw new KubectlError(
      `error executing jsonpath ${JSON.stringify(text)}: Error executing template: ${error.message}. Printing more information for debugging the template:\n\ttemplate was:\n\t\t${text}\n\tobject given to jsonpath engine was:\n\t\t${goSyntax(value)}\n\n\n`,
    );
  }
}

interface Context {
  readonly root: unknown;
  /** Fields that are not there are an error. */
  readonly isStrict: boolean;
}

function evaluate(parts: readonly Part[], value: unknown, context: Context): string {
  return parts
    .map((part) => {
      if (part.kind === "text") return part.text;
      const found = follow(part.steps, value, context);
      if (part.kind === "range") return found.map((one) => evaluate(part.body, one, context)).join("");
      return found.map((one) => shown(one)).join(" ");
    })
    .join("");
}

/** A path that cannot be followed. */
class PathError extends Error {}

/** Every value a path leads to. Throws PathError for an index that is out of bounds. */
export function follow(
  steps: readonly Step[],
  value: unknown,
  context: Context = { root: value, isStrict: false },
): unknown[] {
  return steps.reduce<unknown[]>(
    (values, step) => {
      const found = values.flatMap((one) => takeStep(step, one, context));
      if (context.isStrict && step.kind === "field" && found.length === 0)
        throw new PathError(`${step.name} is not found`);
      return found;
    },
    [value],
  );
}

function takeStep(step: Step, value: unknown, context: Context): unknown[] {
  switch (step.kind) {
    case "root":
      return [context.root];
    case "field":
      return property(value, step.name);
    case "all":
      if (step.strict) return listOf(value);
      return typeof value === "object" && value !== null ? Object.values(value) : [];
    case "descend":
      return descendants(value).flatMap((one) => property(one, step.name));
    case "union":
      return step.members.flatMap((member) => follow(member, value, context));
    case "slice":
      return sliceOf(step, listOf(value));
    case "filter":
      return Array.isArray(value)
        ? (value as unknown[]).filter((one) => passes(step, one, { ...context, isStrict: false }))
        : [];
  }
}

/** Throws PathError for what is no list. */
function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  if (value === null || value === undefined) return [];
  throw new PathError(`${typeof value === "object" ? "map[string]interface {}" : typeof value} is not array or slice`);
}

function property(value: unknown, name: string): unknown[] {
  if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, name)) return [];
  return [(value as Record<string, unknown>)[name]];
}

function descendants(value: unknown): unknown[] {
  if (typeof value !== "object" || value === null) return [];
  return [value, ...Object.values(value).flatMap((child) => descendants(child))];
}

function sliceOf({ from, to, by, single }: Extract<Step, { kind: "slice" }>, items: readonly unknown[]): unknown[] {
  const size = items.length;
  const at = (index: number): number => (index < 0 ? index + size : index);
  if (single && from !== undefined && (at(from) >= size || at(from) < 0)) {
    throw new PathError(`array index out of bounds: index ${at(from)}, length ${size}`);
  }
  const start = at(from ?? 0);
  const end = single ? start + 1 : Math.min(size, at(to ?? size));
  return items.slice(start, end).filter((_, index) => index % by === 0);
}

function passes(
  { left, operator, right }: Extract<Step, { kind: "filter" }>,
  value: unknown,
  context: Context,
): boolean {
  const [found] = follow(left, value, context);
  if (operator === "exists") return found !== undefined;
  const wanted = "value" in right ? right.value : follow(right.steps, value, context)[0];
  if (found === undefined || wanted === undefined) return false;
  if (typeof found !== typeof wanted) throw new PathError("incompatible types for comparison");
  const [a, b] = [found as number, wanted as number];
  return { "==": a === b, "!=": a !== b, "<": a < b, ">": a > b, "<=": a <= b, ">=": a >= b }[operator];
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : sortedJson(value);
}
