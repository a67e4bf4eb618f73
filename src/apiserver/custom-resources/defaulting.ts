import { cloneTree } from "../../api/object.ts";
import { fieldSchema, isMap, type StructuralSchema } from "./structural-schema.ts";

type JsonMap = Readonly<Record<string, unknown>>;

/**
 * A value with the defaults of its schema. A null where none may be counts as nothing. What needs no change is shared.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#defaulting
 */
export function withDefaults<T>(schema: StructuralSchema, value: T): T {
  if (Array.isArray(value)) return listWithDefaults(schema, value) as T;
  return (isMap(value) ? mapWithDefaults(schema, value) : value) as T;
}

function mapWithDefaults(schema: StructuralSchema, value: JsonMap): JsonMap {
  let copy: Record<string, unknown> | undefined;
  const { properties = {} } = schema;
  for (const [key, property] of Object.entries(properties)) {
    if (property.default === undefined || !isUnset(value[key], property)) continue;
    copy ??= { ...value };
    copy[key] = cloneTree(property.default);
  }
  const filled = copy ?? value;
  for (const key of Object.keys(filled)) {
    const below = fieldSchema(schema, key);
    if (!below) continue;
    const given = filled[key];
    const wanted = isUnset(given, below) ? cloneTree(below.default) : withDefaults(below, given);
    if (wanted === given) continue;
    copy ??= { ...value };
    if (wanted === undefined) delete copy[key];
    else copy[key] = wanted;
  }
  return copy ?? value;
}

function listWithDefaults({ items }: StructuralSchema, value: readonly unknown[]): readonly unknown[] {
  if (!items) return value;
  const filled = value.map((item) => {
    const isMissing = items.default !== undefined && isUnset(item, items);
    return withDefaults(items, isMissing ? cloneTree(items.default) : item);
  });
  return filled.every((item, index) => item === value[index]) ? value : filled;
}

function isUnset(value: unknown, { nullable }: StructuralSchema): boolean {
  return value === undefined || (value === null && nullable !== true);
}
