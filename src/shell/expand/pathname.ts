import type { FileSystem } from "../../runtime/filesystem.ts";
import { SystemError } from "../../runtime/process.ts";
import { hasWildcards, matchesPattern, unescapePattern } from "./pattern.ts";

/** The paths a pattern matches, in order; none when nothing does. `directory` is where relative ones start. */
export function matchingPaths(files: FileSystem, directory: string, pattern: string, extended = false): string[] {
  const root = /^(?:\\?\/)+/.exec(pattern)?.[0] ?? "";
  const segments = pattern.slice(root.length).split(/\\?\/+/);
  let found = [unescapePattern(root)];
  segments.forEach((segment, index) => {
    const isLast = index === segments.length - 1;
    found = found.flatMap((path) => step(files, { directory, path, segment, isLast, extended }));
  });
  return found.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

interface Walk {
  readonly directory: string;
  readonly path: string;
  readonly segment: string;
  readonly isLast: boolean;
  readonly extended: boolean;
}

function step(files: FileSystem, { directory, path, segment, isLast, extended }: Walk): string[] {
  const tail = isLast ? "" : "/";
  if (!hasWildcards(segment)) {
    const next = path + unescapePattern(segment);
    return isThere(files, absolute(directory, next)) ? [next + tail] : [];
  }
  const showHidden = segment.startsWith(".") || segment.startsWith("\\.");
  return namesIn(files, absolute(directory, path))
    .filter((name) => (showHidden || !name.startsWith(".")) && matchesPattern(segment, name, { extended }))
    .map((name) => path + name)
    .filter((next) => isLast || isDirectory(files, absolute(directory, next)))
    .map((next) => next + tail);
}

function absolute(directory: string, path: string): string {
  if (path.startsWith("/")) return path;
  return directory === "/" ? `/${path}` : `${directory}/${path}`;
}

function namesIn(files: FileSystem, path: string): readonly string[] {
  try {
    return files.list(path);
  } catch (error) {
    if (error instanceof SystemError) return [];
    throw error;
  }
}

function isThere(files: FileSystem, path: string): boolean {
  try {
    files.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof SystemError) return false;
    throw error;
  }
}

export function isDirectory(files: FileSystem, path: string): boolean {
  try {
    return files.stat(path).kind === "directory";
  } catch (error) {
    if (error instanceof SystemError) return false;
    throw error;
  }
}
