import { KubectlError } from "../kubectl-error.ts";
import { follow, parsePathExpression } from "./json-path.ts";
import { alignColumns } from "./table.ts";

/** `-o custom-columns=NAME:.metadata.name,…` https://kubernetes.io/docs/reference/kubectl/#custom-columns */
export function customColumns(object: object, output: string, headers: boolean): string {
  const columns = output
    .replace(/^custom-columns=?/u, "")
    .split(",")
    .map((column) => {
      const colon = column.indexOf(":");
      if (colon < 0) throw new KubectlError(`unexpected custom-columns spec: ${column}, expected <header>:<json-path-expr>`);
      return { header: column.slice(0, colon), steps: parsePathExpression(column.slice(colon + 1)) };
    });
  const { items } = object as { items?: readonly unknown[] };
  const rows = (items ?? [object]).map((item) => columns.map(({ steps }) => cellOf(follow(steps, item))));
  return alignColumns([...(headers ? [columns.map(({ header }) => header)] : []), ...rows]);
}

function cellOf(values: readonly unknown[]): string {
  if (values.length === 0) return "<none>";
  return values.map((value) => (typeof value === "string" ? value : JSON.stringify(value))).join(",");
}
