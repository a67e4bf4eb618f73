export interface Tabulation {
  /** The least width of a column, its padding included. */
  readonly minWidth: number;
  readonly padding: number;
}

/** How `kubectl get` sets its tables. */
export const tableStops: Tabulation = { minWidth: 6, padding: 3 };
/** How `kubectl describe` sets its text. */
export const describeStops: Tabulation = { minWidth: 0, padding: 2 };

/**
 * Turns tabs into spaces so that neighbouring lines' cells stand in columns. A cell ends with a tab; what is behind the
 * last tab of a line belongs to no column. `remembered` widths hold from one text to the next.
 */
export function tabulate(text: string, { minWidth, padding }: Tabulation, remembered?: number[]): string {
  const body = text.endsWith("\n") ? text.slice(0, -1) : text;
  if (body === "") return text;
  const lines = body.split("\n").map((line) => line.split("\t"));
  const widths = lines.map((): number[] => []);
  measure(0, { from: 0, to: lines.length });
  const set = lines.map((cells, row) => cells.map((cell, column) => pad(cell, widths[row]?.[column])).join(""));
  return `${set.join("\n")}${text.endsWith("\n") ? "\n" : ""}`;

  function measure(column: number, { from, to }: { from: number; to: number }): void {
    for (let row = from; row < to; row++) {
      if (!hasCell(row, column)) continue;
      let end = row;
      let width = Math.max(minWidth, remembered?.[column] ?? 0);
      for (; end < to && hasCell(end, column); end++) width = Math.max(width, widthOf(lines[end]?.[column]) + padding);
      if (remembered) remembered[column] = width;
      for (let each = row; each < end; each++) widths[each]?.push(width);
      measure(column + 1, { from: row, to: end });
      row = end - 1;
    }
  }

  function hasCell(row: number, column: number): boolean {
    return column < (lines[row]?.length ?? 0) - 1;
  }
}

function widthOf(cell = ""): number {
  return [...cell].length;
}

function pad(cell: string, width: number | undefined): string {
  return width === undefined ? cell : cell + " ".repeat(Math.max(0, width - widthOf(cell)));
}
