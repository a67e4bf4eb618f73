import { unknownError } from "../../api/status.ts";
import { goType, goValue, isMap } from "./json.ts";
import { mergeKeyOf } from "./merge-key.ts";
import { directive } from "./strategic-directives.ts";

interface Orders {
  /** As the patch wants its own items. */
  readonly wanted: readonly unknown[];
  /** As they were stored. */
  readonly original: readonly unknown[];
  /** "" for scalars. */
  readonly mergeKey: string;
}

/**
 * Items that `wanted` names stand in its order, the others in that of `original`. One of the others goes before
 * the first named item that it stood before; an item that is new stands before all that are left.
 */
export function ordered(items: readonly unknown[], { wanted, original, mergeKey }: Orders): readonly unknown[] {
  const rankIn = (order: readonly unknown[]): ((item: unknown) => number) => {
    const ranks = new Map(
      order.toReversed().map((item, index) => [identity(item, mergeKey), order.length - 1 - index]),
    );
    return (item) => ranks.get(identity(item, mergeKey)) ?? -1;
  };
  const wantedRank = rankIn(wanted);
  const originalRank = rankIn(original);
  const named = items.filter((item) => wantedRank(item) >= 0).toSorted((a, b) => wantedRank(a) - wantedRank(b));
  const others = items.filter((item) => wantedRank(item) < 0).toSorted((a, b) => originalRank(a) - originalRank(b));
  return interleaved(others, named, originalRank);
}

function interleaved(
  others: readonly unknown[],
  named: readonly unknown[],
  rank: (item: unknown) => number,
): readonly unknown[] {
  const result: unknown[] = [];
  let next = 0;
  for (const item of named) {
    while (next < others.length && rank(item) >= 0 && rank(others[next]) >= 0 && rank(others[next]) < rank(item)) {
      result.push(others[next++]);
    }
    result.push(item);
  }
  return [...result, ...others.slice(next)];
}

/** Throws when a patch's items come in another order than its `$setElementOrder` says. */
export function checkOrder(patch: readonly unknown[], wanted: readonly unknown[], mergeKey: string): void {
  if (patch.length === 0 || wanted.length === 0) return;
  const items = patch.filter((item) => !(isMap(item) && directive in item));
  let found = 0;
  for (const one of wanted) {
    if (found < items.length && identity(items[found], mergeKey) === identity(one, mergeKey)) found++;
  }
  if (found === items.length) return;
  const lists = [goValue(patch), goValue(wanted)] as const;
  throw unknownError(`The order in patch list:\n${lists[0]}\n doesn't match $setElementOrder list:\n${lists[1]}\n`);
}

function identity(item: unknown, mergeKey: string): unknown {
  if (mergeKey === "") return item;
  if (!isMap(item)) throw unknownError(`expected a map[string]interface {}, but received a ${goType(item)}`);
  return mergeKeyOf(item, mergeKey);
}
