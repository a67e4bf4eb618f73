import { fractionText } from "../runtime/c-fraction.ts";
import { Failure } from "./failure.ts";

/** A conversion of printf(3): `%-10.3f`. */
export interface Conversion {
  /** Of `-+ 0#`. */
  readonly flags: string;
  /** Negative: to the left. */
  readonly width: number;
  readonly precision: number | undefined;
  readonly letter: string;
}

/** What printf(3) makes of a value: `%s` of text, the others of a number. */
export function formatNumber(conversion: Conversion, value: number | string): string {
  const { flags, precision, letter } = conversion;
  if (precision !== undefined && precision > widest) throw new Failure("out of memory");
  if (typeof value === "string") return pad(conversion, precision === undefined ? value : cut(value, precision), false);
  if (!Number.isFinite(value)) return pad(conversion, signed(flags, value, nonFinite(value)), false);
  if ("di".includes(letter))
    return pad(
      conversion,
      signed(flags, value, digits(Math.abs(Math.trunc(value)), 10, precision)),
      precision === undefined,
    );
  if ("ouxX".includes(letter)) return pad(conversion, unsigned(conversion, value), precision === undefined);
  return pad(
    conversion,
    signed(flags, value, fractionText(Math.abs(value), { letter, precision, keepsZeros: flags.includes("#") })),
    true,
  );
}

function cut(text: string, precision: number): string {
  return Array.from(text).slice(0, precision).join("");
}

function nonFinite(value: number): string {
  return Number.isNaN(value) ? "nan" : "inf";
}

function signed(flags: string, value: number, magnitude: string): string {
  if (value < 0 || Object.is(value, -0)) return magnitude === "0" ? magnitude : `-${magnitude}`;
  if (flags.includes("+")) return `+${magnitude}`;
  return flags.includes(" ") ? ` ${magnitude}` : magnitude;
}

function digits(value: number, radix: number, precision: number | undefined): string {
  const text = value > Number.MAX_SAFE_INTEGER ? BigInt(value).toString(radix) : value.toString(radix);
  return precision === undefined ? text : text.padStart(precision, "0");
}

/** Negative numbers wrap at 64 bits. */
function unsigned({ flags, precision, letter }: Conversion, value: number): string {
  const radix = { o: 8, u: 10 }[letter] ?? 16;
  const whole = Math.trunc(value);
  const text = whole < 0 ? BigInt.asUintN(64, BigInt(whole)).toString(radix) : digits(whole, radix, precision);
  const prefix = flags.includes("#") && whole !== 0 ? ({ o: "0", x: "0x", X: "0x" }[letter] ?? "") : "";
  return letter === "X" ? (prefix + text).toUpperCase() : prefix + text;
}

/** What one conversion may fill. */
const widest = 1_000_000;

function pad({ flags, width }: Conversion, text: string, zeros: boolean): string {
  const length = Array.from(text).length;
  if (Math.abs(width) > widest) throw new Failure("out of memory");
  const missing = Math.abs(width) - length;
  if (missing <= 0) return text;
  if (width < 0 || flags.includes("-")) return text + " ".repeat(missing);
  if (!zeros || !flags.includes("0")) return " ".repeat(missing) + text;
  const sign = /^(?:[-+ ]|0x)?/iu.exec(text)?.[0] ?? "";
  return sign + "0".repeat(missing) + text.slice(sign.length);
}
