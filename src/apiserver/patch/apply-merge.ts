import { sameTree } from "../../api/object.ts";
import { isMap, type JsonMap } from "./json.ts";
import { itemElement } from "./path-element.ts";
import { childShape, type ListShape, type MapShape, resolved, type Shape } from "./shape.ts";

/** `live` with all that `applied` says. What does not change is shared with `live`. */
export function applyMerge(shape: Shape, live: unknown, applied: unknown): unknown {
  if (applied === undefined) return live;
  if (live === undefined) return withoutNulls(applied);
  const concrete = resolved(shape, applied ?? live);
  if (concrete === "leaf") return sameTree(live, applied) ? live : (applied ?? undefined);
  if (concrete.kind === "map") return isMap(applied) ? mergeMaps(concrete, isMap(live) ? live : {}, applied) : live;
  return Array.isArray(applied) ? mergeLists(concrete, Array.isArray(live) ? live : [], applied) : live;
}

function mergeMaps(shape: MapShape, live: JsonMap, applied: JsonMap): JsonMap {
  let merged: Record<string, unknown> | undefined;
  for (const [key, value] of Object.entries(applied)) {
    const next = applyMerge(childShape(shape, key), live[key], value);
    if (next === live[key]) continue;
    merged ??= { ...live };
    if (next === undefined) delete merged[key];
    else merged[key] = next;
  }
  return merged ?? live;
}

/**
 * Items of both stand as `applied` orders them. Before each of them go the items of `live` alone that stood there,
 * then those of `applied` alone.
 */
function mergeLists(shape: ListShape, live: readonly unknown[], applied: readonly unknown[]): readonly unknown[] {
  const mine = live.map((item) => itemElement(shape, item));
  const theirs = applied.map((item) => itemElement(shape, item));
  const wanted = new Set(theirs);
  const merged: unknown[] = [];
  let next = 0;
  let waiting: unknown[] = [];
  const takeLiveUntil = (element: string | undefined): void => {
    for (; next < live.length && mine[next] !== element; next++) {
      if (!wanted.has(mine[next] ?? "")) merged.push(live[next]);
    }
  };
  for (const [index, element] of theirs.entries()) {
    const at = mine.indexOf(element);
    if (at < 0) {
      waiting.push(withoutNulls(applied[index]));
      continue;
    }
    takeLiveUntil(element);
    if (mine[next] === element) next++;
    const isAlone = mine.lastIndexOf(element) === at;
    merged.push(...waiting, applyMerge(shape.items, isAlone ? live[at] : undefined, applied[index]));
    waiting = [];
  }
  takeLiveUntil(undefined);
  merged.push(...waiting);
  return merged.length === live.length && merged.every((item, index) => item === live[index]) ? live : merged;
}

/** Null is no value: it says that a field is not set. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isMap(value)) return value ?? undefined;
  const fields = Object.entries(value).map(([key, child]) => [key, withoutNulls(child)] as const);
  return Object.fromEntries(fields.filter(([, child]) => child !== undefined));
}
