import type { Key } from "./keys.ts";

/** What Ctrl-R needs. */
export interface SearchTools {
  /** Oldest first. */
  readonly lines: readonly string[];
  show(text: string): Promise<void>;
  readKey(): Promise<Key | undefined>;
}

/** What it found; `key` ended the search and is still to be acted on. */
export interface SearchResult {
  readonly text: string | undefined;
  readonly key: string | undefined;
}

/** Ctrl-R: searches backwards for what is typed, until another key takes the line over. */
export async function searchHistory({ lines, show, readKey }: SearchTools): Promise<SearchResult> {
  let wanted = "";
  let at = lines.length;
  for (;;) {
    const text = lines[at];
    await show(`(reverse-i-search)\`${wanted}': ${text ?? ""}`);
    const key = await readKey();
    if (!key) return { text, key: undefined };
    if ("text" in key) {
      wanted += key.text;
      at = findBefore(lines, wanted, at === lines.length ? at : at + 1);
    } else if (key.name === "search") at = findBefore(lines, wanted, at);
    else if (key.name === "backspace") {
      wanted = wanted.slice(0, -1);
      at = wanted === "" ? lines.length : findBefore(lines, wanted, lines.length);
    } else return { text, key: key.name };
  }
}

function findBefore(lines: readonly string[], wanted: string, before: number): number {
  for (let at = before - 1; at >= 0; at--) if (wanted !== "" && lines[at]?.includes(wanted)) return at;
  return before < lines.length ? before : lines.length;
}
