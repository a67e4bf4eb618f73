import { sameMeaning } from "../../equivalence.ts";

/** What differs between two specs, one line for what was and one for what would be, as Go's cmp prints it. */
export function specDifference(type: string, previous: object, next: object): string {
  const before = previous as Readonly<Record<string, unknown>>;
  const after = next as Readonly<Record<string, unknown>>;
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = fields.filter((field) => !sameMeaning(before[field], after[field]));
  const lines = changed.flatMap((field) => {
    const name = `${field.charAt(0).toUpperCase()}${field.slice(1)}`;
    return [`- \t${name}: ${shown(before[field])},`, `+ \t${name}: ${shown(after[field])},`];
  });
  const rest = `  \t... // ${fields.length - changed.length} identical fields`;
  return [`  ${type}{`, ...lines, rest, "  }", ""].join("\n");
}

function shown(value: unknown): string {
  return value === undefined ? "nil" : JSON.stringify(value);
}
