import { KubectlError } from "../kubectl-error.ts";
import { goText } from "./go-syntax.ts";
import { follow, parsePathExpression } from "./json-path.ts";
import { tableStops, tabulate } from "./tabulate.ts";

/** `-o custom-columns=NAME:.metadata.name,…` https://kubernetes.io/docs/reference/kubectl/#custom-columns */
export function customColumns(object: object, spec: string, headers: boolean): string {
  if (spec === "") throw new KubectlError("custom-columns format specified but no custom columns given");
  const columns = spec.split(",").map((column) => {
    const colon = column.indexOf(":");
    if (colon < 0)
      throw new KubectlError(`unexpected custom-columns spec: ${column}, expected <header>:<json-path-expr>`);
    return { header: column.slice(0, colon), steps: parsePathExpression(column.slice(colon + 1)) };
  });
  return printed(object, columns, headers);
}

/** The same from a file: a line of headers, and a line of paths below them. */
export function customColumnsOfFile(object: object, template: string, headers: boolean): string {
  const [names = "", paths = ""] = template.split("\n");
  const words = paths.trim().split(/\s+/u);
  const heads = names.trim().split(/\s+/u);
  if (heads.length !== words.length) {
    throw new KubectlError(
      `number of headers (${heads.length}) and field specifications (${words.length}) don't match`,
    );
  }
  const columns = heads.map((header, index) => ({ header, steps: parsePathExpression(words[index] ?? "") }));
  return printed(object, columns, headers);
}

interface Column {
  readonly header: string;
  readonly steps: ReturnType<typeof parsePathExpression>;
}

function printed(object: object, columns: readonly Column[], headers: boolean): string {
  const { items } = object as { items?: readonly unknown[] };
  const rows = (items ?? [object]).map((item) => columns.map(({ steps }) => cellOf(follow(steps, item))));
  const lines = [...(headers ? [columns.map(({ header }) => header)] : []), ...rows];
  return tabulate(lines.map((line) => `${line.join("\t")}\n`).join(""), tableStops);
}

function cellOf(values: readonly unknown[]): string {
  return values.length === 0 ? "<none>" : values.map((value) => goText(value)).join(",");
}
