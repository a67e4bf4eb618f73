import { joinedBytes } from "../../runtime/text.ts";
import { parseInteger, wrap } from "../arithmetic/integer.ts";
import type { Integer } from "../arithmetic/integer.ts";
import { joined, outOfMemory } from "../expand/joined.ts";
import { quoteWithBackslashes } from "../expand/quote.ts";
import { ShellError } from "../jumps.ts";
import type { Shell } from "../shell.ts";
import type { Builtin } from "./builtin.ts";
import { unescape } from "./escapes.ts";

export const printf: Builtin = {
  names: ["printf"],
  async run(shell, [, ...words]) {
    let variable: string | undefined;
    if (shell.dialect.bash && words[0] === "-v") variable = words.splice(0, 2)[1];
    if (words[0] === "--") words.shift();
    const [format, ...args] = words;
    if (format === undefined) return usage(shell);
    const job: Formatting = { shell, args, at: 0, complaints: [], isCut: false };
    let out = "";
    do {
      const before = job.at;
      out = joined(out, formatOnce(format, job));
      if (job.at === before) break;
    } while (job.at < args.length && !job.isCut);
    for (const complaint of job.complaints) await shell.complain(complaint);
    if (variable === undefined) await shell.print(out);
    else shell.variables.set(variable, joinedBytes(out));
    return job.complaints.length > 0 ? 1 : 0;
  },
};

async function usage(shell: Shell): Promise<number> {
  if (shell.dialect.bash) await shell.warn("printf: usage: printf [-v var] format [arguments]\n");
  else await shell.complain("usage: printf format [arg ...]");
  return 2;
}

interface Formatting {
  readonly shell: Shell;
  readonly args: readonly string[];
  at: number;
  readonly complaints: string[];
  /** At `\c`. */
  isCut: boolean;
}

const directive =
  /%(?:%|\(([^)]*)\)T|([-+ #0]*)(\*|\d+)?(?:\.(\*|-?\d+)?)?(?:hh|h|ll|l|L|j|z|t)?([a-zA-Z]))|\\(?:[0-7]{1,3}|x[\da-fA-F]{1,2}|u[\da-fA-F]{1,4}|U[\da-fA-F]{1,8}|[^])|[^%\\]+|[%\\]/g;

function formatOnce(format: string, job: Formatting): string {
  let out = "";
  for (const match of format.matchAll(directive)) {
    const [text, time, flags = "", width, precision, conversion] = match;
    if (text === "%%") out += "%";
    else if (time !== undefined) throw new ShellError(`${text}: this conversion is not simulated`, 1, false);
    else if (conversion !== undefined) {
      const hasPoint = text.includes(".");
      out = joined(
        out,
        convert(job, conversion, {
          flags,
          width: bounded(width === "*" ? starred(job) : Number(width ?? 0)),
          precision: hasPoint ? bounded(precision === "*" ? starred(job) : Number(precision ?? 0)) : undefined,
        }),
      );
    } else if (text === "\\c" && job.shell.dialect.name === "dash") out += text;
    else if (text.startsWith("\\")) {
      const escaped = unescape(text);
      out += escaped.text;
      job.isCut ||= escaped.isCut;
    } else if (text === "%") throw new ShellError("%: invalid directive", 1, false);
    else out += text;
    if (job.isCut) return out;
  }
  return out;
}

/** What stands for a `*`. */
function starred(job: Formatting): number {
  return Number(integer(job));
}

interface Layout {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
}

function convert(job: Formatting, conversion: string, layout: Layout): string {
  switch (conversion) {
    case "s":
      return pad(cut(next(job) ?? "", layout), layout);
    case "b": {
      const { text, isCut } = unescape(next(job) ?? "");
      job.isCut ||= isCut;
      return pad(cut(text, layout), layout);
    }
    case "q":
      return pad(quoteWithBackslashes(next(job) ?? ""), layout);
    case "c":
      return pad(Array.from(next(job) ?? "")[0] ?? "", layout);
    case "d":
    case "i":
      return signed(integer(job), layout);
    case "u":
    case "o":
    case "x":
    case "X":
      return unsigned(integer(job), conversion, layout);
    case "e":
    case "E":
    case "f":
    case "F":
    case "g":
    case "G":
      return floating(number(job), conversion, layout);
    default:
      throw new ShellError(`%${conversion}: invalid directive`, 1, false);
  }
}

function next(job: Formatting): string | undefined {
  return job.args[job.at++];
}

function cut(text: string, { precision }: Layout): string {
  return precision === undefined || precision < 0 ? text : text.slice(0, precision);
}

/** What one conversion may fill. */
const widest = 1_000_000;

function bounded(count: number): number {
  if (Math.abs(count) > widest) throw outOfMemory();
  return count;
}

function pad(text: string, { flags, width }: Layout): string {
  return flags.includes("-") || width < 0 ? text.padEnd(Math.abs(width)) : text.padStart(width);
}

function integer(job: Formatting): Integer {
  const text = next(job);
  if (text === undefined || text === "") return 0;
  if (/^["']/.test(text)) return text.codePointAt(1) ?? 0;
  const [, sign, digits = ""] = /^\s*([-+]?)(0[xX][\da-fA-F]+|\d+)/.exec(text) ?? [];
  const value = parseInteger(digits);
  const rest = text.trimStart().slice((sign ?? "").length + digits.length);
  if (value === undefined || rest !== "") job.complaints.push(badNumber(job.shell, text, value !== undefined));
  return sign === "-" ? wrap(-BigInt(value ?? 0)) : (value ?? 0);
}

function number(job: Formatting): number {
  const text = next(job);
  if (text === undefined || text === "") return 0;
  const value = Number(text);
  if (!Number.isNaN(value)) return value;
  job.complaints.push(badNumber(job.shell, text, false));
  return Number.parseFloat(text) || 0;
}

function badNumber({ dialect }: Shell, text: string, partly: boolean): string {
  if (dialect.name === "ash") return `invalid number '${text}'`;
  if (dialect.bash) return `${text}: invalid number`;
  return partly ? `${text}: not completely converted` : `${text}: expected numeric value`;
}

function signed(value: Integer, layout: Layout): string {
  const negative = value < 0;
  const digits = String(value).replace("-", "");
  const sign = negative ? "-" : layout.flags.includes("+") ? "+" : layout.flags.includes(" ") ? " " : "";
  return withZeros(sign, digits, layout);
}

function unsigned(value: Integer, conversion: string, layout: Layout): string {
  const bits = BigInt.asUintN(64, BigInt(value));
  const base = conversion === "u" ? 10 : conversion === "o" ? 8 : 16;
  const digits = conversion === "X" ? bits.toString(base).toUpperCase() : bits.toString(base);
  const marked = layout.flags.includes("#") && bits !== 0n;
  return withZeros(marked ? (conversion === "o" ? "0" : base === 16 ? `0${conversion}` : "") : "", digits, layout);
}

/** JavaScript tells no more. */
const mostDigits = 100;

function floating(value: number, conversion: string, layout: Layout): string {
  const asked = layout.precision ?? 6;
  const precision = Math.max(0, Math.min(asked, mostDigits));
  const lower = conversion.toLowerCase();
  let digits = lower === "f" ? Math.abs(value).toFixed(precision) : exponential(Math.abs(value), precision);
  if (lower === "g") digits = general(Math.abs(value), precision || 1);
  if (asked > precision && lower !== "g") digits += "0".repeat(asked - precision);
  if (!Number.isFinite(value)) digits = Number.isNaN(value) ? "nan" : "inf";
  const sign = value < 0 ? "-" : layout.flags.includes("+") ? "+" : "";
  const text = withZeros(sign, digits, { ...layout, precision: undefined });
  return conversion === lower ? text : text.toUpperCase();
}

function exponential(value: number, precision: number): string {
  return value.toExponential(precision).replace(/e([-+])(\d)$/, "e$10$2");
}

function general(value: number, precision: number): string {
  const exponent = value === 0 ? 0 : Math.floor(Math.log10(value));
  if (exponent >= -4 && exponent < precision) {
    return value
      .toFixed(Math.max(0, precision - 1 - exponent))
      .replace(/(\.\d*?)0+$/, "$1")
      .replace(/\.$/, "");
  }
  return exponential(value, precision - 1).replace(/\.?0+e/, "e");
}

/** Precision is at least so many digits; the flag 0 fills the width behind the sign. */
function withZeros(sign: string, digits: string, layout: Layout): string {
  const long = layout.precision === undefined ? digits : digits.padStart(layout.precision, "0");
  if (layout.flags.includes("0") && !layout.flags.includes("-") && layout.precision === undefined) {
    return sign + long.padStart(layout.width - sign.length, "0");
  }
  return pad(sign + long, layout);
}
