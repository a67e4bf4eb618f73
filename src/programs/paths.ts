import type { FileInfo } from "../runtime/filesystem.ts";
import { type Process, SystemError } from "../runtime/process.ts";

/** The last name of a path. */
export function baseName(path: string): string {
  return path.replace(/\/+$/u, "").split("/").pop() || (path.startsWith("/") ? "/" : path);
}

/** `directory/name` with one slash. */
export function joinPath(directory: string, name: string): string {
  return directory.endsWith("/") ? directory + name : `${directory}/${name}`;
}

/** What a path is; undefined where there is nothing. */
export function statOf(process: Process, path: string, follow = true): FileInfo | undefined {
  const absolute = process.resolve(path);
  try {
    return follow ? process.files.stat(absolute) : process.files.lstat(absolute);
  } catch (error) {
    if (error instanceof SystemError && error.code !== "EACCES") return undefined;
    throw error;
  }
}
