/** The value of a flag: its default tells its type. */
export type FlagValue = string | number | boolean | readonly string[];
export type FlagDefaults = Readonly<Record<string, FlagValue>>;

/** What was given, defaults filled in. */
export type Flags<T extends FlagDefaults> = {
  readonly [name in keyof T]: T[name] extends string
    ? string
    : T[name] extends number
      ? number
      : T[name] extends boolean
        ? boolean
        : readonly string[];
};

export interface CommandLine<T extends FlagDefaults> {
  readonly flags: Flags<T>;
  readonly operands: readonly string[];
}

/** A flag that is not there, or has a wrong value; worded as the flag package does. */
export class FlagError extends Error {}

/** `pflag` reads `--name`, single letters and flags after operands; `flag` also `-name`, up to the first operand. */
export type FlagStyle = "flag" | "pflag";

/** Reads a command line as Go programs do. Throws FlagError. */
export function parseFlags<T extends FlagDefaults>(
  args: readonly string[],
  defaults: T,
  style: FlagStyle = "pflag",
): CommandLine<T> {
  const values: Record<string, FlagValue> = { ...defaults };
  const operands: string[] = [];
  const given = new Set<string>();
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === "--") break;
    const match = /^(--?)([^-=][^=]*)(?:=(.*))?$/su.exec(arg);
    if (!match) {
      operands.push(arg);
      if (style === "flag") break;
      continue;
    }
    const name = nameOf(match, defaults, style);
    const value = match[3] ?? (typeof defaults[name] === "boolean" ? "true" : rest.shift());
    if (value === undefined)
      throw new FlagError(`flag needs an argument: ${style === "flag" ? `-${name}` : `--${name}`}`);
    const parsed = parseValue(value, { name, fallback: defaults[name] ?? "", style });
    const earlier = given.has(name) ? values[name] : [];
    values[name] = Array.isArray(parsed) && Array.isArray(earlier) ? [...(earlier as string[]), ...parsed] : parsed;
    given.add(name);
  }
  return { flags: values as Flags<T>, operands: [...operands, ...rest] };
}

function nameOf([, dashes, name = ""]: RegExpExecArray, defaults: FlagDefaults, style: FlagStyle): string {
  const isKnown = Object.hasOwn(defaults, name);
  if (isKnown && (style === "flag" || dashes === "--" || name.length === 1)) return name;
  if (style === "flag") throw new FlagError(`flag provided but not defined: -${name}`);
  if (dashes === "--") throw new FlagError(`unknown flag: --${name}`);
  throw new FlagError(`unknown shorthand flag: '${name.charAt(0)}' in -${name}`);
}

interface Reading {
  readonly name: string;
  readonly fallback: FlagValue;
  readonly style: FlagStyle;
}

function parseValue(text: string, { name, fallback, style }: Reading): FlagValue {
  const wrong = (parser: string): FlagError =>
    style === "flag"
      ? new FlagError(`invalid value ${JSON.stringify(text)} for flag -${name}: parse error`)
      : new FlagError(
          `invalid argument ${JSON.stringify(text)} for "--${name}" flag: strconv.${parser}: parsing ${JSON.stringify(text)}: invalid syntax`,
        );
  if (typeof fallback === "number") {
    if (!/^[-+]?\d+$/u.test(text)) throw wrong("ParseInt");
    return Number(text);
  }
  if (typeof fallback === "boolean") {
    if (/^(?:1|t|true)$/iu.test(text)) return true;
    if (/^(?:0|f|false)$/iu.test(text)) return false;
    throw wrong("ParseBool");
  }
  return typeof fallback === "string" ? text : text.split(",");
}
