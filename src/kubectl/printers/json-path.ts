import { KubectlError } from "../kubectl-error.ts";

/** A jsonpath template: text, and expressions in braces. https://kubernetes.io/docs/reference/kubectl/jsonpath/ */
type Part =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "path"; readonly steps: readonly Step[] }
  | { readonly kind: "range"; readonly steps: readonly Step[]; readonly body: readonly Part[] };

type Step =
  | { readonly kind: "field"; readonly name: string }
  | { readonly kind: "all" }
  | { readonly kind: "descend"; readonly name: string }
  | { readonly kind: "index"; readonly indexes: readonly number[] }
  | { readonly kind: "slice"; readonly from: number | undefined; readonly to: number | undefined; readonly by: number }
  | { readonly kind: "names"; readonly names: readonly string[] }
  | { readonly kind: "filter"; readonly left: readonly Step[]; readonly operator: string; readonly right: unknown };

/** Throws KubectlError on what is no template. */
export function parseTemplate(text: string): readonly Part[] {
  const pieces = text.includes("{") ? text.split(/(\{(?:[^{}"']|"[^"]*"|'[^']*')*\})/u) : [`{${text}}`];
  const reader = { pieces: pieces.filter((piece) => piece !== ""), at: 0 };
  return readParts(reader, false);
}

interface Reader {
  readonly pieces: readonly string[];
  at: number;
}

function readParts(reader: Reader, inRange: boolean): Part[] {
  const parts: Part[] = [];
  while (reader.at < reader.pieces.length) {
    const piece = reader.pieces[reader.at++] ?? "";
    if (!piece.startsWith("{")) {
      parts.push({ kind: "text", text: piece });
      continue;
    }
    const inside = piece.slice(1, -1).trim();
    if (inside === "end") {
      if (inRange) return parts;
      throw new KubectlError("error parsing jsonpath: not in range, nothing to end");
    }
    const range = /^range\s+(.*)$/su.exec(inside)?.[1];
    if (range !== undefined) parts.push({ kind: "range", steps: parsePath(range), body: readParts(reader, true) });
    else parts.push(literal(inside) ?? { kind: "path", steps: parsePath(inside) });
  }
  if (inRange) throw new KubectlError("error parsing jsonpath: unclosed range");
  return parts;
}

function literal(text: string): Part | undefined {
  const [, , double, single] = /^("((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')$/u.exec(text) ?? [];
  const content = double ?? single;
  return content === undefined ? undefined : { kind: "text", text: unescape(content) };
}

function unescape(text: string): string {
  return text.replaceAll(/\\(.)/gu, (_, letter: string) => ({ n: "\n", t: "\t", r: "\r" })[letter] ?? letter);
}

const stepPattern = /^(?:\.\.([\w-]+)|\.\*|\.((?:[^.[\]\\]|\\.)+)|\[([^\]]*)\]|\.)/u;

function parsePath(text: string): readonly Step[] {
  let rest = text.trim().replace(/^[$@]/u, "");
  if (rest !== "" && !/^[.[]/u.test(rest)) rest = `.${rest}`;
  const steps: Step[] = [];
  while (rest !== "") {
    const filter = /^\[\?\((.*?)\)\]/su.exec(rest);
    if (filter) {
      steps.push(parseFilter(filter[1] ?? ""));
      rest = rest.slice(filter[0].length);
      continue;
    }
    const match = stepPattern.exec(rest);
    if (!match) throw new KubectlError(`error parsing jsonpath {${text}}, unrecognized character in action: ${JSON.stringify(rest.charAt(0))}`);
    const [whole, descend, field, bracket] = match;
    if (descend !== undefined) steps.push({ kind: "descend", name: descend });
    else if (whole === ".*") steps.push({ kind: "all" });
    else if (field !== undefined) steps.push({ kind: "field", name: field.replaceAll(/\\(.)/gu, "$1") });
    else if (bracket !== undefined) steps.push(parseBracket(bracket));
    rest = rest.slice(whole.length);
  }
  return steps;
}

function parseBracket(text: string): Step {
  if (text === "*") return { kind: "all" };
  if (/^['"]/u.test(text)) return { kind: "names", names: text.split(",").map((name) => name.trim().slice(1, -1)) };
  if (text.includes(":")) {
    const [from, to, by] = text.split(":").map((part) => (part === "" ? undefined : Number(part)));
    return { kind: "slice", from, to, by: by ?? 1 };
  }
  const indexes = text.split(",").map(Number);
  if (indexes.some((index) => !Number.isInteger(index))) throw new KubectlError(`error parsing jsonpath: invalid array index ${text}`);
  return { kind: "index", indexes };
}

function parseFilter(text: string): Step {
  const [, left = text, operator = "exists", right] = /^(.*?)\s*(==|!=|<=|>=|<|>)\s*(.*)$/su.exec(text) ?? [];
  return { kind: "filter", left: parsePath(left), operator, right: right === undefined ? undefined : scalar(right.trim()) };
}

function scalar(text: string): unknown {
  if (/^(['"]).*\1$/su.test(text)) return text.slice(1, -1);
  if (text === "true" || text === "false") return text === "true";
  return Number.isNaN(Number(text)) ? text : Number(text);
}

/** A bare path, with or without braces: `.metadata.name`, `{.metadata.name}`. */
export function parsePathExpression(text: string): readonly Step[] {
  return parsePath(text.replace(/^\{(.*)\}$/su, "$1"));
}

/** What the template makes of a value; several results of one expression are a space apart. */
export function evaluateTemplate(parts: readonly Part[], value: unknown): string {
  return parts
    .map((part) => {
      if (part.kind === "text") return part.text;
      const found = follow(part.steps, value);
      if (part.kind === "range") return found.map((one) => evaluateTemplate(part.body, one)).join("");
      return found.map((one) => shown(one)).join(" ");
    })
    .join("");
}

/** Every value a path leads to. */
export function follow(steps: readonly Step[], value: unknown): unknown[] {
  return steps.reduce<unknown[]>((values, step) => values.flatMap((one) => takeStep(step, one)), [value]);
}

function takeStep(step: Step, value: unknown): unknown[] {
  switch (step.kind) {
    case "field":
      return property(value, step.name);
    case "names":
      return step.names.flatMap((name) => property(value, name));
    case "all":
      return typeof value === "object" && value !== null ? Object.values(value) : [];
    case "descend":
      return descendants(value).flatMap((one) => property(one, step.name));
    case "index":
      return Array.isArray(value) ? step.indexes.flatMap((index) => value.slice(index, index === -1 ? undefined : index + 1) as unknown[]) : [];
    case "slice":
      return Array.isArray(value) ? (value.slice(step.from, step.to) as unknown[]).filter((_, index) => index % step.by === 0) : [];
    case "filter":
      return Array.isArray(value) ? (value as unknown[]).filter((one) => passes(step, one)) : [];
  }
}

function property(value: unknown, name: string): unknown[] {
  if (typeof value !== "object" || value === null || !(name in value)) return [];
  return [(value as Record<string, unknown>)[name]];
}

function descendants(value: unknown): unknown[] {
  if (typeof value !== "object" || value === null) return [];
  return [value, ...Object.values(value).flatMap((child) => descendants(child))];
}

function passes({ left, operator, right }: Extract<Step, { kind: "filter" }>, value: unknown): boolean {
  const [found] = follow(left, value);
  switch (operator) {
    case "exists":
      return found !== undefined;
    case "==":
      return found === right;
    case "!=":
      return found !== right;
    case "<":
      return Number(found) < Number(right);
    case ">":
      return Number(found) > Number(right);
    case "<=":
      return Number(found) <= Number(right);
    default:
      return Number(found) >= Number(right);
  }
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
