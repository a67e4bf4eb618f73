/** A signed integer of 64 bits: a number while it is exact as one, else a bigint. */
export type Integer = number | bigint;

/** Brings a bigint into 64 bits, and back to a number where that is exact. */
export function wrap(value: bigint): Integer {
  const wrapped = BigInt.asIntN(64, value);
  return wrapped >= -9007199254740991n && wrapped <= 9007199254740991n ? Number(wrapped) : wrapped;
}

/** Decimal, 0x…, 0…, base#…; undefined when it is no number. */
export function parseInteger(text: string): Integer | undefined {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  const match = /^(?:0[xX]([\da-fA-F]+)|(0[0-7]*)|([1-9]\d*)|([1-9]\d?)#([\da-zA-Z@_]+))$/.exec(text);
  if (!match) return undefined;
  const [, hex, octal, decimal, base, digits] = match;
  if (hex !== undefined) return wrap(BigInt(`0x${hex}`));
  if (octal !== undefined) return octal === "0" ? 0 : wrap(BigInt(`0o${octal.slice(1)}`));
  if (decimal !== undefined) return wrap(BigInt(decimal));
  return inBase(digits ?? "", Number(base));
}

function inBase(digits: string, base: number): Integer | undefined {
  const alphabet = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@_";
  let value = 0n;
  for (const digit of base <= 36 ? digits.toLowerCase() : digits) {
    const weight = alphabet.indexOf(digit);
    if (weight < 0 || weight >= base) return undefined;
    value = value * BigInt(base) + BigInt(weight);
  }
  return base < 2 || base > 64 ? undefined : wrap(value);
}

type BinaryOperation = (left: Integer, right: Integer) => Integer;

/** Division by zero is `undefined`. */
export const operations: Readonly<Record<string, (left: Integer, right: Integer) => Integer | undefined>> = {
  "+": exact(
    (a, b) => a + b,
    (a, b) => a + b,
  ),
  "-": exact(
    (a, b) => a - b,
    (a, b) => a - b,
  ),
  "*": exact(
    (a, b) => a * b,
    (a, b) => a * b,
  ),
  "/": (a, b) =>
    b === 0
      ? undefined
      : exact(
          (x, y) => Math.trunc(x / y) + 0,
          (x, y) => x / y,
        )(a, b),
  "%": (a, b) =>
    b === 0
      ? undefined
      : exact(
          (x, y) => (x % y) + 0,
          (x, y) => x % y,
        )(a, b),
  "**": (a, b) => (b < 0 ? undefined : wrap(power(BigInt(a), BigInt(b)))),
  "<<": (a, b) => wrap(BigInt(a) << (BigInt(b) & 63n)),
  ">>": (a, b) => wrap(BigInt(a) >> (BigInt(b) & 63n)),
  "&": bits(
    (a, b) => a & b,
    (a, b) => a & b,
  ),
  "|": bits(
    (a, b) => a | b,
    (a, b) => a | b,
  ),
  "^": bits(
    (a, b) => a ^ b,
    (a, b) => a ^ b,
  ),
  "<": (a, b) => (a < b ? 1 : 0),
  "<=": (a, b) => (a <= b ? 1 : 0),
  ">": (a, b) => (a > b ? 1 : 0),
  ">=": (a, b) => (a >= b ? 1 : 0),
  "==": (a, b) => (a === b ? 1 : 0),
  "!=": (a, b) => (a === b ? 0 : 1),
};

function exact(fast: (a: number, b: number) => number, big: (a: bigint, b: bigint) => bigint): BinaryOperation {
  return (a, b) => {
    if (typeof a === "number" && typeof b === "number") {
      const result = fast(a, b);
      if (Number.isSafeInteger(result)) return result;
    }
    return wrap(big(BigInt(a), BigInt(b)));
  };
}

function bits(fast: (a: number, b: number) => number, big: (a: bigint, b: bigint) => bigint): BinaryOperation {
  return (a, b) =>
    typeof a === "number" && typeof b === "number" && (a | 0) === a && (b | 0) === b
      ? fast(a, b)
      : wrap(big(BigInt(a), BigInt(b)));
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = BigInt.asIntN(64, result * square);
    square = BigInt.asIntN(64, square * square);
  }
  return result;
}
