import type { FileInfo } from "../../runtime/filesystem.ts";
import type { Options } from "../options.ts";

/** A name that ls shows. */
export interface Entry {
  readonly name: string;
  readonly path: string;
  readonly info: FileInfo;
}

/** In units of 1 KiB. */
export function blocksOf({ kind, size }: FileInfo): number {
  if (kind === "directory") return 4;
  return kind === "file" ? Math.ceil(size / 4096) * 4 : 0;
}

const halfYearMs = (365 * 86_400_000) / 2;

/** Of the last half year: shown with the time of day. */
export function isRecent(at: number, now: number): boolean {
  return now - at < halfYearMs && now - at > -15 * 60_000;
}

/** What -F and -p put behind a name. */
export function mark(options: Options, info: FileInfo): string {
  if (info.kind === "directory") return options.last("Fp") === undefined ? "" : "/";
  if (!options.has("F")) return "";
  if (info.kind === "symlink") return "@";
  return info.mode & 0o111 ? "*" : "";
}
