/** The server's Table. https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables */
export interface Table {
  readonly kind: string;
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
  readonly columnDefinitions: readonly { readonly name: string; readonly priority: number; readonly type?: string }[] | null;
  readonly rows: readonly { readonly cells: readonly unknown[]; readonly object?: { readonly metadata?: RowMetadata } }[];
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
}

/** The header and the cells of each row, as kubectl chooses them. */
export function tableLines({ columnDefinitions, rows }: Table, style: TableStyle): string[][] {
  const columns = (columnDefinitions ?? []).map((column, index) => ({ ...column, index })).filter(({ priority }) => priority === 0 || style.wide);
  const extra = [...style.labelColumns.map((label) => label.split("/").at(-1)?.toUpperCase() ?? ""), ...(style.showLabels ? ["LABELS"] : [])];
  const header = [...(style.namespaces ? ["NAMESPACE"] : []), ...columns.map(({ name }) => name.toUpperCase()), ...extra];
  const body = rows.map(({ cells, object }) => {
    const { namespace = "", labels = {} } = object?.metadata ?? {};
    const shown = columns.map(({ index }, position) => `${position === 0 ? style.prefix : ""}${cell(cells[index])}`);
    const more = [...style.labelColumns.map((label) => labels[label] ?? ""), ...(style.showLabels ? [labelText(labels)] : [])];
    return [...(style.namespaces ? [namespace] : []), ...shown, ...more];
  });
  return style.headers ? [header, ...body] : body;
}

/** Columns three spaces apart, each as wide as its widest cell. */
export function alignColumns(lines: readonly (readonly string[])[], widths: number[] = []): string {
  for (const line of lines) for (const [index, text] of line.entries()) widths[index] = Math.max(widths[index] ?? 0, text.length);
  return lines.map((line) => `${line.map((text, index) => (index === line.length - 1 ? text : text.padEnd((widths[index] ?? 0) + 3))).join("")}\n`).join("");
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return "<none>";
  return typeof value === "string" ? value : String(value as number | boolean);
}

export function labelText(labels: Readonly<Record<string, string>>): string {
  const entries = Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? "<none>" : entries.map(([name, value]) => `${name}=${value}`).join(",");
}
