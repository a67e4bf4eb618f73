import { shortMonth } from "../../runtime/strftime.ts";
import { Failure } from "../failure.ts";
import type { Options } from "../options.ts";

/** What `-k 2.1n,3` says. Fields and characters count from 1; character 0 of an end is the field's last. */
export interface SortKey {
  readonly from: Position;
  readonly to: Position | undefined;
  /** Of `bdfghinMrV`. */
  readonly flags: string;
  readonly separator: string | undefined;
}

interface Position {
  readonly field: number;
  readonly character: number;
}

const flagLetters = "bdfghinMrV";

/** The keys of a command line; the whole line when it names none. */
export function sortKeys(options: Options): readonly SortKey[] {
  const separator = options.value("t");
  if (separator !== undefined && separator !== "\\0" && Array.from(separator).length !== 1) {
    throw new Failure({ busybox: "bad -t parameter", gnu: `multi-character tab '${separator}'` }, 2);
  }
  const global = Array.from(flagLetters)
    .filter((letter) => options.has(letter))
    .join("");
  const keys = options.values("k").map((text) => keyOf(text, separator, global));
  const whole = { from: { field: 1, character: 1 }, to: undefined, flags: global, separator };
  return keys.length === 0 ? [whole] : keys;
}

function keyOf(text: string, separator: string | undefined, global: string): SortKey {
  const match = /^(\d+)(?:\.(\d+))?([bdfghinMrV]*)(?:,(\d+)(?:\.(\d+))?([bdfghinMrV]*))?$/u.exec(text);
  if (!match || match[1] === "0") {
    const gnu = `invalid number at field start: invalid count at start of '${text}'`;
    throw new Failure(
      {
        busybox: "bad field specification",
        gnu: match ? `field number is zero: invalid field specification '${text}'` : gnu,
      },
      2,
    );
  }
  const [, field, character = "1", flags = "", toField, toCharacter = "0", toFlags = ""] = match;
  return {
    from: { field: Number(field), character: Number(character) },
    to: toField === undefined ? undefined : { field: Number(toField), character: Number(toCharacter) },
    flags: flags + toFlags === "" ? global : flags + toFlags,
    separator,
  };
}

/** Compares by key after key, then (unless -s) by the whole line. */
export function compareBy(keys: readonly SortKey[], options: Pick<Options, "has">): (a: string, b: string) => number {
  return (a, b) => {
    for (const key of keys) {
      const order = comparison(key.flags)(extract(a, key), extract(b, key));
      if (order !== 0) return key.flags.includes("r") ? -order : order;
    }
    const last = options.has("s") || options.has("u") ? 0 : plain(a, b);
    return options.has("r") ? -last : last;
  };
}

function extract(line: string, { from, to, flags, separator }: SortKey): string {
  if (from.field === 1 && from.character === 1 && to === undefined) return prepared(line, flags);
  const fields = fieldsOf(line, separator);
  const start = fields[from.field - 1];
  if (start === undefined) return "";
  const skipped = flags.includes("b") ? (/^\s*/u.exec(line.slice(start.from))?.[0].length ?? 0) : 0;
  const begin = start.from + skipped + from.character - 1;
  const last = to && fields[to.field - 1];
  const end = last === undefined ? line.length : to?.character ? last.from + to.character : last.to;
  return prepared(line.slice(begin, Math.max(begin, end)), flags);
}

/** Without a separator, a field begins with the blanks before it. */
function fieldsOf(line: string, separator: string | undefined): { from: number; to: number }[] {
  if (separator === undefined) {
    return [...line.matchAll(/\s*\S+|\s+$/gu)].map((match) => ({
      from: match.index,
      to: match.index + match[0].length,
    }));
  }
  let at = 0;
  return line.split(separator).map((field) => {
    const from = at;
    at += field.length + separator.length;
    return { from, to: from + field.length };
  });
}

function prepared(text: string, flags: string): string {
  let out = flags.includes("b") ? text.trimStart() : text;
  if (flags.includes("d")) out = out.replace(/[^\p{L}\p{N}\s]/gu, "");
  if (flags.includes("i")) out = out.replace(/\p{Cc}/gu, "");
  return flags.includes("f") ? out.toUpperCase() : out;
}

function comparison(flags: string): (a: string, b: string) => number {
  if (flags.includes("n")) return (a, b) => numeric(a) - numeric(b);
  if (flags.includes("g")) return (a, b) => general(a) - general(b);
  if (flags.includes("h")) return (a, b) => human(a) - human(b);
  if (flags.includes("M")) return (a, b) => month(a) - month(b);
  if (flags.includes("V")) return version;
  return plain;
}

/** By code point, as in the C locale. */
function plain(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function numeric(text: string): number {
  return Number(/^\s*(-?\d*\.?\d*)/u.exec(text)?.[1]) || 0;
}

function general(text: string): number {
  const value = Number.parseFloat(text);
  return Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value;
}

function human(text: string): number {
  const unit = /^\s*-?[\d.]+([kKMGTPE])/u.exec(text)?.[1]?.toUpperCase();
  return numeric(text) * 1024 ** (unit === undefined ? 0 : "KMGTPE".indexOf(unit) + 1);
}

function month(text: string): number {
  const name = text.trim().slice(0, 3).toLowerCase();
  return Array.from({ length: 12 }, (_, index) => shortMonth(index).toLowerCase()).indexOf(name);
}

function version(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.match(/\d+|\D+/gu) ?? []);
  for (const [index, piece] of (left ?? []).entries()) {
    const other = right?.[index];
    if (other === undefined) return 1;
    const bothNumbers = /^\d/u.test(piece) && /^\d/u.test(other);
    const order = bothNumbers ? Number(piece) - Number(other) : plain(piece, other);
    if (order !== 0) return order;
  }
  return (left?.length ?? 0) < (right?.length ?? 0) ? -1 : 0;
}
