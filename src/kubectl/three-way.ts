import { sameTree } from "../api/object.ts";
import { type FieldFact, jsonFieldsOf } from "../api/type-facts.ts";

type Tree = Readonly<Record<string, unknown>>;

export interface ThreeWay {
  /** What was applied the last time. */
  readonly original: Tree;
  /** What is applied now. */
  readonly modified: Tree;
  /** What the server has. */
  readonly current: Tree;
}

/**
 * The strategic merge patch that turns `current` into `modified`, taking away what `original` had and `modified` has not.
 * Empty when there is nothing to do. https://kubernetes.io/docs/tasks/manage-kubernetes-objects/declarative-config/#how-apply-calculates-differences-and-merges-changes
 */
export function threeWayPatch({ original, modified, current }: ThreeWay, typeName: string): Record<string, unknown> {
  const fields = jsonFieldsOf(typeName);
  const patch: Record<string, unknown> = {};
  for (const key of Object.keys(original)) if (!(key in modified) && key in current) patch[key] = null;
  for (const [key, wanted] of Object.entries(modified)) {
    const change = fieldPatch(key, { wanted, before: original[key], now: current[key], fact: fields[key] });
    Object.assign(patch, change);
  }
  return patch;
}

interface FieldChange {
  readonly wanted: unknown;
  readonly before: unknown;
  readonly now: unknown;
  readonly fact: FieldFact | undefined;
}

function fieldPatch(key: string, { wanted, before, now, fact }: FieldChange): Record<string, unknown> {
  if (isTree(wanted) && isTree(now)) {
    const nested = threeWayPatch({ original: isTree(before) ? before : {}, modified: wanted, current: now }, fact?.ref ?? "");
    return Object.keys(nested).length > 0 ? { [key]: nested } : {};
  }
  const mergeKey = fact?.patchStrategy?.includes("merge") ? fact.patchMergeKey : undefined;
  if (mergeKey && Array.isArray(wanted) && Array.isArray(now)) {
    const lists = { wanted: wanted as Tree[], before: Array.isArray(before) ? (before as Tree[]) : [], now: now as Tree[] };
    return listPatch(key, lists, { mergeKey, typeName: fact?.items?.ref ?? "" });
  }
  if (fact?.patchStrategy?.includes("merge") && Array.isArray(wanted) && Array.isArray(now)) return primitivePatch(key, { wanted, before, now });
  return sameTree(wanted, now) ? {} : { [key]: wanted };
}

/** Items are matched by their key; their order is told beside them. */
function listPatch(
  key: string,
  { wanted, before, now }: { wanted: readonly Tree[]; before: readonly Tree[]; now: readonly Tree[] },
  { mergeKey, typeName }: { mergeKey: string; typeName: string },
): Record<string, unknown> {
  const find = (list: readonly Tree[], item: Tree): Tree | undefined => list.find((one) => one[mergeKey] === item[mergeKey]);
  const changed = wanted.flatMap((item): Tree[] => {
    const current = find(now, item);
    if (!current) return [item];
    const nested = threeWayPatch({ original: find(before, item) ?? {}, modified: item, current }, typeName);
    return Object.keys(nested).length > 0 ? [{ ...nested, [mergeKey]: item[mergeKey] }] : [];
  });
  const removed = before
    .filter((item) => !find(wanted, item) && find(now, item))
    .map((item) => ({ $patch: "delete", [mergeKey]: item[mergeKey] }));
  if (changed.length + removed.length === 0) return {};
  const order = wanted.map((item) => ({ [mergeKey]: item[mergeKey] }));
  return { [`$setElementOrder/${key}`]: order, [key]: [...changed, ...removed] };
}

function primitivePatch(key: string, { wanted, before, now }: { wanted: unknown[]; before: unknown; now: unknown[] }): Record<string, unknown> {
  const added = wanted.filter((item) => !now.includes(item));
  const removed = (Array.isArray(before) ? (before as unknown[]) : []).filter((item) => !wanted.includes(item) && now.includes(item));
  if (added.length + removed.length === 0) return {};
  return {
    ...(removed.length > 0 ? { [`$deleteFromPrimitiveList/${key}`]: removed } : {}),
    [`$setElementOrder/${key}`]: wanted,
    [key]: added,
  };
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
