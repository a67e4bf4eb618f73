import { fractionText } from "../../runtime/c-fraction.ts";
import { strftime } from "../../runtime/strftime.ts";
import { joinedBytes } from "../../runtime/text.ts";
import { wrap } from "../arithmetic/integer.ts";
import type { Integer } from "../arithmetic/integer.ts";
import type { Dialect } from "../dialects/dialect.ts";
import { joined, outOfMemory } from "../expand/joined.ts";
import { quoteWithBackslashes } from "../expand/quote.ts";
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
    const job: Formatting = {
      shell,
      args,
      at: 0,
      complaints: [],
      isWrong: false,
      failure: undefined,
      isCut: false,
    };
    let out = "";
    do {
      const before = job.at;
      out = joined(out, formatOnce(format, job));
      if (job.at === before) break;
    } while (job.at < args.length && !job.isCut && job.failure === undefined);
    for (const complaint of job.complaints) await complain(shell, complaint);
    if (variable === undefined) await shell.print(out);
    else shell.variables.set(variable, joinedBytes(out));
    if (job.failure === undefined) return job.isWrong ? 1 : 0;
    await complain(shell, job.failure);
    return shell.dialect.name === "dash" ? 2 : 1;
  },
};

async function usage(shell: Shell): Promise<number> {
  const { bash, name } = shell.dialect;
  if (bash) await shell.warn("printf: usage: printf [-v var] format [arguments]\n");
  else await complain(shell, name === "ash" ? "usage: printf FORMAT [ARGUMENT...]" : "usage: printf format [arg ...]");
  return 2;
}

/** Busybox's printf speaks for itself, without a line. */
function complain(shell: Shell, message: string): Promise<void> {
  return shell.dialect.name === "ash" ? shell.warn(`${shell.name}: ${message}\n`) : shell.complain(message);
}

interface Formatting {
  readonly shell: Shell;
  readonly args: readonly string[];
  at: number;
  readonly complaints: string[];
  /** A complaint counts: bash only warns of numbers that are too large. */
  isWrong: boolean;
  /** A conversion that is none ends it all. */
  failure: string | undefined;
  /** At `\c`. */
  isCut: boolean;
}

const directive =
  /%(?:%|([-+ #0]*)(\*|\d+)?(?:\.(\*|-?\d+)?)?(?:\(([^)]*)\)T|(?:hh|h|ll|l|L|j|z|t)?([a-zA-Z])))|\\(?:[0-7]{1,3}|x[\da-fA-F]{1,2}|u[\da-fA-F]{1,4}|U[\da-fA-F]{1,8}|[^])|[^%\\]+|[%\\]/g;

function formatOnce(format: string, job: Formatting): string {
  let out = "";
  for (const match of format.matchAll(directive)) {
    const [text, flags = "", width, precision, time, conversion] = match;
    if (text === "%%") out += "%";
    else if ((time !== undefined && job.shell.dialect.bash) || knows(job.shell, conversion)) {
      const layout: Layout = {
        flags,
        width: bounded(width === "*" ? starred(job) : Number(width ?? 0)),
        precision: text.includes(".") ? bounded(precision === "*" ? starred(job) : Number(precision ?? 0)) : undefined,
      };
      const piece = time === undefined ? convert(job, conversion ?? "", layout) : pad(timeText(job, time), layout);
      out = joined(out, piece);
    } else if (text === "\\c" && job.shell.dialect.name === "dash") out += text;
    else if (text.startsWith("\\")) {
      const escaped = unescape(text, job.shell.dialect.name !== "dash");
      out += escaped.text;
      job.isCut ||= escaped.isCut;
    } else if (text.startsWith("%")) job.failure = notAConversion(job.shell, format.slice(match.index));
    else out += text;
    if (job.isCut || job.failure !== undefined) return out;
  }
  return out;
}

/** `%q` is bash's alone. */
function knows({ dialect }: Shell, conversion: string | undefined): boolean {
  if (conversion === undefined) return false;
  return "sbcdiouxXeEfFgG".includes(conversion) || (conversion === "q" && dialect.bash);
}

function notAConversion({ dialect }: Shell, rest: string): string {
  if (dialect.name === "ash") return `${rest}: invalid format`;
  const found = /^%[-+ #0]*[\d*]*(?:\.[\d*]*)?(?:hh|h|ll|l|L|j|z|t)?[^]?/.exec(rest)?.[0] ?? rest;
  if (!dialect.bash) return `${found}: invalid directive`;
  const letter = found.at(-1);
  return found === "%" ? "`%': missing format character" : `\`${letter}': invalid format character`;
}

/** Of now for -1 and for no argument, of the shell's start for -2. */
function timeText(job: Formatting, format: string): string {
  const isGiven = job.at < job.args.length;
  const seconds = isGiven ? Number(integer(job)) : -1;
  const { process, startedAt } = job.shell;
  const at = seconds === -1 ? process.clock.now() : seconds === -2 ? startedAt : seconds * 1000;
  return strftime(format || "%X", at);
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
      const { text, isCut } = unescape(next(job) ?? "", job.shell.dialect.name !== "dash");
      job.isCut ||= isCut;
      return pad(cut(text, layout), layout);
    }
    case "q":
      return pad(quoteWithBackslashes(next(job) ?? ""), layout);
    case "c":
      return pad(Array.from(next(job) ?? "")[0] ?? "\0", layout);
    case "d":
    case "i":
      return signed(integer(job), layout);
    case "u":
    case "o":
    case "x":
    case "X":
      return unsigned(integer(job), conversion, layout);
    default:
      return floating(number(job), conversion, layout);
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

/** Busybox takes nothing for no number, and of one that is wrong nothing at all. */
function integer(job: Formatting): Integer {
  const text = next(job);
  const { dialect } = job.shell;
  if (text === undefined || text === "") {
    if (dialect.name === "ash") complainOf(job, "", "invalid");
    return 0;
  }
  if (/^["']/.test(text)) return text.codePointAt(1) ?? 0;
  const [, sign = "", digits = ""] = /^\s*([-+]?)(0[xX][\da-fA-F]+|0[0-7]*|[1-9]\d*)/.exec(text) ?? [];
  const rest = text.trimStart().slice(sign.length + digits.length);
  const magnitude = digits === "" ? 0n : BigInt(digits.replace(/^0(?=[0-7])/, "0o"));
  const value = sign === "-" ? -magnitude : magnitude;
  const fault =
    rest !== "" || digits === "" ? "invalid" : value > largest || value < -largest - 1n ? "range" : undefined;
  if (fault) complainOf(job, text, fault, digits !== "");
  if (fault && dialect.name === "ash") return 0;
  return wrap(value > largest ? largest : value < -largest - 1n ? -largest - 1n : value);
}

const largest = 2n ** 63n - 1n;

function number(job: Formatting): number {
  const text = next(job);
  if (text === undefined || text === "") return 0;
  const value = Number(text);
  if (!Number.isNaN(value)) return value;
  complainOf(job, text, "invalid");
  return Number.parseFloat(text) || 0;
}

function complainOf(job: Formatting, text: string, fault: "invalid" | "range", partly = false): void {
  const { dialect } = job.shell;
  job.isWrong ||= !(dialect.bash && fault === "range");
  job.complaints.push(badNumber(dialect, text, fault, partly));
}

function badNumber({ bash, name }: Dialect, text: string, fault: "invalid" | "range", partly: boolean): string {
  if (name === "ash") return `invalid number '${text}'`;
  if (fault === "range") return `${bash ? "warning: " : ""}${text}: Numerical result out of range`;
  if (bash)
    return `${text}: invalid ${/^\s*[-+]?0\d/.test(text) ? "octal " : /^\s*[-+]?0x/i.test(text) ? "hex " : ""}number`;
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

function floating(value: number, letter: string, layout: Layout): string {
  const { flags, precision } = layout;
  const magnitude = Math.abs(value);
  const digits = Number.isFinite(value)
    ? fractionText(magnitude, { letter, precision, keepsZeros: flags.includes("#") })
    : Number.isNaN(value)
      ? "nan"
      : "inf";
  const sign = value < 0 ? "-" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
  return withZeros(sign, digits, { ...layout, precision: undefined });
}

/** Precision is at least so many digits; the flag 0 fills the width behind the sign. */
function withZeros(sign: string, digits: string, layout: Layout): string {
  const long = layout.precision === undefined ? digits : digits.padStart(layout.precision, "0");
  if (layout.flags.includes("0") && !layout.flags.includes("-") && layout.precision === undefined) {
    return sign + long.padStart(layout.width - sign.length, "0");
  }
  return pad(sign + long, layout);
}
