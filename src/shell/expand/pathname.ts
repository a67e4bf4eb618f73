import type { FileSystem } from "../../runtime/filesystem.ts";
import { SystemError } from "../../runtime/process.ts";
import { outOfMemory } from "./joined.ts";
import { hasWildcards, matchesPattern, unescapePattern } from "./pattern.ts";

/** What bash's `shopt` changes. */
export interface GlobOptions {
  readonly extended?: boolean;
  /** `*` finds names that begin with a dot. */
  readonly hidden?: boolean;
  /** `**` goes down all directories. */
  readonly deep?: boolean;
  readonly ignoreCase?: boolean;
}

/** What a pattern may cost, in names looked at: nobody else gets a turn meanwhile. A path looked into is so many. */
const mostNames = 150_000;
const namesPerPath = 20;

/** The paths a pattern matches, in order; none when nothing does. `directory` is where relative ones start. */
export function matchingPaths(
  files: FileSystem,
  directory: string,
  pattern: string,
  options: GlobOptions = {},
): string[] {
  const root = /^(?:\\?\/)+/.exec(pattern)?.[0] ?? "";
  const segments = pattern.slice(root.length).split(/\\?\/+/);
  let found = [unescapePattern(root)];
  let passed = 0;
  segments.forEach((segment, index) => {
    const isLast = index === segments.length - 1;
    found = found.flatMap((path) => {
      const next = step(files, { directory, path, segment, isLast, options });
      passed += next.length + namesPerPath;
      if (passed > mostNames) throw outOfMemory();
      return next;
    });
  });
  return found.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

interface Walk {
  readonly directory: string;
  readonly path: string;
  readonly segment: string;
  readonly isLast: boolean;
  readonly options: GlobOptions;
}

function step(files: FileSystem, walk: Walk): string[] {
  const { directory, path, segment, isLast, options } = walk;
  const tail = isLast ? "" : "/";
  if (segment === "**" && options.deep) return everything(files, walk);
  if (!hasWildcards(segment)) {
    const next = path + unescapePattern(segment);
    return isThere(files, absolute(directory, next)) ? [next + tail] : [];
  }
  return namesIn(files, absolute(directory, path))
    .filter((name) => isShown(name, segment, options) && matchesPattern(segment, name, options))
    .map((name) => path + name)
    .filter((next) => isLast || isDirectory(files, absolute(directory, next)))
    .map((next) => next + tail);
}

function isShown(name: string, segment: string, { hidden = false }: GlobOptions): boolean {
  return hidden || !name.startsWith(".") || segment.startsWith(".") || segment.startsWith("\\.");
}

/** `**`: the directories below, and at the end of a pattern the files too. Links are not followed. */
function everything(files: FileSystem, { directory, path, isLast, options }: Walk): string[] {
  const found: string[] = path === "" && isLast ? [] : [path];
  const waiting = [path];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    for (const name of namesIn(files, absolute(directory, at))) {
      if (!isShown(name, "**", options)) continue;
      const next = at + name;
      const isBranch = files.lstat(absolute(directory, next)).kind === "directory";
      if (isBranch) waiting.push(`${next}/`);
      if (isLast) found.push(next);
      else if (isBranch) found.push(`${next}/`);
    }
    if (found.length * namesPerPath > mostNames) throw outOfMemory();
  }
  return found;
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
