import { compileRegex } from "../../regex/regex.ts";
import { RegexError } from "../../regex/syntax.ts";
import { applet, UsageError } from "../applet.ts";
import { Failure } from "../failure.ts";

export const expr = applet({
  names: ["expr"],
  usage: "EXPRESSION",
  help: "Print the value of EXPRESSION",
  options: "",
  usageExitCode: 2,
  directory: "/usr/bin",
  rewrite: (args) => (args[0] === "--" ? args : ["--", ...args]),
  async run({ operands, out }) {
    if (operands.length === 0) throw new UsageError("missing operand");
    const words: Words = { words: operands, at: 0 };
    const value = byPrecedence(words, 0);
    if (words.at < operands.length) {
      const gnu = `syntax error: unexpected argument '${operands[words.at] ?? ""}'`;
      throw new Failure({ busybox: "syntax error", gnu }, 2);
    }
    await out.print(`${value}\n`);
    return isNull(value) ? 1 : 0;
  },
});

interface Words {
  readonly words: readonly string[];
  at: number;
}

const levels: readonly (readonly string[])[] = [
  ["|"],
  ["&"],
  ["<", "<=", "=", "==", "!=", ">=", ">"],
  ["+", "-"],
  ["*", "/", "%"],
  [":"],
];

function byPrecedence(words: Words, level: number): string {
  const operators = levels[level];
  if (operators === undefined) return primary(words);
  let left = byPrecedence(words, level + 1);
  for (;;) {
    const operator = words.words[words.at];
    if (operator === undefined || !operators.includes(operator)) return left;
    words.at++;
    left = apply(operator, left, byPrecedence(words, level + 1));
  }
}

function primary(words: Words): string {
  const word = words.words[words.at++];
  if (word === undefined) {
    const gnu = `syntax error: missing argument after '${words.words[words.at - 2] ?? ""}'`;
    throw new Failure({ busybox: "syntax error", gnu }, 2);
  }
  const next = () => primary(words);
  if (word === "(") {
    const value = byPrecedence(words, 0);
    if (words.words[words.at++] !== ")") throw new Failure("syntax error", 2);
    return value;
  }
  const isLast = words.at >= words.words.length;
  if (isLast) return word;
  if (word === "quote" || word === "+") return words.words[words.at++] ?? "";
  if (word === "length") return String(Array.from(next()).length);
  if (word === "match") return matched(next(), next());
  if (word === "substr") return substr(next(), next(), next());
  if (word === "index") {
    const [text, characters] = [Array.from(next()), next()];
    return String(text.findIndex((character) => characters.includes(character)) + 1);
  }
  return word;
}

function substr(text: string, start: string, length: string): string {
  const [from, count] = [Number(start), Number(length)];
  if (!(from > 0) || !(count > 0)) return "";
  return Array.from(text)
    .slice(from - 1, from - 1 + count)
    .join("");
}

function apply(operator: string, left: string, right: string): string {
  if (operator === "|") return isNull(left) ? right : left;
  if (operator === "&") return isNull(left) || isNull(right) ? "0" : left;
  if (operator === ":") return matched(left, right);
  const comparison = comparisons[operator];
  if (comparison) return String(Number(comparison(compared(left, right))));
  const [a, b] = [integer(left), integer(right)];
  if (b === 0n && (operator === "/" || operator === "%")) throw new Failure("division by zero", 2);
  return String(BigInt.asIntN(64, operations[operator]?.(a, b) ?? 0n));
}

const comparisons: Readonly<Record<string, (order: number) => boolean>> = {
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  "=": (order) => order === 0,
  "==": (order) => order === 0,
  "!=": (order) => order !== 0,
  ">=": (order) => order >= 0,
  ">": (order) => order > 0,
};

const operations: Readonly<Record<string, (a: bigint, b: bigint) => bigint>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => a % b,
};

function compared(left: string, right: string): number {
  if (isInteger(left) && isInteger(right))
    return Number(BigInt(left) > BigInt(right)) - Number(BigInt(left) < BigInt(right));
  return Number(left > right) - Number(left < right);
}

function isInteger(text: string): boolean {
  return /^-?\d+$/u.test(text);
}

function isNull(value: string): boolean {
  return value === "" || /^-?0+$/u.test(value);
}

function integer(text: string): bigint {
  if (!isInteger(text)) throw new Failure("non-integer argument", 2);
  return BigInt(text);
}

/** The first group, or how many characters match from the beginning. */
function matched(text: string, pattern: string): string {
  try {
    const regex = compileRegex(pattern, { extended: false });
    const match = regex.exec(text);
    const found = match?.start === 0 ? match : undefined;
    if (regex.groups > 0) return found?.groups[1] ?? "";
    return String(found ? Array.from(text.slice(0, found.end)).length : 0);
  } catch (error) {
    if (error instanceof RegexError)
      throw new Failure({ busybox: error.glibc, alpine: error.message, gnu: error.glibc }, 2);
    throw error;
  }
}
