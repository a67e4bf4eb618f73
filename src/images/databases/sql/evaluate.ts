import { notSupported, SqlError } from "./errors.ts";
import type { Expression, Value } from "./expression.ts";

/** What an expression may ask for. */
export interface Scope {
  /** undefined: there is no such column. */
  column(name: string): Value | undefined;
  /** undefined: there is no such variable. */
  variable(name: string): Value | undefined;
  /** Of functions without arguments, as `now` and `version`; undefined: there is no such function. */
  fact(name: string): Value | undefined;
}

/** Throws SqlError. Truth is 1 or 0, and NULL where nobody knows. */
export function evaluate(what: Expression, scope: Scope): Value {
  switch (what.kind) {
    case "value":
      return what.value;
    case "column":
      return known(
        scope.column(what.name),
        () => new SqlError(1054, "42S22", `Unknown column '${what.name}' in 'field list'`),
      );
    case "variable":
      return known(
        scope.variable(what.name),
        () => new SqlError(1193, "HY000", `Unknown system variable '${what.name}'`),
      );
    case "call":
      return call(what.name, what.args, scope);
    case "not": {
      const value = evaluate(what.of, scope);
      return value === null ? null : truth(!isTrue(value));
    }
    case "in": {
      const value = evaluate(what.of, scope);
      return truth(what.options.some((option) => compare(value, evaluate(option, scope)) === 0));
    }
    case "binary":
      return binary(what.operator, evaluate(what.left, scope), evaluate(what.right, scope));
    default:
      throw notSupported("*");
  }
}

export function isTrue(value: Value): boolean {
  return value !== null && Number(value) !== 0;
}

/** Numbers as numbers, texts whatever their case; undefined where one of them is NULL. */
export function compare(left: Value, right: Value): number | undefined {
  if (left === null || right === null) return undefined;
  if (typeof left === "number" || typeof right === "number") return Number(left) - Number(right);
  const [one, other] = [left.toLowerCase(), right.toLowerCase()];
  return one < other ? -1 : Number(one > other);
}

function known(value: Value | undefined, error: () => SqlError): Value {
  if (value === undefined) throw error();
  return value;
}

function truth(is: boolean): Value {
  return is ? 1 : 0;
}

const comparisons = new Map<string, (order: number) => boolean>(
  Object.entries({
    "=": (order) => order === 0,
    "<>": (order) => order !== 0,
    "!=": (order) => order !== 0,
    "<": (order) => order < 0,
    ">": (order) => order > 0,
    "<=": (order) => order <= 0,
    ">=": (order) => order >= 0,
  }),
);

function binary(operator: string, left: Value, right: Value): Value {
  if (operator === "and") return truth(isTrue(left) && isTrue(right));
  if (operator === "or") return truth(isTrue(left) || isTrue(right));
  if (left === null || right === null) return null;
  const holds = comparisons.get(operator);
  if (holds) return truth(holds(compare(left, right) ?? Number.NaN));
  if (operator === "like") return truth(isLike(String(left), String(right)));
  const [one, other] = [Number(left), Number(right)];
  if (operator === "+") return one + other;
  if (operator === "-") return one - other;
  if (operator === "*") return one * other;
  if (other === 0) return null;
  return operator === "/" ? one / other : one % other;
}

/** `%` is anything, `_` one character. */
function isLike(text: string, pattern: string): boolean {
  const [head = "", ...tail] = pattern.toLowerCase().split("%");
  const subject = text.toLowerCase();
  if (tail.length === 0) return subject.length === head.length && startsAt(subject, head, 0);
  if (!startsAt(subject, head, 0)) return false;
  let at = head.length;
  const last = tail.pop() ?? "";
  for (const piece of tail) {
    while (at + piece.length <= subject.length && !startsAt(subject, piece, at)) at++;
    if (at + piece.length > subject.length) return false;
    at += piece.length;
  }
  return subject.length - last.length >= at && startsAt(subject, last, subject.length - last.length);
}

function startsAt(text: string, piece: string, at: number): boolean {
  return Array.from(piece).every((character, offset) => character === "_" || character === text[at + offset]);
}

const functions = new Map<string, (...args: readonly Value[]) => Value>(
  Object.entries({
    concat: (...args) => (args.includes(null) ? null : args.join("")),
    upper: (text = null) => text && String(text).toUpperCase(),
    lower: (text = null) => text && String(text).toLowerCase(),
    length: (text = null) => (text === null ? null : Buffer.byteLength(String(text))),
    isnull: (value = null) => truth(value === null),
    ifnull: (value = null, otherwise = null) => value ?? otherwise,
    coalesce: (...args) => args.find((arg) => arg !== null) ?? null,
  }),
);

function call(name: string, args: readonly Expression[], scope: Scope): Value {
  const run = functions.get(name);
  if (run) return run(...args.map((arg) => evaluate(arg, scope)));
  const missing = (): SqlError => new SqlError(1305, "42000", `FUNCTION ${name} does not exist`);
  return known(args.length === 0 ? scope.fact(name) : undefined, missing);
}
