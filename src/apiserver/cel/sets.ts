import type { Environment } from "@marcbachmann/cel-js";

import { isSame } from "./lists.ts";

type List = readonly unknown[];

/** What stands before the dot in `sets.contains(…)`. */
class Sets {
  readonly library = "sets";
}

/** https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-sets-library */
export function registerSets(environment: Environment): void {
  environment
    .registerType("kubernetes.Sets", Sets)
    .registerConstant("sets", "kubernetes.Sets", new Sets())
    .registerFunction("kubernetes.Sets.contains(list, list): bool", (_: Sets, all: List, some: List) =>
      contains(all, some),
    )
    .registerFunction(
      "kubernetes.Sets.equivalent(list, list): bool",
      (_: Sets, a: List, b: List) => contains(a, b) && contains(b, a),
    )
    .registerFunction("kubernetes.Sets.intersects(list, list): bool", (_: Sets, a: List, b: List) =>
      b.some((item) => a.some((other) => isSame(item, other))),
    );
}

function contains(all: List, some: List): boolean {
  return some.every((item) => all.some((other) => isSame(item, other)));
}
