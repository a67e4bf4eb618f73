import type { Environment } from "@marcbachmann/cel-js";

import { parseQuantity, quantityError } from "../../api/quantity.ts";

const unit = 1_000_000_000n;

/** An exact amount, in billionths. */
class Amount {
  readonly nanos: bigint;

  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
}

/** https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-quantity-library */
export function registerQuantities(environment: Environment): void {
  const type = "kubernetes.Quantity";
  environment
    .registerType(type, Amount)
    .registerOperator(`${type} == ${type}`, (a: Amount, b: Amount) => a.nanos === b.nanos)
    .registerFunction(`quantity(string): ${type}`, (text: string) => new Amount(parseQuantity(text).nanos))
    .registerFunction("isQuantity(string): bool", (text: string) => quantityError(text) === undefined)
    .registerFunction(`${type}.sign(): int`, ({ nanos }: Amount) => (nanos > 0n ? 1n : nanos < 0n ? -1n : 0n))
    .registerFunction(`${type}.isInteger(): bool`, ({ nanos }: Amount) => nanos % unit === 0n)
    .registerFunction(`${type}.asInteger(): int`, asInteger)
    .registerFunction(`${type}.asApproximateFloat(): double`, ({ nanos }: Amount) => Number(nanos) / Number(unit))
    .registerFunction(`${type}.isGreaterThan(${type}): bool`, (a: Amount, b: Amount) => a.nanos > b.nanos)
    .registerFunction(`${type}.isLessThan(${type}): bool`, (a: Amount, b: Amount) => a.nanos < b.nanos)
    .registerFunction(`${type}.compareTo(${type}): int`, (a: Amount, b: Amount) =>
      a.nanos > b.nanos ? 1n : a.nanos < b.nanos ? -1n : 0n,
    )
    .registerFunction(`${type}.add(${type}): ${type}`, (a: Amount, b: Amount) => new Amount(a.nanos + b.nanos))
    .registerFunction(`${type}.add(int): ${type}`, (a: Amount, b: bigint) => new Amount(a.nanos + b * unit))
    .registerFunction(`${type}.sub(${type}): ${type}`, (a: Amount, b: Amount) => new Amount(a.nanos - b.nanos))
    .registerFunction(`${type}.sub(int): ${type}`, (a: Amount, b: bigint) => new Amount(a.nanos - b * unit));
}

function asInteger({ nanos }: Amount): bigint {
  if (nanos % unit !== 0n) throw new RangeError("cannot convert value to integer");
  return nanos / unit;
}
