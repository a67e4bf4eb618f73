import { ShellError } from "../jumps.ts";
import type { Outcome } from "../run/outcome.ts";
import type { Shell } from "../shell.ts";
import type { Builtin } from "./builtin.ts";
import { binaryTest, isBinaryTest, isUnaryTest, unaryTest } from "./conditions.ts";

/** `test` and `[`: what the number of arguments decides, POSIX says; longer expressions are parsed. */
export const test: Builtin = {
  names: ["test", "["],
  run(shell, argv) {
    const last = argv.at(-1);
    if (argv[0] === "[" && last !== "]") {
      const message = shell.dialect.bash ? "missing `]'" : shell.dialect.name === "ash" ? "missing ]" : "missing ]";
      return fail(shell, new ShellError(message, 2, false));
    }
    const words = argv.slice(1, argv[0] === "[" ? -1 : undefined);
    try {
      return evaluate(shell, words) ? 0 : 1;
    } catch (error) {
      if (!(error instanceof ShellError)) throw error;
      return fail(shell, error);
    }
  },
};

/** Busybox's test speaks for itself, without a line. */
function fail(shell: Shell, error: ShellError): Outcome {
  if (shell.dialect.name !== "ash") throw error;
  return shell.warn(`${shell.name}: ${error.message}\n`).then(() => error.status);
}

function evaluate(shell: Shell, words: readonly string[]): boolean {
  const [first = "", second = "", third = ""] = words;
  switch (words.length) {
    case 0:
      return false;
    case 1:
      return first !== "";
    case 2:
      if (first === "!") return second === "";
      if (isUnaryTest(first)) return unaryTest(shell, first, second);
      if (!shell.dialect.bash && isBinaryTest(second)) throw new ShellError(`${second}: argument expected`, 2, false);
      throw unexpected(shell, shell.dialect.name === "ash" ? second : first, "unary");
    case 3:
      if (isBinaryTest(second)) return binaryTest(shell, first, second, third);
      if (first === "!") return !evaluate(shell, words.slice(1));
      if (first === "(" && third === ")") return second !== "";
      if (shell.dialect.bash && second !== "-a" && second !== "-o")
        throw new ShellError(`${second}: binary operator expected`, 2, false);
      break;
    case 4:
      if (first === "!") return !evaluate(shell, words.slice(1));
      if (first === "(" && words[3] === ")") return evaluate(shell, words.slice(1, 3));
      break;
    default:
  }
  const parser: Parser = { shell, words, at: 0 };
  const result = parseOr(parser);
  if (parser.at < words.length) throw unexpected(shell, words[parser.at] ?? "", "binary");
  return result;
}

interface Parser {
  readonly shell: Shell;
  readonly words: readonly string[];
  at: number;
}

function parseOr(parser: Parser): boolean {
  let result = parseAnd(parser);
  while (parser.words[parser.at] === "-o") {
    parser.at++;
    const right = parseAnd(parser);
    result ||= right;
  }
  return result;
}

function parseAnd(parser: Parser): boolean {
  let result = parseNot(parser);
  while (parser.words[parser.at] === "-a") {
    parser.at++;
    const right = parseNot(parser);
    result &&= right;
  }
  return result;
}

function parseNot(parser: Parser): boolean {
  if (parser.words[parser.at] === "!" && parser.at + 1 < parser.words.length) {
    parser.at++;
    return !parseNot(parser);
  }
  return parsePrimary(parser);
}

function parsePrimary(parser: Parser): boolean {
  const { shell, words } = parser;
  const word = words[parser.at];
  if (word === undefined) throw new ShellError("argument expected", 2, false);
  if (parser.at + 1 === words.length - 1 && isBinaryTest(words[parser.at + 1] ?? "") && !shell.dialect.bash)
    throw new ShellError(`${words[parser.at + 1]}: argument expected`, 2, false);
  const operator = words[parser.at + 1] ?? "";
  const right = words[parser.at + 2];
  if (isBinaryTest(operator) && right !== undefined) {
    parser.at += 3;
    return binaryTest(shell, word, operator, right);
  }
  if (word === "(") {
    parser.at++;
    const result = parseOr(parser);
    if (words[parser.at++] !== ")") throw new ShellError("closing paren expected", 2, false);
    return result;
  }
  if (isUnaryTest(word) && words[parser.at + 1] !== undefined) {
    parser.at += 2;
    return unaryTest(shell, word, operator);
  }
  parser.at++;
  return word !== "";
}

function unexpected(shell: Shell, word: string, place: "unary" | "binary"): ShellError {
  if (shell.dialect.name === "ash") return new ShellError(`${word}: unknown operand`, 2, false);
  if (!shell.dialect.bash) return new ShellError(`${word}: unexpected operator`, 2, false);
  return new ShellError(place === "unary" ? `${word}: unary operator expected` : "too many arguments", 2, false);
}
