import type { Flavoured } from "./flavour.ts";

/** Which options a program takes, as getopt(3) writes it: `n:` needs a value, `n::` may have one attached. */
export interface OptionSyntax {
  /** `"ac:n::"`. */
  readonly short: string;
  /** Letters that GNU's tool has and busybox's lacks. */
  readonly gnu?: string;
  /** Long names to the option they stand for, or to a name of their own: `{ lines: "n", color: "color::" }`. */
  readonly long?: Readonly<Record<string, string>>;
  /** Options end at the first operand: for programs that run another. */
  readonly endAtOperand?: boolean;
}

/** What was given on a command line. */
export interface Options {
  readonly operands: readonly string[];
  /** In the order given; an option without a value has "". */
  readonly given: readonly (readonly [option: string, value: string])[];
  has(option: string): boolean;
  /** The last one given. */
  value(option: string): string | undefined;
  values(option: string): readonly string[];
  /** Of options that exclude each other, the one given last. */
  last(options: string): string | undefined;
}

/** An option that the program doesn't know, or one without its value: in glibc's words, and in musl's. */
export class OptionError extends Error {
  readonly words: Flavoured<string>;

  constructor(glibc: string, musl: string) {
    super(glibc);
    this.words = { busybox: glibc, gnu: glibc, alpine: musl };
  }
}

type Arity = "none" | "required" | "optional";
type Given = [option: string, value: string];

/** Reads short options (in clusters, with attached values), long ones (`--name=value`) and `--`. */
export function parseOptions(args: readonly string[], syntax: OptionSyntax): Options {
  const given: Given[] = [];
  const operands: string[] = [];
  let at = 0;
  const next = () => args[at++];
  while (at < args.length) {
    const arg = next() ?? "";
    if (arg === "--") break;
    if (arg.startsWith("--")) given.push(longOption(arg.slice(2), syntax, next));
    else if (arg.startsWith("-") && arg !== "-") given.push(...cluster(arg.slice(1), syntax, next));
    else {
      operands.push(arg);
      if (syntax.endAtOperand === true) break;
    }
  }
  operands.push(...args.slice(at));
  return new ReadOptions(given, operands);
}

class ReadOptions implements Options {
  readonly given: readonly Given[];
  readonly operands: readonly string[];

  constructor(given: readonly Given[], operands: readonly string[]) {
    this.given = given;
    this.operands = operands;
  }

  has(option: string): boolean {
    return this.given.some(([name]) => name === option);
  }

  value(option: string): string | undefined {
    return this.given.findLast(([name]) => name === option)?.[1];
  }

  values(option: string): readonly string[] {
    return this.given.filter(([name]) => name === option).map(([, value]) => value);
  }

  last(options: string): string | undefined {
    return this.given.findLast(([name]) => options.includes(name))?.[0];
  }
}

function cluster(letters: string, syntax: OptionSyntax, next: () => string | undefined): Given[] {
  const given: Given[] = [];
  for (let i = 0; i < letters.length; i++) {
    const letter = letters.charAt(i);
    const arity = arityOf(letter, syntax.short);
    const rest = letters.slice(i + 1);
    if (arity === undefined) throw new OptionError(`invalid option -- '${letter}'`, `unrecognized option: ${letter}`);
    if (arity === "none") given.push([letter, ""]);
    else {
      const value = rest !== "" || arity === "optional" ? rest : next();
      if (value === undefined) throw valueMissing(letter, `option requires an argument -- '${letter}'`);
      given.push([letter, value]);
      break;
    }
  }
  return given;
}

function longOption(text: string, syntax: OptionSyntax, next: () => string | undefined): Given {
  const [name = "", ...rest] = text.split("=");
  const attached = text.includes("=") ? rest.join("=") : undefined;
  const target = targetOf(name, syntax.long ?? {});
  const option = target.replace(/:+$/u, "");
  const arity = arityOf(option, syntax.short) ?? arityFrom(target.slice(option.length));
  if (arity === "none") {
    if (attached !== undefined) {
      throw new OptionError(
        `option '--${name}' doesn't allow an argument`,
        `option does not take an argument: ${name}`,
      );
    }
    return [option, ""];
  }
  const value = attached ?? (arity === "optional" ? "" : next());
  if (value === undefined) throw valueMissing(name, `option '--${name}' requires an argument`);
  return [option, value];
}

/** A long option may be cut short as long as it stays unique. */
function targetOf(name: string, long: Readonly<Record<string, string>>): string {
  if (Object.hasOwn(long, name)) return long[name] ?? name;
  const candidates = Object.keys(long).filter((full) => full.startsWith(name));
  const [target, ...others] = new Set(candidates.map((full) => long[full] ?? full));
  if (target === undefined) throw new OptionError(`unrecognized option '--${name}'`, `unrecognized option: ${name}`);
  if (others.length === 0) return target;
  const possible = candidates.map((full) => `'--${full}'`).join(" ");
  throw new OptionError(`option '--${name}' is ambiguous; possibilities: ${possible}`, `option is ambiguous: ${name}`);
}

function valueMissing(name: string, glibc: string): OptionError {
  return new OptionError(glibc, `option requires an argument: ${name}`);
}

function arityOf(letter: string, short: string): Arity | undefined {
  const at = letter.length === 1 && letter !== ":" ? short.indexOf(letter) : -1;
  return at === -1 ? undefined : arityFrom(/^:*/u.exec(short.slice(at + 1))?.[0] ?? "");
}

function arityFrom(colons: string): Arity {
  if (colons === "") return "none";
  return colons === ":" ? "required" : "optional";
}
