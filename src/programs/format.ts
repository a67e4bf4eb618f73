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
  return pad(conversion, signed(flags, value, fraction(conversion, Math.abs(value))), true);
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

function fraction({ flags, precision, letter }: Conversion, value: number): string {
  const places = Math.min(precision ?? 6, 100);
  const lower = letter.toLowerCase();
  const text =
    lower === "f" ? fixed(value, places) : lower === "e" ? scientific(value, places) : general(value, places, flags);
  return letter === lower ? text : text.toUpperCase();
}

function fixed(value: number, places: number): string {
  if (value >= 1e21) return `${BigInt(value)}${places > 0 ? `.${"0".repeat(places)}` : ""}`;
  return isTie(value, places) ? evenOf(value, places) : value.toFixed(places);
}

/** Exactly half way between two results: C rounds to the even one, JavaScript up. */
function isTie(value: number, places: number): boolean {
  return (
    (value * 10 ** places) % 1 === 0.5 &&
    /^50*$/u.test(value.toFixed(Math.min(100, places + 40)).slice(-Math.min(40, 100 - places)))
  );
}

function evenOf(value: number, places: number): string {
  const below = Math.floor(value * 10 ** places);
  return ((below % 2 === 0 ? below : below + 1) / 10 ** places).toFixed(places);
}

function scientific(value: number, places: number): string {
  return value.toExponential(places).replace(/e([-+])(\d)$/u, "e$10$2");
}

/** The shorter of the two, without trailing zeros. */
function general(value: number, places: number, flags: string): string {
  const significant = Math.max(1, places);
  const exponent = value === 0 ? 0 : Number(value.toExponential(significant - 1).split("e")[1]);
  const small = exponent < -4 || exponent >= significant;
  const text = small ? scientific(value, significant - 1) : fixed(value, Math.max(0, significant - 1 - exponent));
  if (flags.includes("#") || !text.includes(".")) return text;
  return text.replace(/\.?0+(?=e|$)/u, "");
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
