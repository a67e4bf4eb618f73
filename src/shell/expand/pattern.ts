import { RegexError } from "../../regex/syntax.ts";
import { type GlobItem, GlobSearch, reversed } from "./glob.ts";
import { outOfMemory } from "./joined.ts";
import { parsePattern } from "./parse-pattern.ts";

/** How a pattern's `*` reaches: as far as it can, or as little as it must. */
type Reach = "longest" | "shortest";

const cacheLimit = 500;
const cache = new Map<string, readonly GlobItem[]>();

/** Makes text match only itself. */
export function escapePattern(text: string): string {
  return /[*?[\]\\!+@()|^-]/.test(text) ? text.replace(/[*?[\]\\!+@()|^-]/g, "\\$&") : text;
}

export function hasWildcards(pattern: string): boolean {
  return /[*?[]|[!+@]\(/.test(pattern);
}

/** What a pattern without wildcards matches: backslashes gone. */
export function unescapePattern(pattern: string): string {
  return pattern.includes("\\") ? pattern.replace(/\\(.)/gs, "$1") : pattern;
}

export interface PatternOptions {
  /** Bash's `@(a|b)` and its kin. */
  readonly extended?: boolean;
  readonly ignoreCase?: boolean;
}

export function matchesPattern(pattern: string, text: string, options: PatternOptions = {}): boolean {
  const { extended = false, ignoreCase = false } = options;
  if (!hasWildcards(pattern) && !ignoreCase) return unescapePattern(pattern) === text;
  const fold = (one: string) => (ignoreCase ? one.toLowerCase() : one);
  const items = itemsOf(fold(pattern), extended);
  const characters = Array.from(fold(text));
  if (isPlain(items)) return plainMatch(items, characters);
  return bounded(() => new GlobSearch(items, characters).endsFrom(0)[characters.length] === 1);
}

/** `${text#pattern}` and `${text##pattern}`. */
export function withoutPrefix(text: string, pattern: string, reach: Reach): string {
  const characters = Array.from(text);
  const end = endOf(itemsOf(pattern, true), characters, reach);
  return end < 0 ? text : characters.slice(end).join("");
}

/** `${text%pattern}` and `${text%%pattern}`: from the other end. */
export function withoutSuffix(text: string, pattern: string, reach: Reach): string {
  const characters = Array.from(text);
  const end = endOf(reversed(itemsOf(pattern, true)), characters.toReversed(), reach);
  return end < 0 ? text : characters.slice(0, characters.length - end).join("");
}

/** `${text/pattern/by}`, at the anchor of `/#` and `/%`, or for `all` matches. */
export interface Replacement {
  readonly by: string;
  readonly all: boolean;
  readonly anchor: "start" | "end" | undefined;
}

export function replacePattern(text: string, pattern: string, { by, all, anchor }: Replacement): string {
  const items = itemsOf(pattern, true);
  const characters = Array.from(text);
  if (anchor === "start") {
    const end = endOf(items, characters, "longest");
    return end < 0 ? text : by + characters.slice(end).join("");
  }
  if (anchor === "end") {
    const end = endOf(reversed(items), characters.toReversed(), "longest");
    return end < 0 ? text : characters.slice(0, characters.length - end).join("") + by;
  }
  if (!hasWildcards(pattern)) {
    const searched = unescapePattern(pattern);
    return all ? text.replaceAll(searched, () => by) : text.replace(searched, () => by);
  }
  return bounded(() => replaceFound(items, characters, { by, all }));
}

function replaceFound(
  items: readonly GlobItem[],
  characters: readonly string[],
  { by, all }: { by: string; all: boolean },
): string {
  const search = new GlobSearch(items, characters);
  const fixed = items.every(({ kind }) => kind === "one") ? items.length : undefined;
  const starts = search.starts();
  const out: string[] = [];
  let at = 0;
  for (let start = starts.indexOf(1); start >= 0; start = starts.indexOf(1, at)) {
    const end = fixed === undefined ? search.endsFrom(start).lastIndexOf(1) : start + fixed;
    if (end === start) {
      if (start >= characters.length) break;
      out.push(...characters.slice(at, start + 1));
      at = start + 1;
      continue;
    }
    out.push(...characters.slice(at, start), by);
    at = end;
    if (!all) break;
  }
  return out.join("") + characters.slice(at).join("");
}

/** Where what matches from the beginning ends; -1 when nothing does. */
function endOf(items: readonly GlobItem[], characters: readonly string[], reach: Reach): number {
  return bounded(() => {
    const ends = new GlobSearch(items, characters).endsFrom(0);
    return reach === "longest" ? ends.lastIndexOf(1) : ends.indexOf(1);
  });
}

function itemsOf(pattern: string, extended: boolean): readonly GlobItem[] {
  const key = extended ? `x${pattern}` : pattern;
  const known = cache.get(key);
  if (known) return known;
  const items = parsePattern(pattern, extended);
  if (cache.size >= cacheLimit) cache.clear();
  cache.set(key, items);
  return items;
}

function isPlain(items: readonly GlobItem[]): items is readonly Exclude<GlobItem, { kind: "group" }>[] {
  return items.every(({ kind }) => kind !== "group");
}

/** The usual case, without groups: only the last `*` need ever reach further. */
function plainMatch(items: readonly Exclude<GlobItem, { kind: "group" }>[], characters: readonly string[]): boolean {
  let item = 0;
  let run = -1;
  let runEnd = 0;
  for (let at = 0; at < characters.length;) {
    const current = items[item];
    if (current?.kind === "run") {
      run = item++;
      runEnd = at;
    } else if (current?.accepts(characters[at] ?? "") === true) {
      item++;
      at++;
    } else if (run < 0) return false;
    else {
      item = run + 1;
      at = ++runEnd;
    }
  }
  return items.slice(item).every(({ kind }) => kind === "run");
}

function bounded<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw error instanceof RegexError ? outOfMemory() : error;
  }
}
