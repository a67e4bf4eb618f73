import type { Cursor } from "./cursor.ts";

export type Value = string | number | null;

export type Expression =
  | { readonly kind: "value"; readonly value: Value }
  | { readonly kind: "column"; readonly name: string }
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "all" }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: "not"; readonly of: Expression }
  | { readonly kind: "in"; readonly of: Expression; readonly options: readonly Expression[] }
  | { readonly kind: "binary"; readonly operator: string; readonly left: Expression; readonly right: Expression };

const binders = new Map(
  Object.entries({
    or: 1,
    and: 2,
    "=": 4,
    "<>": 4,
    "!=": 4,
    "<": 4,
    ">": 4,
    "<=": 4,
    ">=": 4,
    like: 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "/": 6,
    "%": 6,
  }),
);
const comparisonPower = 4;
const tightest = 9;

/** Reads an expression whose operators bind at least as closely as `power`. */
export function expression(cursor: Cursor, power = 0): Expression {
  return cursor.within(() => operation(cursor, power));
}

function operation(cursor: Cursor, power: number): Expression {
  let left = operand(cursor);
  for (;;) {
    const special = power <= comparisonPower ? suffix(cursor, left) : undefined;
    if (special) {
      left = special;
      continue;
    }
    const operator = cursor.token && cursor.token.kind !== "string" ? cursor.token.text.toLowerCase() : "";
    const binds = binders.get(operator);
    if (binds === undefined || binds < power) return left;
    cursor.next();
    left = { kind: "binary", operator, left, right: expression(cursor, binds + 1) };
  }
}

/** `IS NULL`, `IN (…)` and their opposites. */
function suffix(cursor: Cursor, of: Expression): Expression | undefined {
  if (cursor.take("is")) {
    const isNot = cursor.take("not");
    cursor.expect("null");
    const isNull: Expression = { kind: "call", name: "isnull", args: [of] };
    return isNot ? { kind: "not", of: isNull } : isNull;
  }
  const isNot = cursor.sees("not", "in") || cursor.sees("not", "like");
  if (isNot) cursor.next();
  if (cursor.take("in")) {
    const options = parenthesized(cursor);
    return isNot ? { kind: "not", of: { kind: "in", of, options } } : { kind: "in", of, options };
  }
  if (!isNot) return undefined;
  cursor.expect("like");
  const right = expression(cursor, comparisonPower + 1);
  return { kind: "not", of: { kind: "binary", operator: "like", left: of, right } };
}

function operand(cursor: Cursor): Expression {
  if (cursor.take("not")) return { kind: "not", of: expression(cursor, comparisonPower) };
  if (cursor.take("-")) {
    return { kind: "binary", operator: "-", left: { kind: "value", value: 0 }, right: expression(cursor, tightest) };
  }
  if (cursor.take("*")) return { kind: "all" };
  if (cursor.take("(")) {
    const inner = expression(cursor);
    cursor.expect(")");
    return inner;
  }
  for (const [word, value] of constants) if (cursor.take(word)) return { kind: "value", value };
  if (cursor.token?.kind === "string") return { kind: "value", value: cursor.next().text };
  if (cursor.token?.kind === "number") return { kind: "value", value: Number(cursor.next().text) };
  return named(cursor);
}

const constants: readonly (readonly [string, Value])[] = [
  ["null", null],
  ["true", 1],
  ["false", 0],
];

/** A variable, a function or a column, whose table's name is left out. */
function named(cursor: Cursor): Expression {
  const name = cursor.name();
  if (name.startsWith("@")) return { kind: "variable", name: name.replace(/^@@?(global\.|session\.)?/iu, "") };
  if (cursor.sees("(")) return { kind: "call", name: name.toLowerCase(), args: parenthesized(cursor) };
  if (bareFunctions.has(name.toLowerCase())) return { kind: "call", name: name.toLowerCase(), args: [] };
  if (!cursor.take(".")) return { kind: "column", name };
  return cursor.take("*") ? { kind: "all" } : { kind: "column", name: cursor.name() };
}

const bareFunctions = new Set(["current_timestamp", "current_user", "current_date"]);

function parenthesized(cursor: Cursor): readonly Expression[] {
  cursor.expect("(");
  if (cursor.take(")")) return [];
  const items = cursor.list(() => expression(cursor));
  cursor.expect(")");
  return items;
}
