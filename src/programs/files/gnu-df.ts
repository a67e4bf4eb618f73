import { fileSystemType } from "../../runtime/files/mount-table.ts";
import type { Space } from "../../runtime/filesystem.ts";
import { roundedUpSize, sizeOf } from "../numbers.ts";
import type { Options } from "../options.ts";
import { blockSize } from "./block-size.ts";

/** The table of GNU's df: columns are as wide as need be, the first at least fourteen. */
export function gnuTable(options: Options, spaces: readonly Space[]): string {
  const rows = [titles(options), ...spaces.map((space) => rowOf(options, space))];
  const types = options.has("T") ? 1 : 0;
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  widths[0] = Math.max(14, widths[0] ?? 0);
  for (const column of [1, 2, 3]) widths[column + types] = Math.max(5, widths[column + types] ?? 0);
  return rows
    .map((row) => {
      const cells = row.map((text, column) => {
        if (column === row.length - 1) return text;
        return column <= types ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0);
      });
      return `${cells.join(" ")}\n`;
    })
    .join("");
}

function titles(options: Options): string[] {
  const type = options.has("T") ? ["Type"] : [];
  if (options.has("i")) return ["Filesystem", ...type, "Inodes", "IUsed", "IFree", "IUse%", "Mounted on"];
  const used = options.has("P") ? "Capacity" : "Use%";
  if (isHuman(options))
    return ["Filesystem", ...type, "Size", "Used", options.has("P") ? "Available" : "Avail", used, "Mounted on"];
  const unit = options.has("m") ? "1M" : (options.value("B") ?? (options.has("P") ? "1024" : "1K"));
  return ["Filesystem", ...type, `${unit}-blocks`, "Used", "Available", used, "Mounted on"];
}

function rowOf(options: Options, space: Space): string[] {
  const used = Math.ceil(space.usedBytes / blockSize) * blockSize;
  const free = Math.max(0, space.totalBytes - used);
  const type = options.has("T") ? [fileSystemType(space.source)] : [];
  if (options.has("i")) return [space.source, ...type, "200000", "0", "200000", "0%", space.mountPoint];
  const percent = used + free === 0 ? "-" : `${Math.ceil((used / (used + free)) * 100)}%`;
  const amounts = [space.totalBytes, used, free].map((bytes) => amount(options, bytes));
  return [space.source, ...type, ...amounts, percent, space.mountPoint];
}

function isHuman(options: Options): boolean {
  return options.last("hH") !== undefined;
}

function amount(options: Options, bytes: number): string {
  if (isHuman(options)) return roundedUpSize(bytes);
  const unit = options.has("m")
    ? 1024 * 1024
    : options.has("B")
      ? sizeOf(`1${(options.value("B") ?? "K").replace(/^1/u, "")}`)
      : 1024;
  return String(Math.ceil(bytes / Math.max(1, unit)));
}
