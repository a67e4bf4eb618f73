import { Failure } from "../../failure.ts";
import {
  add,
  compare,
  type Decimal,
  decimal,
  decimalText,
  divide,
  multiply,
  negated,
  ofInteger,
  power,
  remainder,
  squareRoot,
  toInteger,
} from "./decimal.ts";
import { functions } from "./functions.ts";

/** What bc remembers between statements. */
export interface BcState {
  scale: number;
  inputBase: number;
  outputBase: number;
  last: Decimal;
  readonly variables: Map<string, Decimal>;
}

export function bcState(scale: number): BcState {
  return { scale, inputBase: 10, outputBase: 10, last: decimal("0"), variables: new Map() };
}

interface Cursor {
  readonly tokens: readonly string[];
  at: number;
  readonly state: BcState;
}

const token =
  /\s*("[^"]*"|[0-9A-F]*\.?[0-9A-F]+|[0-9A-F]+\.?|[a-z][a-z0-9_]*|[<>=!]=|[-+*/%^]=|\+\+|--|&&|\|\||[-+*/%^()=<>!,])/uy;

/** Runs one statement; gives what it prints. */
export function evaluateBc(statement: string, state: BcState): string {
  const tokens = tokenized(statement);
  if (tokens.length === 0) return "";
  if (tokens.length === 1 && tokens[0]?.startsWith('"')) return tokens[0].slice(1, -1);
  const cursor: Cursor = { tokens, at: 0, state };
  if (take(cursor, "print")) return printed(cursor);
  const isAssignment = /^(?:[a-z]\w*)$/u.test(tokens[0] ?? "") && /^[-+*/%^]?=$/u.test(tokens[1] ?? "");
  const value = expression(cursor);
  if (cursor.at < tokens.length) throw new Failure("syntax error");
  if (isAssignment) return "";
  state.last = value;
  return `${decimalText(value, state.outputBase)}\n`;
}

function tokenized(statement: string): string[] {
  const tokens: string[] = [];
  const text = statement.trimEnd();
  for (let at = 0; at < text.length;) {
    token.lastIndex = at;
    const match = token.exec(text);
    if (!match) throw new Failure("syntax error");
    at = token.lastIndex;
    tokens.push(match[1] ?? "");
  }
  return tokens;
}

function printed(cursor: Cursor): string {
  let out = "";
  do {
    const next = cursor.tokens[cursor.at] ?? "";
    if (next.startsWith('"')) {
      out += next.slice(1, -1).replaceAll(String.raw`\n`, "\n");
      cursor.at++;
    } else out += decimalText(expression(cursor), cursor.state.outputBase);
  } while (take(cursor, ","));
  return out;
}

function take(cursor: Cursor, text: string): boolean {
  const found = cursor.tokens[cursor.at] === text;
  if (found) cursor.at++;
  return found;
}

function expression(cursor: Cursor): Decimal {
  return binary(cursor, 0);
}

type Operation = (a: Decimal, b: Decimal, scale: number) => Decimal;

const truth = (holds: boolean) => decimal(holds ? "1" : "0");

const levels: readonly Readonly<Record<string, Operation>>[] = [
  { "||": (a, b) => truth(a.digits !== 0n || b.digits !== 0n) },
  { "&&": (a, b) => truth(a.digits !== 0n && b.digits !== 0n) },
  {
    "<": (a, b) => truth(compare(a, b) < 0),
    "<=": (a, b) => truth(compare(a, b) <= 0),
    "==": (a, b) => truth(compare(a, b) === 0),
    "!=": (a, b) => truth(compare(a, b) !== 0),
    ">=": (a, b) => truth(compare(a, b) >= 0),
    ">": (a, b) => truth(compare(a, b) > 0),
  },
  { "+": add, "-": (a, b) => add(a, negated(b)) },
  { "*": multiply, "/": divide, "%": remainder },
];

const arithmetic: Readonly<Record<string, Operation>> = { ...levels[3], ...levels[4], "^": power };

function binary(cursor: Cursor, level: number): Decimal {
  const operations = levels[level];
  if (operations === undefined) return unary(cursor);
  let left = binary(cursor, level + 1);
  for (;;) {
    const operation = operations[cursor.tokens[cursor.at] ?? ""];
    if (operation === undefined) return left;
    cursor.at++;
    left = operation(left, binary(cursor, level + 1), cursor.state.scale);
  }
}

function unary(cursor: Cursor): Decimal {
  if (take(cursor, "-")) return negated(unary(cursor));
  if (take(cursor, "!")) return truth(unary(cursor).digits === 0n);
  const base = primary(cursor);
  if (!take(cursor, "^")) return base;
  return power(base, unary(cursor), cursor.state.scale);
}

function primary(cursor: Cursor): Decimal {
  const next = cursor.tokens[cursor.at++] ?? "";
  if (next === "(") return closed(cursor);
  if (/^[0-9A-F.]/u.test(next)) return number(next, cursor.state.inputBase);
  if (!/^[a-z]/u.test(next)) throw new Failure("syntax error");
  const called = cursor.tokens[cursor.at] === "(";
  if (called) {
    cursor.at++;
    return call(next, closed(cursor), cursor.state);
  }
  const operator = /^([-+*/%^]?)=$/u.exec(cursor.tokens[cursor.at] ?? "")?.[1];
  if (operator === undefined) return variable(cursor, next);
  cursor.at++;
  const value = expression(cursor);
  const operation = arithmetic[operator];
  return assign(cursor.state, next, operation ? operation(read(cursor.state, next), value, cursor.state.scale) : value);
}

function closed(cursor: Cursor): Decimal {
  const value = expression(cursor);
  if (!take(cursor, ")")) throw new Failure("syntax error");
  return value;
}

function number(text: string, base: number): Decimal {
  if (base === 10) return decimal(text.replace(/[A-F]/gu, "9"));
  const digits = Array.from(text.replace(/\..*/u, ""), (digit) => BigInt(Number.parseInt(digit, 16)));
  return { digits: digits.reduce((value, digit) => value * BigInt(base) + digit, 0n), scale: 0 };
}

function variable(cursor: Cursor, name: string): Decimal {
  const value = read(cursor.state, name);
  for (const [operator, by] of [
    ["++", 1],
    ["--", -1],
  ] as const) {
    if (take(cursor, operator)) assign(cursor.state, name, add(value, ofInteger(by)));
  }
  return value;
}

function read(state: BcState, name: string): Decimal {
  if (name === "scale") return ofInteger(state.scale);
  if (name === "ibase") return ofInteger(state.inputBase);
  if (name === "obase") return ofInteger(state.outputBase);
  if (name === "last") return state.last;
  return state.variables.get(name) ?? decimal("0");
}

function assign(state: BcState, name: string, value: Decimal): Decimal {
  const whole = toInteger(value);
  if (name === "scale") state.scale = Math.max(0, Math.min(1000, whole));
  else if (name === "ibase") state.inputBase = Math.max(2, Math.min(16, whole));
  else if (name === "obase") state.outputBase = Math.max(2, Math.min(36, whole));
  else state.variables.set(name, value);
  return value;
}

function call(name: string, value: Decimal, state: BcState): Decimal {
  if (name === "sqrt") return squareRoot(value, state.scale);
  if (name === "length") return ofInteger(String(value.digits).replace("-", "").length);
  if (name === "scale") return ofInteger(value.scale);
  const run = functions[name];
  if (run === undefined) throw new Failure(`undefined function: ${name}()`);
  return run(value, state.scale);
}
