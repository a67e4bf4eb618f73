import { sameTree } from "../api/object.ts";
import { type FieldFact, jsonFieldsOf } from "../api/type-facts.ts";

type Tree = Readonly<Record<string, unknown>>;

export interface ThreeWay {
  /** What was applied the last time. */
  readonly original: object;
  /** What is applied now. */
  readonly modified: object;
  /** What the server has. */
  readonly current: object;
}

/**
 * The strategic merge patch that turns `current` into `modified`, taking away what `original` had and `modified` has not.
 * Empty when there is nothing to do. https://kubernetes.io/docs/tasks/manage-kubernetes-objects/declarative-config/#how-apply-calculates-differences-and-merges-changes
 */
export function threeWayPatch({ original, modified, current }: ThreeWay, typeName: string): Record<string, unknown> {
  return mapPatch({ before: original as Tree, wanted: modified as Tree, now: current as Tree }, typeName, false);
}

interface Maps {
  readonly before: Tree;
  readonly wanted: Tree;
  readonly now: Tree;
}

/** With `retain`, fields that only the server has are to go: a union's other members. */
function mapPatch({ before, wanted, now }: Maps, typeName: string, retain: boolean): Record<string, unknown> {
  const fields = jsonFieldsOf(typeName);
  const patch: Record<string, unknown> = {};
  for (const key of Object.keys(before)) if (!(key in wanted) && key in now) patch[key] = null;
  for (const [key, value] of Object.entries(wanted)) {
    Object.assign(patch, fieldPatch(key, { wanted: value, before: before[key], now: now[key] }, fields[key]));
  }
  if (!retain) return patch;
  const kept = Object.keys(wanted).filter((key) => wanted[key] !== null);
  const hasMore = Object.keys(now).some((key) => !kept.includes(key));
  return Object.keys(patch).length > 0 || hasMore ? { ...patch, $retainKeys: kept.toSorted() } : patch;
}

interface Values {
  readonly before: unknown;
  readonly wanted: unknown;
  readonly now: unknown;
}

function fieldPatch(
  key: string,
  { wanted, before, now }: Values,
  fact: FieldFact | undefined,
): Record<string, unknown> {
  const strategies = fact?.patchStrategy?.split(",") ?? [];
  if (wanted === null) return now === undefined || now === null ? {} : { [key]: null };
  if (isTree(wanted) && isTree(now) && !strategies.includes("replace")) {
    const maps = { before: isTree(before) ? before : {}, wanted, now };
    const nested = mapPatch(maps, fact?.ref ?? "", strategies.includes("retainKeys"));
    return Object.keys(nested).length > 0 ? { [key]: nested } : {};
  }
  if (strategies.includes("merge") && Array.isArray(wanted) && Array.isArray(now)) {
    const lists: Lists<unknown> = { wanted, before: Array.isArray(before) ? before : [], now };
    const mergeKey = fact?.patchMergeKey;
    if (mergeKey === undefined) return primitivePatch(key, lists);
    return listPatch(key, lists as Lists<Tree>, {
      mergeKey,
      typeName: fact?.items?.ref ?? "",
      retain: strategies.includes("retainKeys"),
    });
  }
  return sameTree(wanted, now) ? {} : { [key]: wanted };
}

interface Lists<T> {
  readonly before: readonly T[];
  readonly wanted: readonly T[];
  readonly now: readonly T[];
}

/** Items are matched by their key; their order is told beside them. */
function listPatch(
  key: string,
  { wanted, before, now }: Lists<Tree>,
  { mergeKey, typeName, retain }: { mergeKey: string; typeName: string; retain: boolean },
): Record<string, unknown> {
  const find = (list: readonly Tree[], item: Tree): Tree | undefined =>
    list.find((one) => one[mergeKey] === item[mergeKey]);
  const changed = wanted.flatMap((item): Tree[] => {
    const current = find(now, item);
    if (!current) return [item];
    const nested = mapPatch({ before: find(before, item) ?? {}, wanted: item, now: current }, typeName, retain);
    return Object.keys(nested).length > 0 ? [{ ...nested, [mergeKey]: item[mergeKey] }] : [];
  });
  const removed = before
    .filter((item) => !find(wanted, item) && find(now, item))
    .map((item) => ({ $patch: "delete", [mergeKey]: item[mergeKey] }));
  const keys = wanted.map((item) => item[mergeKey]);
  const isInOrder = sameTree(
    now.map((item) => item[mergeKey]).filter((one) => keys.includes(one)),
    keys.filter((one) => now.some((item) => item[mergeKey] === one)),
  );
  if (changed.length + removed.length === 0 && isInOrder) return {};
  const items = [...changed, ...removed];
  const order = { [`$setElementOrder/${key}`]: keys.map((one) => ({ [mergeKey]: one })) };
  return items.length > 0 ? { ...order, [key]: items } : order;
}

function primitivePatch(key: string, { wanted, before, now }: Lists<unknown>): Record<string, unknown> {
  const added = wanted.filter((item) => !now.includes(item));
  const removed = before.filter((item) => !wanted.includes(item) && now.includes(item));
  if (added.length + removed.length === 0) return {};
  return {
    ...(removed.length > 0 ? { [`$deleteFromPrimitiveList/${key}`]: removed } : {}),
    [`$setElementOrder/${key}`]: wanted,
    ...(added.length > 0 ? { [key]: added } : {}),
  };
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
