import { Failure } from "../../failure.ts";

/** A number of bc: `digits / 10 ** scale`, exactly. */
export interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}

const mostDigits = 20_000;
const largest = 10n ** BigInt(mostDigits);

/** Throws a Failure for a number that would take for ever to print. */
function bounded(number: Decimal): Decimal {
  if (number.digits > largest || number.digits < -largest) throw new Failure("out of memory");
  return number;
}

export function decimal(text: string): Decimal {
  if (text.length > mostDigits) throw new Failure("out of memory");
  const [whole = "", fraction = ""] = text.split(".");
  return { digits: BigInt(`${whole}${fraction}` || "0"), scale: fraction.length };
}

export function ofInteger(value: number): Decimal {
  return { digits: BigInt(Math.trunc(value)), scale: 0 };
}

export function toInteger({ digits, scale }: Decimal): number {
  return Number(digits / 10n ** BigInt(scale));
}

/** Cut, not rounded, as bc does. */
export function withScale({ digits, scale }: Decimal, wanted: number): Decimal {
  if (wanted >= scale) return { digits: digits * 10n ** BigInt(wanted - scale), scale: wanted };
  return { digits: digits / 10n ** BigInt(scale - wanted), scale: wanted };
}

export function add(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return bounded({ digits: withScale(a, scale).digits + withScale(b, scale).digits, scale });
}

export function negated({ digits, scale }: Decimal): Decimal {
  return { digits: -digits, scale };
}

/** Keeps as many decimals as the operands or `scale` ask for. */
export function multiply(a: Decimal, b: Decimal, scale: number): Decimal {
  const exact = { digits: a.digits * b.digits, scale: a.scale + b.scale };
  return bounded(withScale(exact, Math.min(exact.scale, Math.max(scale, a.scale, b.scale))));
}

export function divide(a: Decimal, b: Decimal, scale: number): Decimal {
  if (b.digits === 0n) throw new Failure("divide by zero");
  return { digits: (a.digits * 10n ** BigInt(scale + b.scale)) / (b.digits * 10n ** BigInt(a.scale)), scale };
}

export function remainder(a: Decimal, b: Decimal, scale: number): Decimal {
  const quotient = divide(a, b, scale);
  const product = { digits: quotient.digits * b.digits, scale: quotient.scale + b.scale };
  return withScale(add(a, negated(product)), Math.max(scale + b.scale, a.scale));
}

export function power(base: Decimal, exponent: Decimal, scale: number): Decimal {
  const times = toInteger(exponent);
  if (Math.abs(times) * String(base.digits).length > mostDigits) throw new Failure("exponent too large");
  if (times < 0) return divide(decimal("1"), power(base, negated(exponent), scale), scale);
  const exact = { digits: base.digits ** BigInt(times), scale: base.scale * times };
  return withScale(exact, Math.min(exact.scale, Math.max(scale, base.scale)));
}

export function squareRoot(value: Decimal, scale: number): Decimal {
  if (value.digits < 0n) throw new Failure("square root of a negative number");
  const wanted = Math.max(scale, value.scale);
  const scaled = withScale(value, wanted * 2).digits;
  if (scaled < 2n) return { digits: scaled, scale: wanted };
  let root = 1n << BigInt(Math.ceil(scaled.toString(2).length / 2));
  for (;;) {
    const better = (root + scaled / root) / 2n;
    if (better >= root) return { digits: root, scale: wanted };
    root = better;
  }
}

export function compare(a: Decimal, b: Decimal): number {
  const { digits } = add(a, negated(b));
  return digits === 0n ? 0 : digits < 0n ? -1 : 1;
}

/** `.5`, `-.25`, `3.00`: bc leaves out the zero before the point. */
export function decimalText({ digits, scale }: Decimal, base: number): string {
  if (base !== 10) return (digits / 10n ** BigInt(scale)).toString(base).toUpperCase();
  if (digits === 0n) return "0";
  const magnitude = String(digits < 0n ? -digits : digits).padStart(scale + 1, "0");
  const whole = magnitude.slice(0, magnitude.length - scale).replace(/^0$/u, scale > 0 ? "" : "0");
  const text = scale > 0 ? `${whole}.${magnitude.slice(magnitude.length - scale)}` : whole;
  return digits < 0n ? `-${text}` : text;
}
