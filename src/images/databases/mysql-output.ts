import type { Value } from "./sql/expression.ts";
import type { SqlResult } from "./sql/session.ts";

/** With lines around everything; numbers to the right. */
export function resultTable({ titles, rows }: SqlResult, isBare = false): string {
  if (!titles || !rows || rows.length === 0) return "";
  const shown = rows.map((row) => row.map((value) => text(value)));
  const widths = titles.map((title, at) => Math.max(title.length, ...shown.map((row) => row[at]?.length ?? 0)));
  const isNumber = titles.map((_, at) => rows.every((row) => typeof row[at] === "number" || row[at] === null));
  const rule = `+${widths.map((width) => "-".repeat(width + 2)).join("+")}+\n`;
  const line = (cells: readonly string[], right: readonly boolean[]): string => {
    const padded = cells.map((cell, at) => (right[at] ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0)));
    return `| ${padded.join(" | ")} |\n`;
  };
  const head = isBare ? rule : `${rule}${line(titles, [])}${rule}`;
  return `${head}${shown.map((row) => line(row, isNumber)).join("")}${rule}`;
}

/** As other programs read it: tabs between columns. */
export function resultText({ titles, rows }: SqlResult, isBare = false): string {
  if (!titles || !rows || rows.length === 0) return "";
  const lines = rows.map((row) => row.map((value) => text(value)).join("\t"));
  return `${[...(isBare ? [] : [titles.join("\t")]), ...lines].join("\n")}\n`;
}

function text(value: Value): string {
  return value === null ? "NULL" : String(value);
}
