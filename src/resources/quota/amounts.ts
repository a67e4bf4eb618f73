import { compareQuantities, parseQuantity, sumQuantities } from "../../api/quantity.ts";

/** Quantities by resource name: `{ cpu: "500m" }`. */
export type Amounts = Readonly<Record<string, string>>;

export function addAmounts(...all: readonly Amounts[]): Amounts {
  const parts = new Map<string, string[]>();
  for (const amounts of all) {
    for (const [name, amount] of Object.entries(amounts)) {
      const known = parts.get(name);
      if (known) known.push(amount);
      else parts.set(name, [amount]);
    }
  }
  return Object.fromEntries([...parts].map(([name, amounts]) => [name, sumQuantities(amounts)]));
}

/** Of each resource the larger amount. */
export function largestAmounts(a: Amounts, b: Amounts): Amounts {
  const larger = Object.entries(b).filter(([name, amount]) => compareQuantities(amount, a[name] ?? "0") > 0);
  return { ...b, ...a, ...Object.fromEntries(larger) };
}

/** What `a` has beyond `b`; nothing of what it has not more of. */
export function excessAmounts(a: Amounts, b: Amounts): Amounts {
  const more = Object.entries(a).filter(([name, amount]) => compareQuantities(amount, b[name] ?? "0") > 0);
  return Object.fromEntries(more.map(([name, amount]) => [name, sumQuantities([amount, negated(b[name] ?? "0")])]));
}

/** Only the named resources. */
export function onlyAmounts(amounts: Amounts, names: Iterable<string>): Amounts {
  const wanted = new Set(names);
  return Object.fromEntries(Object.entries(amounts).filter(([name]) => wanted.has(name)));
}

/** `limits.cpu=1,pods=2` */
export function formatAmounts(amounts: Amounts): string {
  const pairs = Object.entries(amounts).map(([name, amount]) => `${name}=${amount}`);
  return pairs.toSorted().join(",");
}

function negated(amount: string): string {
  if (parseQuantity(amount).nanos === 0n) return "0";
  return amount.startsWith("-") ? amount.slice(1) : `-${amount.replace(/^\+/u, "")}`;
}
