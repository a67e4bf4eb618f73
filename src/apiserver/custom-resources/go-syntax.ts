import { isMap } from "./structural-schema.ts";

/** A JSON value as Go's `%#v` writes it, which is how field errors show maps and lists. */
export function goSyntax(value: unknown): string {
  if (Array.isArray(value)) return `[]interface {}{${value.map((item) => goSyntax(item)).join(", ")}}`;
  if (!isMap(value)) return value === null || value === undefined ? "interface {}(nil)" : JSON.stringify(value);
  const fields = Object.keys(value).toSorted();
  return `map[string]interface {}{${fields.map((key) => `${JSON.stringify(key)}:${goSyntax(value[key])}`).join(", ")}}`;
}

/** A number as Go's `%v` writes a float64: `1`, `0.5`, `1e+06`. */
export function goFloat(value: number): string {
  const [mantissa = "", power = "0"] = value.toExponential().split("e");
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 6) return String(value);
  return `${mantissa}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}
