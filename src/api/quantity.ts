/**
 * An exact amount. The way it was written decides how it is printed: `1Gi` stays binary, `1e3` an exponent.
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export interface Quantity {
  /** In billionths: no quantity is finer. */
  readonly nanos: bigint;
  readonly format: "decimal" | "binary" | "exponent";
}

const unit = 1_000_000_000n;
const largest = (2n ** 63n - 1n) * unit;
const decimalSuffixes = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const binarySuffixes = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const shape = /^([+-]?)(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[-+]?\d*)$/u;

const wrongFormat = String.raw`quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'`;
const wrongNumber = "unable to parse numeric part of quantity";
const wrongSuffix = "unable to parse quantity's suffix";

/** Parts of a billionth are rounded up, away from zero. Throws a RangeError worded as upstream. */
export function parseQuantity(text: string): Quantity {
  const [, sign, whole = "", fraction = "", suffix = ""] = shape.exec(text) ?? [];
  if (sign === undefined || text === "" || !/^[+-]?[\d.]/u.test(text)) throw new RangeError(wrongFormat);
  if (whole === "" && fraction === "") throw new RangeError(wrongNumber);
  const scale = scaleOf(suffix);
  if (!scale) throw new RangeError(wrongSuffix);
  const numerator = BigInt(whole + fraction) * scale.factor * unit;
  const denominator = 10n ** BigInt(fraction.length) * scale.divisor;
  const rounded = ceilDivide(numerator, denominator);
  const nanos = rounded > largest ? largest : rounded;
  // Less than one of anything is not printed in powers of 1024.
  const format = scale.format === "binary" && nanos < unit && nanos > 0n ? "decimal" : scale.format;
  return { nanos: sign === "-" ? -nanos : nanos, format };
}

/** What is wrong with it, as upstream words it; undefined when nothing is. */
export function quantityError(text: string): string | undefined {
  try {
    parseQuantity(text);
    return undefined;
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
}

/** The one way the API server prints an amount: `0.5` as `500m`, `1024Mi` as `1Gi`. */
export function formatQuantity({ nanos, format }: Quantity): string {
  if (nanos === 0n) return "0";
  const isSmall = nanos > -1024n * unit && nanos < 1024n * unit;
  if (format === "binary" && !isSmall && nanos % unit === 0n) return formatBinary(nanos / unit);
  let [mantissa, step] = [nanos, 0];
  while (mantissa % 1000n === 0n && step < decimalSuffixes.length - 1) {
    mantissa /= 1000n;
    step++;
  }
  if (format !== "exponent") return `${mantissa}${decimalSuffixes[step] ?? ""}`;
  const exponent = (step - decimalSuffixes.indexOf("")) * 3;
  return exponent === 0 ? String(mantissa) : `${mantissa}e${exponent}`;
}

/** As the API server would print it. Throws as `parseQuantity`. */
export function canonicalQuantity(text: string): string {
  return formatQuantity(parseQuantity(text));
}

/** The amount as a number: cores, bytes or whatever is counted. Throws as `parseQuantity`. */
export function quantityValue(text: string): number {
  const { nanos } = parseQuantity(text);
  return nanos % unit === 0n ? Number(nanos / unit) : Number(nanos) / Number(unit);
}

/** How many `divisor`s it is, rounded up to a whole number. Throws as `parseQuantity`. */
export function formatQuantityIn(quantity: string, divisor: string): string {
  const { nanos } = parseQuantity(divisor);
  if (nanos === 0n) throw new RangeError(`${divisor} divides nothing`);
  return String(ceilDivide(parseQuantity(quantity).nanos, nanos));
}

/** Negative when `a` is less than `b`, zero when they are the same amount. */
export function compareQuantities(a: string, b: string): number {
  const difference = parseQuantity(a).nanos - parseQuantity(b).nanos;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** Printed as the first of them is written; "0" when there are none. */
export function sumQuantities(quantities: readonly string[]): string {
  let total: Quantity = { nanos: 0n, format: "decimal" };
  for (const text of quantities) {
    const { nanos, format } = parseQuantity(text);
    total = { nanos: total.nanos + nanos, format: total.nanos === 0n ? format : total.format };
  }
  return formatQuantity(total);
}

interface Scale {
  readonly factor: bigint;
  readonly divisor: bigint;
  readonly format: Quantity["format"];
}

function scaleOf(suffix: string): Scale | undefined {
  const binary = binarySuffixes.indexOf(suffix);
  if (binary > 0) return { factor: 1024n ** BigInt(binary), divisor: 1n, format: "binary" };
  const decimal = decimalSuffixes.indexOf(suffix);
  if (decimal !== -1) return powerOfTen((decimal - decimalSuffixes.indexOf("")) * 3, "decimal");
  const [, exponent] = /^[eE]([+-]?\d{1,3})$/u.exec(suffix) ?? [];
  return exponent === undefined ? undefined : powerOfTen(Number(exponent), "exponent");
}

function powerOfTen(exponent: number, format: Quantity["format"]): Scale {
  const power = 10n ** BigInt(Math.abs(exponent));
  return exponent < 0 ? { factor: 1n, divisor: power, format } : { factor: power, divisor: 1n, format };
}

function formatBinary(amount: bigint): string {
  let [mantissa, step] = [amount, 0];
  while (mantissa % 1024n === 0n && step < binarySuffixes.length - 1) {
    mantissa /= 1024n;
    step++;
  }
  return `${mantissa}${binarySuffixes[step] ?? ""}`;
}

function ceilDivide(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  return numerator % denominator > 0n ? quotient + 1n : quotient;
}
