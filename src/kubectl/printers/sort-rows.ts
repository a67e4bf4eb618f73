import { KubectlError } from "../kubectl-error.ts";
import { byBytes, sortedJson } from "./go-json.ts";
import { follow, parsePathExpression } from "./json-path.ts";

/** `--sort-by=.metadata.creationTimestamp`: by the values that a jsonpath finds in the objects. What lacks it comes first. */
export function sortByPath<T>(items: readonly T[], objectOf: (item: T) => unknown, expression: string): T[] {
  const steps = parsePathExpression(expression);
  const keyed = items.map((item) => ({ item, key: follow(steps, objectOf(item))[0] }));
  if (items.length > 0 && keyed.every(({ key }) => key === undefined)) {
    const path = expression.startsWith("{") ? expression : `{${/^[.[]/u.test(expression) ? "" : "."}${expression}}`;
    throw new KubectlError(`couldn't find any field with path ${JSON.stringify(path)} in the list of objects`);
  }
  return keyed.toSorted((a, b) => compare(a.key, b.key)).map(({ item }) => item);
}

function compare(a: unknown, b: unknown): number {
  if (a === undefined || b === undefined) return (a === undefined ? 0 : 1) - (b === undefined ? 0 : 1);
  if (typeof a === "number" && typeof b === "number") return a - b;
  const [left, right] = [a, b].map((value) => (typeof value === "string" ? value : sortedJson(value)));
  return naturally(left ?? "", right ?? "");
}

/** Numbers in texts go by their value. */
function naturally(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.match(/\d+|\D+/gu) ?? []);
  for (const [index, part] of (left ?? []).entries()) {
    const other = right?.[index];
    if (other === undefined) return 1;
    if (part === other) continue;
    const both = /^\d/u.test(part) && /^\d/u.test(other);
    return both && Number(part) !== Number(other) ? Number(part) - Number(other) : byBytes(part, other);
  }
  return (left?.length ?? 0) - (right?.length ?? 0);
}
