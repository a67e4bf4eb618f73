import { duplicate, type FieldError } from "../../api/status.ts";
import { goSyntax } from "./go-syntax.ts";
import { eachChild, formatPath, isMap, type Path, type StructuralSchema } from "./structural-schema.ts";

/** Items that are twice in lists that are sets or maps. */
export function listTypeErrors(schema: StructuralSchema, value: unknown, path: Path = []): FieldError[] {
  const errors = Array.isArray(value) ? duplicateErrors(schema, value, path) : [];
  eachChild(schema, value, (below, child, part) => {
    errors.push(...listTypeErrors(below, child, [...path, part]));
  });
  return errors;
}

function duplicateErrors(schema: StructuralSchema, items: readonly unknown[], path: Path): FieldError[] {
  const shownBy = identityOf(schema);
  if (!shownBy) return [];
  const seen = new Set<string>();
  return items.flatMap((item, index) => {
    const identity = shownBy(item);
    const text = JSON.stringify(identity);
    if (!seen.has(text)) {
      seen.add(text);
      return [];
    }
    const field = formatPath([...path, index]);
    if (!isMap(identity)) return [duplicate(field, identity)];
    const message = `Duplicate value: ${goSyntax(identity)}`;
    return [{ reason: "FieldValueDuplicate" as const, field, message }];
  });
}

/** What must differ from item to item; undefined: nothing must. */
function identityOf(schema: StructuralSchema): ((item: unknown) => unknown) | undefined {
  const keys = schema["x-kubernetes-list-map-keys"] ?? [];
  switch (schema["x-kubernetes-list-type"]) {
    case "set":
      return sorted;
    case "map":
      return (item) => Object.fromEntries(keys.toSorted().flatMap((key) => keyOf(item, key)));
    default:
      return undefined;
  }
}

function keyOf(item: unknown, key: string): [string, unknown][] {
  return isMap(item) && item[key] !== undefined ? [[key, item[key]]] : [];
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => sorted(item));
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .toSorted()
      .map((key) => [key, sorted(value[key])]),
  );
}
