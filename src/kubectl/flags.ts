/** A flag by its long name. `value` takes the next word, `list` may be given several times, `optional` has a value only after `=`. */
export interface Flag {
  readonly name: string;
  readonly short?: string;
  readonly kind: "boolean" | "value" | "list" | "optional";
}

/** What was given on a command line. */
export interface Flags {
  readonly args: readonly string[];
  /** What came after `--`. */
  readonly rest: readonly string[] | undefined;
  has(name: string): boolean;
  /** The last one given. */
  value(name: string): string | undefined;
  values(name: string): readonly string[];
  isTrue(name: string): boolean;
  /** Throws KubectlError for what is no number. */
  number(name: string): number | undefined;
}

/** What kubectl says on stderr before it exits; `error: ` is put in front unless the message has its own. */
export class KubectlError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Reads flags anywhere among the arguments, as kubectl does. Throws KubectlError with kubectl's words. */
export function parseFlags(words: readonly string[], syntax: readonly Flag[], verb: string): Flags {
  const given: [string, string][] = [];
  const args: string[] = [];
  let rest: readonly string[] | undefined;
  let at = 0;
  const next = (shown: string): string => {
    const value = words[at++];
    if (value === undefined) throw new KubectlError(`flag needs an argument: ${shown}\nSee 'kubectl ${verb} --help' for usage.`);
    return value;
  };
  while (at < words.length) {
    const word = words[at++] ?? "";
    if (word === "--") {
      rest = words.slice(at);
      break;
    }
    if (word.startsWith("--")) given.push(longFlag(word, { syntax, verb, next }));
    else if (word.startsWith("-") && word !== "-") given.push(...shortFlags(word, { syntax, verb, next }));
    else args.push(word);
  }
  return flagsOf(given, { args, rest });
}

interface Context {
  readonly syntax: readonly Flag[];
  readonly verb: string;
  readonly next: (shown: string) => string;
}

function longFlag(word: string, { syntax, verb, next }: Context): [string, string] {
  const equals = word.indexOf("=");
  const name = equals < 0 ? word.slice(2) : word.slice(2, equals);
  const flag = syntax.find((one) => one.name === name);
  if (!flag) throw new KubectlError(`unknown flag: --${name}\nSee 'kubectl ${verb} --help' for usage.`);
  if (equals >= 0) return [name, word.slice(equals + 1)];
  if (flag.kind === "boolean") return [name, "true"];
  return [name, flag.kind === "optional" ? "" : next(`--${name}`)];
}

function shortFlags(word: string, { syntax, verb, next }: Context): [string, string][] {
  const given: [string, string][] = [];
  for (let i = 1; i < word.length; i++) {
    const letter = word.charAt(i);
    const flag = syntax.find((one) => one.short === letter);
    if (!flag) throw new KubectlError(`unknown shorthand flag: '${letter}' in ${word}\nSee 'kubectl ${verb} --help' for usage.`);
    if (flag.kind === "boolean") {
      given.push([flag.name, "true"]);
      continue;
    }
    const attached = word.slice(i + 1).replace(/^=/u, "");
    given.push([flag.name, attached === "" ? next(`'${letter}' in ${word}`) : attached]);
    break;
  }
  return given;
}

function flagsOf(given: readonly [string, string][], { args, rest }: Pick<Flags, "args" | "rest">): Flags {
  const values = (name: string): string[] => given.filter(([one]) => one === name).map(([, value]) => value);
  const value = (name: string): string | undefined => values(name).at(-1);
  return {
    args,
    rest,
    has: (name) => values(name).length > 0,
    value,
    values,
    isTrue: (name) => value(name) === "true",
    number(name) {
      const text = value(name);
      if (text === undefined) return undefined;
      if (!/^-?\d+$/u.test(text)) {
        throw new KubectlError(`invalid argument ${JSON.stringify(text)} for "--${name}" flag: strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
      }
      return Number(text);
    },
  };
}
