import type { Environment } from "@marcbachmann/cel-js";

import { sameTree } from "../../api/object.ts";

type Ordered = bigint | number | string;

/** https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-list-library */
export function registerLists(environment: Environment): void {
  environment
    .registerFunction("list.isSorted(): bool", (items: readonly Ordered[]) =>
      items.every((item, index) => index === 0 || (items[index - 1] ?? item) <= item),
    )
    .registerFunction("list.sum(): dyn", sum)
    .registerFunction("list.min(): dyn", (items: readonly Ordered[]) => extreme(items, "min"))
    .registerFunction("list.max(): dyn", (items: readonly Ordered[]) => extreme(items, "max"))
    .registerFunction("list.indexOf(dyn): int", (items: readonly unknown[], wanted: unknown) =>
      BigInt(items.findIndex((item) => isSame(item, wanted))),
    )
    .registerFunction("list.lastIndexOf(dyn): int", (items: readonly unknown[], wanted: unknown) =>
      BigInt(items.findLastIndex((item) => isSame(item, wanted))),
    )
    .registerFunction("list.distinct(): list", (items: readonly unknown[]) =>
      items.filter((item, index) => items.findIndex((other) => isSame(item, other)) === index),
    );
}

/** Of nothing it is 0. */
function sum(items: readonly Ordered[]): Ordered {
  const [first = 0n, ...rest] = items;
  return rest.reduce((total, item) => (total as number) + (item as number), first);
}

function extreme(items: readonly Ordered[], which: "min" | "max"): Ordered {
  const [first, ...rest] = items;
  if (first === undefined) throw new RangeError(`${which} called on empty list`);
  return rest.reduce((best, item) => ((which === "min" ? item < best : item > best) ? item : best), first);
}

export function isSame(a: unknown, b: unknown): boolean {
  return sameTree(a, b);
}
