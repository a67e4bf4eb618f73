import { spend, spendOrThrow } from "./effort.ts";
import { backtrackingDegree, hasReference, isGreedyLongest, javascriptSource } from "./javascript.ts";
import { createMachine, type Machine } from "./machine.ts";
import { parseRegex } from "./parse.ts";
import { RegexError } from "./syntax.ts";

/** A compiled POSIX regular expression: leftmost, longest, and never slower than text times pattern. */
export interface Regex {
  /** How many groups it has. */
  readonly groups: number;
  test(text: string): boolean;
  /** The first match at `from` or later; `^` still means the beginning of the text. */
  exec(text: string, from?: number): Match | undefined;
}

export interface Match {
  readonly start: number;
  readonly end: number;
  /** By group from 1, the whole match at 0; undefined: took no part. */
  readonly groups: readonly (string | undefined)[];
}

export interface RegexOptions {
  readonly extended: boolean;
  readonly ignoreCase?: boolean;
  /** `^` and `$` also match around newlines. */
  readonly multiline?: boolean;
}

/** What JavaScript's backtracking matcher may cost at worst, in steps; dearer matches are run by the machine. */
const dearest = 1e6;
/** The same for back references, which no machine can run. */
const dearestReference = 1e8;

/** Throws RegexError. JavaScript's own matcher does what it can do as fast and as POSIX wants, the machine the rest. */
export function compileRegex(pattern: string, options: RegexOptions): Regex {
  const { ignoreCase = false, multiline = false } = options;
  const { root, groups } = parseRegex(pattern, options.extended);
  const flags = `u${ignoreCase ? "i" : ""}${multiline ? "m" : ""}`;
  const native = new RegExp(javascriptSource(root), `${flags}g`);
  const degree = backtrackingDegree(root) + 1;
  const mustBacktrack = hasReference(root);
  const longest = isGreedyLongest(root) || mustBacktrack;
  let machine: Machine | undefined;

  const isCheap = (text: string) => {
    const cost = Math.max(text.length, 2) ** degree;
    return degree === 1 || cost <= (mustBacktrack ? dearestReference : dearest);
  };
  const run = (text: string, from: number): Match | undefined => {
    if (mustBacktrack) throw new RegexError("Out of memory");
    machine ??= createMachine(root, { groups, ignoreCase, multiline });
    const slots = machine.run(text, from);
    return slots && matchOf(text, slots);
  };
  return {
    groups,
    test(text) {
      if (!isCheap(text)) return run(text, 0) !== undefined;
      spend(text.length);
      native.lastIndex = 0;
      return native.test(text);
    },
    exec(text, from = 0) {
      if (!longest || !isCheap(text)) return run(text, from);
      native.lastIndex = from;
      const found = native.exec(text);
      spendOrThrow(1 + (found ? found.index + found[0].length : text.length) - from);
      return found ? { start: found.index, end: found.index + found[0].length, groups: [...found] } : undefined;
    },
  };
}

function matchOf(text: string, slots: readonly number[]): Match {
  const groups: (string | undefined)[] = [];
  for (let i = 0; i < slots.length; i += 2) {
    const [start = -1, end = -1] = slots.slice(i, i + 2);
    groups.push(start === -1 || end === -1 ? undefined : text.slice(start, end));
  }
  return { start: slots[0] ?? 0, end: slots[1] ?? 0, groups };
}

/** The text with every character that means something in a regular expression made plain. */
export function literalPattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/gu, "\\$&");
}
