import { formatLabels } from "../../api/selectors.ts";

/** The server's Table. https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables */
export interface Table {
  readonly kind: string;
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
  readonly columnDefinitions:
    | readonly { readonly name: string; readonly priority: number; readonly type?: string }[]
    | null;
  readonly rows: readonly Row[] | null;
}

export interface Row {
  readonly cells: readonly unknown[];
  readonly object?: { readonly metadata?: RowMetadata };
}

interface RowMetadata {
  readonly name?: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface TableStyle {
  readonly wide: boolean;
  readonly headers: boolean;
  readonly namespaces: boolean;
  readonly showLabels: boolean;
  readonly labelColumns: readonly string[];
  /** Put before each name: `pod/`. */
  readonly prefix: string;
  /** A column before all others: the type of a watch event. */
  readonly event?: string;
}

/** The header and the rows, cells a tab apart, as kubectl chooses them. */
export function tableText({ columnDefinitions, rows }: Table, style: TableStyle): string {
  const columns = (columnDefinitions ?? [])
    .map((column, index) => ({ ...column, index }))
    .filter(({ priority }) => priority === 0 || style.wide);
  const { labelColumns, showLabels } = style;
  const lead = [...(style.event === undefined ? [] : ["EVENT"]), ...(style.namespaces ? ["NAMESPACE"] : [])];
  const extra = [
    ...labelColumns.map((label) => label.split("/").at(-1)?.toUpperCase() ?? ""),
    ...(showLabels ? ["LABELS"] : []),
  ];
  const header = [...lead, ...columns.map(({ name }) => name.toUpperCase()), ...extra];
  const body = (rows ?? []).map(({ cells, object }) => {
    const { namespace = "", labels = {} } = object?.metadata ?? {};
    const shown = columns.map(({ index, name }) => `${name === "Name" ? style.prefix : ""}${cellText(cells[index])}`);
    const more = [...labelColumns.map((label) => labels[label] ?? ""), ...(showLabels ? [formatLabels(labels)] : [])];
    const before = [...(style.event === undefined ? [] : [style.event]), ...(style.namespaces ? [namespace] : [])];
    return [...before, ...shown, ...more];
  });
  return [...(style.headers ? [header] : []), ...body].map((line) => `${line.join("\t")}\n`).join("");
}

/** Only the first line of a text. */
function cellText(value: unknown): string {
  if (value === null || value === undefined) return "";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const cut = text.search(/[\f\n\r]/u);
  return cut < 0 ? text.replaceAll("\t", " ") : `${text.slice(0, cut)}...`;
}
