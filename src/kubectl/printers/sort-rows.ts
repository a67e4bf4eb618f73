import { KubectlError } from "../kubectl-error.ts";
import { follow, parsePathExpression } from "./json-path.ts";
import type { Table } from "./table.ts";

/** `--sort-by=.metadata.creationTimestamp`: by the values that a jsonpath finds in the rows' objects. */
export function sortRows(table: Table, expression: string | undefined): Table {
  if (expression === undefined) return table;
  const steps = parsePathExpression(expression);
  const keyed = table.rows.map((row) => ({ row, key: follow(steps, row.object)[0] }));
  if (table.rows.length > 0 && keyed.every(({ key }) => key === undefined)) {
    throw new KubectlError(`couldn't find any field with path ${JSON.stringify(`{${expression}}`)} in the list of objects`);
  }
  const rows = keyed.toSorted((a, b) => compare(a.key, b.key)).map(({ row }) => row);
  return { ...table, rows };
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return text(a).localeCompare(text(b), "en", { numeric: true });
}

function text(value: unknown): string {
  return typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value);
}
