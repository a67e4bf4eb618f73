import { unknownError } from "../../api/status.ts";
import { goType, goValue, isMap, type JsonMap } from "./json.ts";
import { mergeKeyOf } from "./merge-key.ts";
import { directive, withoutDirectives } from "./strategic-directives.ts";
import { ordered } from "./strategic-order.ts";

interface ListRules {
  /** The field by which two items are the same; "" for scalars. */
  readonly mergeKey: string;
  mergeItems(item: JsonMap, change: JsonMap): JsonMap;
}

/** Merges two lists whose patch strategy is `merge`: maps by their merge key, scalars as a set. */
export function mergeLists(
  original: readonly unknown[],
  patch: readonly unknown[],
  rules: ListRules,
): readonly unknown[] {
  const both = [...original, ...patch];
  if (both.length === 0) return original;
  checkTypes(both);
  const { mergeKey } = rules;
  if (!isMap(both[0])) return ordered([...new Set(both)], { wanted: patch, original, mergeKey: "" });
  if (mergeKey === "") throw unknownError("cannot merge lists without merge key for map[string]interface {}");
  const { kept, changes } = obeyDirectives(original as readonly JsonMap[], patch as readonly JsonMap[], mergeKey);
  return ordered(mergeByKey(kept, changes, rules), { wanted: changes, original: kept, mergeKey });
}

function checkTypes(items: readonly unknown[]): void {
  const [first] = items;
  if (Array.isArray(first)) throw unknownError("lists of lists are not supported");
  if (items.some((item) => goType(item) !== goType(first))) {
    throw unknownError(`list element types are not identical: ${goValue(items)}`);
  }
}

/** Items that hold `$patch` say what becomes of the list, or of the item with the same merge key. */
function obeyDirectives(
  original: readonly JsonMap[],
  patch: readonly JsonMap[],
  mergeKey: string,
): { kept: readonly JsonMap[]; changes: readonly JsonMap[] } {
  const changes = patch.filter((item) => !(directive in item));
  let kept = original;
  let replaced = false;
  for (const item of patch) {
    if (!(directive in item)) continue;
    switch (item[directive]) {
      case "delete":
        kept = kept.filter((one) => one[mergeKey] !== mergeKeyOf(item, mergeKey));
        break;
      case "replace":
        replaced = true;
        break;
      case "merge":
        throw unknownError("merging lists cannot yet be specified in the patch");
      default:
        throw unknownError(`unknown patch type: ${goValue(item[directive])} in map: ${goValue(item)}`);
    }
  }
  return replaced ? { kept: changes, changes: [] } : { kept, changes };
}

function mergeByKey(original: readonly JsonMap[], changes: readonly JsonMap[], rules: ListRules): JsonMap[] {
  const merged = [...original];
  for (const change of changes) {
    const key = mergeKeyOf(change, rules.mergeKey);
    const index = merged.findIndex((item) => item[rules.mergeKey] === key);
    const item = merged[index];
    if (item) merged[index] = rules.mergeItems(item, change);
    else merged.push(withoutDirectives(change) as JsonMap);
  }
  return merged;
}
