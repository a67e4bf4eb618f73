import { compileRegex, type Regex } from "../../../regex/regex.ts";
import { RegexError } from "../../../regex/syntax.ts";
import { badRegex } from "../../bad-regex.ts";
import { Failure } from "../../failure.ts";
import { inFlavour } from "../../flavour.ts";
import { Cursor } from "./cursor.ts";
import { parseReplacement } from "./replacement.ts";
import type { Action, Address, Command, Substitution } from "./script.ts";

/** Reads a sed script; a block's end and a label are found in the flat list by their index. */
export function parseScript(text: string, extended: boolean): Command[] {
  const parser: Parser = { cursor: new Cursor(text), extended, commands: [], blocks: [], labels: new Map() };
  try {
    parseCommands(parser);
  } catch (error) {
    throw error instanceof Failure ? placed(error, parser.cursor) : error;
  }
  for (const { action } of parser.commands) {
    if (action.kind !== "branch") continue;
    const target = action.label === "" ? parser.commands.length : parser.labels.get(action.label);
    if (target === undefined) {
      const said = "can't find label for jump to";
      throw new Failure({ busybox: `${said} '${action.label}'`, gnu: `${said} \`${action.label}'` });
    }
    action.target = target;
  }
  return parser.commands;
}

function parseCommands(parser: Parser): void {
  const { cursor } = parser;
  for (;;) {
    cursor.skip(/[\s;]*/uy);
    if (cursor.isAtEnd) break;
    parseCommand(parser);
  }
  if (parser.blocks.length === 0) return;
  cursor.at = 0;
  throw new Failure({ busybox: "unterminated {", gnu: "unmatched `{'" });
}

/** GNU's sed tells how far it had read. */
function placed({ words, exitCode }: Failure, { at }: Cursor): Failure {
  const gnu = `-e expression #1, char ${at}: ${inFlavour("gnu", words)}`;
  return new Failure({ busybox: inFlavour("busybox", words), alpine: inFlavour("alpine", words), gnu }, exitCode);
}

interface Parser {
  readonly cursor: Cursor;
  readonly extended: boolean;
  readonly commands: Command[];
  readonly blocks: { end: number }[];
  readonly labels: Map<string, number>;
}

function parseCommand(parser: Parser): void {
  const { cursor, commands } = parser;
  if (cursor.take("#")) {
    cursor.skip(/[^\n]*/uy);
    return;
  }
  const from = parseAddress(parser);
  cursor.skip(/\s*/uy);
  const to = from !== undefined && cursor.take(",") ? rangeEnd(parser) : undefined;
  cursor.skip(/\s*/uy);
  const negated = cursor.skip(/(?:!\s*)*/uy) !== "";
  const letter = cursor.next();
  if (letter === "") throw new Failure("missing command");
  if (letter === "}") closeBlock(parser, from !== undefined);
  else if (letter === ":") {
    if (from !== undefined) throw new Failure(": doesn't want any addresses");
    const label = cursor.skip(/[^\n;]*/uy).trim();
    if (label === "") throw new Failure({ busybox: "no label", gnu: '":" lacks a label' });
    parser.labels.set(label, commands.length);
  } else {
    const action = parseAction(parser, letter);
    if (action.kind === "block") parser.blocks.push(action);
    commands.push({ from, to, negated, action });
  }
}

function closeBlock({ blocks, commands, cursor }: Parser, addressed: boolean): void {
  const block = blocks.pop();
  if (block === undefined || addressed) throw new Failure({ busybox: "unexpected '}'", gnu: "unexpected `}'" });
  block.end = commands.length;
  endOfCommand(cursor);
}

function parseAddress(parser: Parser): Address | undefined {
  const { cursor } = parser;
  const number = cursor.skip(/\d+/uy);
  if (number !== "") {
    if (!cursor.take("~")) return { kind: "line", number: Number(number) };
    return { kind: "step", first: Number(number), step: Number(cursor.skip(/\d*/uy)) };
  }
  if (cursor.take("$")) return { kind: "last" };
  const custom = cursor.take("\\");
  if (!custom && cursor.peek() !== "/") return undefined;
  const pattern = cursor.delimited(cursor.next(), true);
  const flags = cursor.skip(/[IM]*/uy);
  return { kind: "regex", regex: regexOf(parser, pattern, flags) };
}

function rangeEnd(parser: Parser): Address {
  const { cursor } = parser;
  cursor.skip(/\s*/uy);
  if (cursor.take("+")) return { kind: "more", count: Number(cursor.skip(/\d*/uy)) };
  if (cursor.take("~")) return { kind: "multiple", of: Number(cursor.skip(/\d*/uy)) };
  const address = parseAddress(parser);
  if (address === undefined) throw new Failure({ busybox: "no address after comma", gnu: "unexpected `,'" });
  return address;
}

/** An empty pattern is the one last used. */
function regexOf({ extended }: Parser, pattern: string, flags: string): Regex | undefined {
  if (pattern === "") return undefined;
  try {
    return compileRegex(pattern, { extended, ignoreCase: /i/iu.test(flags), multiline: /m/iu.test(flags) });
  } catch (error) {
    if (error instanceof RegexError) throw new Failure(badRegex(pattern, error));
    throw error;
  }
}

function parseAction(parser: Parser, letter: string): Action {
  const { cursor } = parser;
  if (letter === "{") return { kind: "block", end: -1 };
  if (letter === "a" || letter === "i" || letter === "c")
    return { kind: "text", where: letter, text: cursor.textArgument() };
  if (letter === "s") return { kind: "substitute", substitution: parseSubstitution(parser) };
  if (letter === "y") return { kind: "transliterate", map: parseTransliteration(cursor) };
  if (letter === "r") return { kind: "read", file: cursor.fileName() };
  if (letter === "w" || letter === "W") return { kind: "write", file: cursor.fileName(), firstLine: letter === "W" };
  if (letter === "b" || letter === "t" || letter === "T") {
    cursor.skip(/[ \t]*/uy);
    return { kind: "branch", when: letter, label: cursor.skip(/[^\n;}]*/uy).trim(), target: -1 };
  }
  if (letter === "q" || letter === "Q") {
    cursor.skip(/[ \t]*/uy);
    const exitCode = Number(cursor.skip(/\d*/uy));
    endOfCommand(cursor);
    return { kind: "quit", print: letter === "q", exitCode };
  }
  if (!"=dDgGhHlnNpPxzF".includes(letter))
    throw new Failure({ busybox: `unsupported command ${letter}`, gnu: `unknown command: \`${letter}'` });
  if (letter === "l") cursor.skip(/[ \t]*\d*/uy);
  endOfCommand(cursor);
  return { kind: "simple", letter };
}

function endOfCommand(cursor: Cursor): void {
  cursor.skip(/[ \t]*/uy);
  if (cursor.isAtEnd || /[;\n}#]/u.test(cursor.peek())) return;
  throw new Failure("extra characters after command");
}

function parseSubstitution(parser: Parser): Substitution {
  const { cursor } = parser;
  const delimiter = cursor.next();
  const pattern = cursor.delimited(delimiter, true);
  const replacement = parseReplacement(cursor.delimited(delimiter, false));
  const flags = cursor.skip(/[gpiImM\d]*/uy);
  const file = cursor.take("w") ? cursor.fileName() : undefined;
  if (file === undefined) {
    cursor.skip(/[ \t]*/uy);
    if (!cursor.isAtEnd && !/[;\n}#]/u.test(cursor.peek())) {
      cursor.next();
      throw new Failure({ busybox: "bad option in substitution expression", gnu: "unknown option to `s'" });
    }
  }
  const regex = regexOf(parser, pattern, flags);
  const highest = Math.max(0, ...replacement.map((piece) => (piece.kind === "group" ? piece.index : 0)));
  if (regex !== undefined && highest > regex.groups)
    throw new Failure({
      busybox: `invalid reference \\${highest} on s command's RHS`,
      gnu: `invalid reference \\${highest} on \`s' command's RHS`,
    });
  return {
    regex,
    replacement,
    from: Number(/\d+/u.exec(flags)?.[0] ?? 1),
    all: flags.includes("g"),
    print: flags.includes("p"),
    file,
  };
}

function parseTransliteration(cursor: Cursor): ReadonlyMap<string, string> {
  const delimiter = cursor.next();
  const [from, to] = [cursor.delimited(delimiter, false), cursor.delimited(delimiter, false)].map((text) =>
    Array.from(text.replace(/\\(n|t|\\)/gu, (_, letter: string) => ({ n: "\n", t: "\t" })[letter] ?? "\\")),
  );
  if (from === undefined || to === undefined || from.length !== to.length) {
    throw new Failure({
      busybox: "y command strings have different lengths",
      gnu: "strings for `y' command are different lengths",
    });
  }
  endOfCommand(cursor);
  return new Map(from.toReversed().map((character, index) => [character, to[to.length - 1 - index] ?? ""]));
}
