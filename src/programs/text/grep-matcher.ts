import { compileRegex, literalPattern, type Match, type Regex } from "../../regex/regex.ts";
import { RegexError } from "../../regex/syntax.ts";
import { badRegex } from "../bad-regex.ts";
import { Failure } from "../failure.ts";
import type { Options } from "../options.ts";

/** What grep looks for in a line. */
export interface Matcher {
  test(line: string): boolean;
  /** Where the matches are that are not empty, from left to right. */
  all(line: string): readonly (readonly [start: number, end: number])[];
}

/** `egrep` and `fgrep` are names for -E and -F. */
export function matcherOf(name: string, options: Options, patterns: readonly string[]): Matcher {
  const kind = options.last("EFGP") ?? { egrep: "E", fgrep: "F" }[name] ?? "G";
  const ignoreCase = options.last("iy") !== undefined;
  if (kind === "F" && !ignoreCase && options.last("wxo") === undefined) return fixed(patterns);
  const regexes = patterns.map((pattern) => compiled(pattern, { kind, ignoreCase }));
  const accepts = acceptance(options);
  const first = (line: string, from: number) => {
    const matches = regexes.flatMap((regex) => acceptedMatch(regex, { line, from, accepts }) ?? []);
    return matches.toSorted((a, b) => a.start - b.start || b.end - a.end)[0];
  };
  const anywhere = options.last("wx") === undefined;
  return {
    test: (line) => (anywhere ? regexes.some((regex) => regex.test(line)) : first(line, 0) !== undefined),
    all(line) {
      const found: [number, number][] = [];
      for (let at = 0; at <= line.length;) {
        const match = first(line, at);
        if (match === undefined) break;
        if (match.end > match.start) found.push([match.start, match.end]);
        at = match.end > match.start ? match.end : match.end + 1;
      }
      return found;
    },
  };
}

function fixed(patterns: readonly string[]): Matcher {
  const [only = ""] = patterns;
  return {
    test: patterns.length === 1 ? (line) => line.includes(only) : (line) => patterns.some((one) => line.includes(one)),
    all: () => [],
  };
}

function compiled(pattern: string, { kind, ignoreCase }: { kind: string; ignoreCase: boolean }): Regex {
  try {
    if (kind === "F") return compileRegex(literalPattern(pattern), { extended: true, ignoreCase });
    return compileRegex(pattern, { extended: kind !== "G", ignoreCase });
  } catch (error) {
    if (error instanceof RegexError) throw new Failure(badRegex(pattern, error), 2);
    throw error;
  }
}

type Acceptance = (line: string, match: Match) => boolean;

function acceptance(options: Options): Acceptance {
  if (options.has("x")) return (line, { start, end }) => start === 0 && end === line.length;
  if (!options.has("w")) return () => true;
  const isWord = (character: string | undefined) => character !== undefined && /^[\p{L}\p{N}_]$/u.test(character);
  return (line, { start, end }) => !isWord(line[start - 1]) && !isWord(line[end]);
}

/** The first match that is a whole word or line where that is asked for: later ones are tried in turn. */
function acceptedMatch(
  regex: Regex,
  { line, from, accepts }: { line: string; from: number; accepts: Acceptance },
): Match | undefined {
  for (let at = from; at <= line.length;) {
    const match = regex.exec(line, at);
    if (match === undefined || accepts(line, match)) return match;
    at = match.start + 1;
  }
  return undefined;
}
