import { unknownError } from "../../api/status.ts";
import { goValue, type JsonMap } from "./json.ts";

/** An item's value of the merge key. Throws when it has none. */
export function mergeKeyOf(item: JsonMap, mergeKey: string): unknown {
  if (mergeKey in item) return item[mergeKey];
  throw unknownError(`map: ${goValue(item)} does not contain declared merge key: ${mergeKey}`);
}
