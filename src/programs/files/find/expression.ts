import type { FileInfo } from "../../../runtime/filesystem.ts";
import { type Call, UsageError } from "../../applet.ts";
import { Failure } from "../../failure.ts";
import { countOf } from "../../numbers.ts";
import { compileAction } from "./actions.ts";
import { compileTest } from "./tests.ts";

/** A path that was come across. */
export interface Found {
  /** As it is shown: begins with the operand. */
  readonly path: string;
  readonly absolute: string;
  readonly info: FileInfo;
  readonly depth: number;
}

/** Whether a path passes. */
export type Test = (found: Found) => boolean | Promise<boolean>;

/** What the actions tell the walk. */
export interface WalkState {
  prunes: boolean;
  quits: boolean;
  failed: boolean;
}

/** What is read from find's words. */
export interface Search {
  readonly test: Test;
  readonly state: WalkState;
  readonly follows: boolean;
  readonly depthFirst: boolean;
  /** Stays on the file system it begins on. */
  readonly oneFileSystem: boolean;
  readonly minDepth: number;
  readonly maxDepth: number;
  /** Runs the commands of `-exec … +`. */
  finish(): Promise<void>;
}

/** Words being read. */
export interface Words {
  readonly call: Call;
  readonly state: WalkState;
  /** Run at the end. */
  readonly endings: (() => Promise<void>)[];
  /** The value of the option just read. */
  value(option: string): string;
  /** Up to `;` or `+`. */
  command(option: string): { words: readonly string[]; end: string };
}

interface Parser extends Words {
  readonly words: readonly string[];
  at: number;
  acts: boolean;
  follows: boolean;
  depthFirst: boolean;
  oneFileSystem: boolean;
  minDepth: number;
  maxDepth: number;
}

export function parseFind(call: Call, words: readonly string[]): Search {
  const parser = parserOf(call, words);
  const test = words.length === 0 ? () => true : alternatives(parser);
  if (parser.at < words.length) throw unknownWord(words[parser.at] ?? "");
  const print = compileAction("-print", parser);
  const { state, follows, depthFirst, oneFileSystem, minDepth, maxDepth, endings } = parser;
  const whole: Test = async (found) =>
    (await test(found)) && (parser.acts || print === undefined || (await print(found)));
  return {
    test: whole,
    state,
    follows,
    depthFirst,
    oneFileSystem,
    minDepth,
    maxDepth,
    async finish() {
      for (const ending of endings) await ending();
    },
  };
}

function parserOf(call: Call, words: readonly string[]): Parser {
  const parser: Parser = {
    call,
    words,
    at: 0,
    acts: false,
    follows: false,
    depthFirst: false,
    oneFileSystem: false,
    minDepth: 0,
    maxDepth: 65_535,
    state: { prunes: false, quits: false, failed: false },
    endings: [],
    value(option) {
      const value = words[parser.at++];
      if (value === undefined) throw argumentMissing(option);
      return value;
    },
    command(option) {
      const end = words.findIndex(
        (word, index) => index >= parser.at && (word === ";" || (word === "+" && words[index - 1] === "{}")),
      );
      if (end <= parser.at) throw argumentMissing(option);
      const command = words.slice(parser.at, end);
      parser.at = end + 1;
      return { words: command, end: words[end] ?? ";" };
    },
  };
  return parser;
}

function alternatives(parser: Parser): Test {
  let left = conjunction(parser);
  while (["-o", "-or"].includes(parser.words[parser.at] ?? "")) {
    parser.at++;
    const [first, second] = [left, conjunction(parser)];
    left = async (found) => (await first(found)) || second(found);
  }
  return left;
}

function conjunction(parser: Parser): Test {
  let left = negation(parser);
  for (;;) {
    const word = parser.words[parser.at];
    if (word === undefined || word === ")" || word === "-o" || word === "-or") return left;
    if (word === "-a" || word === "-and") parser.at++;
    const [first, second] = [left, negation(parser)];
    left = async (found) => (await first(found)) && second(found);
  }
}

function negation(parser: Parser): Test {
  const word = parser.words[parser.at];
  if (word === "!" || word === "-not") {
    parser.at++;
    const test = negation(parser);
    return async (found) => !(await test(found));
  }
  return primary(parser);
}

function primary(parser: Parser): Test {
  const word = parser.words[parser.at++];
  if (word === undefined) throw new Failure("bad arg");
  if (word === "(") {
    const test = alternatives(parser);
    if (parser.words[parser.at++] !== ")") throw new Failure("unpaired '('");
    return test;
  }
  if (setOption(parser, word)) return () => true;
  const action = compileAction(word, parser);
  if (action !== undefined) {
    if (word !== "-prune") parser.acts = true;
    if (word === "-delete") parser.depthFirst = true;
    return action;
  }
  const test = compileTest(word, parser);
  if (test === undefined) throw unknownWord(word);
  return test;
}

function setOption(parser: Parser, word: string): boolean {
  if (word === "-maxdepth") parser.maxDepth = depthOf(parser, word);
  else if (word === "-mindepth") parser.minDepth = depthOf(parser, word);
  else if (word === "-depth") parser.depthFirst = true;
  else if (word === "-follow") parser.follows = true;
  else if (word === "-xdev" || word === "-mount") parser.oneFileSystem = true;
  else return word === "-noleaf";
  return true;
}

function depthOf(parser: Parser, option: string): number {
  const text = parser.value(option);
  return countOf(text, `Expected a positive decimal integer argument to ${option}, but got '${text}'`);
}

function argumentMissing(option: string): Failure {
  return new Failure({ busybox: `${option} requires an argument`, gnu: `missing argument to \`${option}'` });
}

/** Busybox shows its usage, GNU's names the word. */
function unknownWord(word: string): Error {
  if (!word.startsWith("-")) {
    const gnu = `paths must precede expression: \`${word}'`;
    return new UsageError({ busybox: `unrecognized: ${word}`, gnu });
  }
  return new UsageError({ busybox: `unrecognized: ${word}`, gnu: `unknown predicate \`${word}'` });
}
