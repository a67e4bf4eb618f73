import { goDurationProblem } from "../api/go-duration.ts";
import { KubectlError } from "./kubectl-error.ts";

/**
 * A flag by its long name. `value`, `number` and `duration` take the next word; `list` may be given several times and is
 * cut at commas, `array` is not cut; `optional` has a value only after `=`, else the one `implied`.
 */
export interface Flag {
  readonly name: string;
  readonly short?: string;
  readonly kind: "boolean" | "value" | "number" | "duration" | "list" | "array" | "optional";
  readonly implied?: string;
  /** What is said to who still uses it. */
  readonly deprecated?: string;
}

export interface GivenFlag {
  readonly name: string;
  readonly short?: string;
  readonly value: string;
  readonly deprecated?: string;
}

/** What was given on a command line. */
export interface Flags {
  readonly args: readonly string[];
  /** What came after `--`. */
  readonly rest: readonly string[] | undefined;
  /** As they came, each by its long name. */
  readonly given: readonly GivenFlag[];
  has(name: string): boolean;
  /** The last one given. */
  value(name: string): string | undefined;
  values(name: string): readonly string[];
  isTrue(name: string): boolean;
  number(name: string): number | undefined;
}

/** Flags of one kind from words such as `watch/w`, and `dry-run=unchanged` for what an optional one implies. */
export const booleans = (...words: readonly string[]): Flag[] => words.map((word) => flagFrom(word, "boolean"));
export const values = (...words: readonly string[]): Flag[] => words.map((word) => flagFrom(word, "value"));
export const numbers = (...words: readonly string[]): Flag[] => words.map((word) => flagFrom(word, "number"));
export const durations = (...words: readonly string[]): Flag[] => words.map((word) => flagFrom(word, "duration"));
export const lists = (...words: readonly string[]): Flag[] => words.map((word) => flagFrom(word, "list"));
export const arrays = (...words: readonly string[]): Flag[] => words.map((word) => flagFrom(word, "array"));
export const optionals = (...words: readonly string[]): Flag[] => words.map((word) => flagFrom(word, "optional"));

function flagFrom(word: string, kind: Flag["kind"]): Flag {
  const [names = "", alone] = word.split("=");
  const [name = "", short] = names.split("/");
  return { name, kind, ...(short === undefined ? {} : { short }), ...(alone === undefined ? {} : { implied: alone }) };
}

/** Reads flags anywhere among the arguments, as kubectl does. Throws KubectlError with kubectl's words. */
export function parseFlags(words: readonly string[], syntax: readonly Flag[], verb: string): Flags {
  const given: Given[] = [];
  const args: string[] = [];
  let rest: readonly string[] | undefined;
  let at = 0;
  const fail = (problem: string): KubectlError =>
    new KubectlError(`${problem}\nSee 'kubectl ${verb} --help' for usage.`);
  const next = (shown: string): string => {
    const value = words[at++];
    if (value === undefined) throw fail(`flag needs an argument: ${shown}`);
    return value;
  };
  const context = { syntax, fail, next };
  while (at < words.length) {
    const word = words[at++] ?? "";
    if (word === "--") {
      rest = words.slice(at);
      break;
    }
    if (word.startsWith("--")) given.push(longFlag(word, context));
    else if (word.startsWith("-") && word !== "-") given.push(...shortFlags(word, context));
    else args.push(word);
  }
  for (const one of given) {
    const why = problemOf(one);
    if (why) throw fail(`invalid argument ${JSON.stringify(one.value)} for "${shownName(one.flag)}" flag: ${why}`);
  }
  return flagsOf(given, { args, rest });
}

interface Given {
  readonly flag: Flag;
  readonly value: string;
}

interface Context {
  readonly syntax: readonly Flag[];
  readonly fail: (problem: string) => KubectlError;
  readonly next: (shown: string) => string;
}

function longFlag(word: string, { syntax, fail, next }: Context): Given {
  const equals = word.indexOf("=");
  const name = equals < 0 ? word.slice(2) : word.slice(2, equals);
  const flag = syntax.find((one) => one.name === name);
  if (!flag) throw fail(name === "" ? `bad flag syntax: ${word}` : `unknown flag: --${name}`);
  if (equals >= 0) return { flag, value: word.slice(equals + 1) };
  return { flag, value: implied(flag) ?? next(`--${name}`) };
}

function shortFlags(word: string, { syntax, fail, next }: Context): Given[] {
  const given: Given[] = [];
  for (let i = 1; i < word.length; i++) {
    const letter = word.charAt(i);
    const flag = syntax.find((one) => one.short === letter);
    if (!flag) throw fail(`unknown shorthand flag: '${letter}' in ${word}`);
    const attached = word.slice(i + 1);
    if (attached.startsWith("=")) return [...given, { flag, value: attached.slice(1) }];
    const alone = implied(flag);
    if (alone === undefined) return [...given, { flag, value: attached || next(`'${letter}' in ${word}`) }];
    given.push({ flag, value: alone });
  }
  return given;
}

/** What a flag means without a value; undefined: it must have one. */
function implied({ kind, implied: own }: Flag): string | undefined {
  if (kind === "boolean") return "true";
  return kind === "optional" ? (own ?? "") : undefined;
}

export const booleanWords = new Map<string, boolean>([
  ...["1", "t", "T", "true", "TRUE", "True"].map((word) => [word, true] as const),
  ...["0", "f", "F", "false", "FALSE", "False"].map((word) => [word, false] as const),
]);
const durationPattern = /^[-+]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/u;

function problemOf({ flag: { kind }, value }: Given): string | undefined {
  switch (kind) {
    case "boolean":
      return booleanWords.has(value)
        ? undefined
        : `strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`;
    case "number":
      return /^[-+]?\d+$/u.test(value)
        ? undefined
        : `strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`;
    case "duration":
      return durationPattern.test(value) ? undefined : goDurationProblem(value);
    default:
      return undefined;
  }
}

function shownName({ name, short }: Flag): string {
  return short === undefined ? `--${name}` : `-${short}, --${name}`;
}

function flagsOf(given: readonly Given[], { args, rest }: Pick<Flags, "args" | "rest">): Flags {
  const of = (name: string): readonly Given[] => given.filter(({ flag }) => flag.name === name);
  const all = (name: string): string[] =>
    of(name).flatMap(({ flag, value }) => (flag.kind === "list" ? value.split(",") : [value]));
  const last = (name: string): string | undefined => of(name).at(-1)?.value;
  return {
    args,
    rest,
    given: given.map(({ flag: { kind: _kind, implied: _implied, ...flag }, value }) => ({ ...flag, value })),
    has: (name) => of(name).length > 0,
    value: last,
    values: all,
    isTrue: (name) => booleanWords.get(last(name) ?? "") === true,
    number: (name) => (last(name) === undefined ? undefined : Number(last(name))),
  };
}
