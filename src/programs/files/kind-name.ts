import type { FileInfo } from "../../runtime/filesystem.ts";

const names = {
  directory: "directory",
  symlink: "symbolic link",
  device: "character special file",
  disk: "block special file",
} as const;

/** What a file is, as stat and rm put it. */
export function kindName({ kind, size }: FileInfo): string {
  if (kind === "file") return size === 0 ? "regular empty file" : "regular file";
  return names[kind];
}
