import { byBytes } from "./go-json.ts";

/** A JSON value as Go's `%#v` prints it. */
export function goSyntax(value: unknown): string {
  if (value === null || value === undefined) return "interface {}(nil)";
  if (typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[]interface {}{${value.map((item) => goSyntax(item)).join(", ")}}`;
  return `map[string]interface {}{${entriesOf(value)
    .map(([key, item]) => `${JSON.stringify(key)}:${goSyntax(item)}`)
    .join(", ")}}`;
}

/** A JSON value as Go's `%v` prints it: `map[a:1 b:[2 3]]`. */
export function goText(value: unknown): string {
  if (value === undefined) return "<no value>";
  if (value === null) return "<nil>";
  if (Array.isArray(value)) return `[${value.map((item) => goText(item)).join(" ")}]`;
  if (typeof value !== "object") return typeof value === "string" ? value : JSON.stringify(value);
  return `map[${entriesOf(value)
    .map(([key, item]) => `${key}:${goText(item)}`)
    .join(" ")}]`;
}

function entriesOf(value: object): [string, unknown][] {
  return Object.entries(value).toSorted(([a], [b]) => byBytes(a, b));
}
