import { type FieldSet, isEmpty, isMember } from "./fields-v1.ts";
import { isMap, type JsonMap } from "./json.ts";
import { fieldElement, itemElement } from "./path-element.ts";
import { childShape, type ListShape, type MapShape, resolved, type Shape } from "./shape.ts";

/** `value` without the fields of `set`; undefined when nothing is left. What stays whole is shared with `value`. */
export function prune(shape: Shape, value: unknown, set: FieldSet): unknown {
  if (isEmpty(set)) return value;
  const concrete = resolved(shape, value);
  if (concrete === "leaf") return value;
  if (concrete.kind === "map") return isMap(value) ? pruneMap(concrete, value, set) : value;
  return Array.isArray(value) ? pruneList(concrete, value, set) : value;
}

function pruneMap(shape: MapShape, value: JsonMap, set: FieldSet): JsonMap | undefined {
  let pruned: Record<string, unknown> | undefined;
  for (const key of Object.keys(value)) {
    const rest = pruneNode(childShape(shape, key), value[key], set[fieldElement(key)]);
    if (rest === value[key]) continue;
    pruned ??= { ...value };
    if (rest === undefined) delete pruned[key];
    else pruned[key] = rest;
  }
  return pruned && Object.keys(pruned).length === 0 ? undefined : (pruned ?? value);
}

function pruneList(shape: ListShape, value: readonly unknown[], set: FieldSet): readonly unknown[] | undefined {
  const rest = value.map((item) => pruneNode(shape.items, item, set[itemElement(shape, item)]));
  if (rest.every((item, index) => item === value[index])) return value;
  const kept = rest.filter((item) => item !== undefined);
  return kept.length === 0 ? undefined : kept;
}

function pruneNode(shape: Shape, value: unknown, node: FieldSet | undefined): unknown {
  if (!node) return value;
  return isMember(node) ? undefined : prune(shape, value, node);
}
