/** A JSON object, as it comes from a body or the store. */
export type JsonMap = Readonly<Record<string, unknown>>;

export function isMap(value: unknown): value is JsonMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Go's `%v` of a JSON value, as upstream's patch errors print it: `map[image:nginx ports:[80]]`. */
export function goValue(value: unknown): string {
  if (value === null || value === undefined) return "<nil>";
  if (Array.isArray(value)) return `[${value.map(goValue).join(" ")}]`;
  if (!isMap(value)) return typeof value === "string" ? value : JSON.stringify(value);
  const fields = Object.keys(value).toSorted();
  return `map[${fields.map((field) => `${field}:${goValue(value[field])}`).join(" ")}]`;
}

/** Go's name for the type of a JSON value. */
export function goType(value: unknown): string {
  if (value === null || value === undefined) return "<nil>";
  if (Array.isArray(value)) return "[]interface {}";
  if (isMap(value)) return "map[string]interface {}";
  if (typeof value === "number") return Number.isInteger(value) ? "int64" : "float64";
  return typeof value === "boolean" ? "bool" : "string";
}
