import type { FieldFact } from "../../api/type-facts.ts";

/** The Go type of a field, as decoding errors name it: `[]v1.Container`, `map[string]string`, `int32`. */
export function goTypeOf({ type, format, goType, ref, items, additionalProperties }: FieldFact): string {
  if (ref) return ref.split(".").slice(-2).join(".");
  if (goType === "UID") return "types.UID";
  if (items) return `[]${goTypeOf(items)}`;
  if (typeof additionalProperties === "object") {
    return additionalProperties.goType === "Quantity"
      ? "v1.ResourceList"
      : `map[string]${goTypeOf(additionalProperties)}`;
  }
  switch (type) {
    case "integer":
      return format ?? "int64";
    case "number":
      return "float64";
    case "boolean":
      return "bool";
    default:
      return format === "byte" ? "[]uint8" : "string";
  }
}

/** What a JSON value is, in the words of Go's decoder. */
export function goValueOf(value: unknown): string {
  if (Array.isArray(value)) return "array";
  return typeof value === "boolean" ? "bool" : typeof value;
}
