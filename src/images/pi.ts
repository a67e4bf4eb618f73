/** The first digits of pi, the last one rounded: `3.14159`. By Machin's formula. */
export function piDigits(count: number): string {
  const guard = 10;
  const scale = 10n ** BigInt(count - 1 + guard);
  const pi = 4n * (4n * arctangent(5n, scale) - arctangent(239n, scale));
  const rounded = (pi + 5n * 10n ** BigInt(guard - 1)) / 10n ** BigInt(guard);
  const text = String(rounded);
  return count === 1 ? text : `${text.slice(0, 1)}.${text.slice(1)}`;
}

/** arctan(1/x), scaled. */
function arctangent(x: bigint, scale: bigint): bigint {
  let power = scale / x;
  let sum = power;
  for (let n = 3n; power !== 0n; n += 2n) {
    power /= x * x;
    sum += (n % 4n === 1n ? power : -power) / n;
  }
  return sum;
}
