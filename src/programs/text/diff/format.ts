import type { Change } from "./lines.ts";

/** Two texts, cut into lines; the last may lack its newline. */
export interface Compared {
  readonly left: readonly string[];
  readonly right: readonly string[];
}

const noNewline = String.raw`\ No newline at end of file`;

/** `2c2`, `< old`, `---`, `> new`. */
export function normalDiff({ left, right }: Compared, changes: readonly Change[]): string {
  return changes
    .map((change) => {
      const removed = left.slice(...change.left).map((line) => marked("< ", line));
      const added = right.slice(...change.right).map((line) => marked("> ", line));
      const letter = removed.length === 0 ? "a" : added.length === 0 ? "d" : "c";
      const head = `${place(change.left)}${letter}${place(change.right)}\n`;
      return head + removed.join("") + (letter === "c" ? "---\n" : "") + added.join("");
    })
    .join("");
}

function place([from, to]: readonly [number, number]): string {
  if (to === from) return String(from);
  return to - from === 1 ? String(to) : `${from + 1},${to}`;
}

function marked(mark: string, line: string): string {
  return line.endsWith("\n") ? mark + line : `${mark}${line}\n${noNewline}\n`;
}

/** The hunks of a unified diff, without its two header lines. */
export function unifiedDiff({ left, right }: Compared, changes: readonly Change[], context: number): string {
  return hunks(changes, context)
    .map((hunk) => {
      const first = hunk[0];
      const last = hunk.at(-1);
      if (!first || !last) return "";
      const from = Math.max(0, first.left[0] - context);
      const to = Math.min(left.length, last.left[1] + context);
      const rightFrom = first.right[0] - (first.left[0] - from);
      const rightTo = last.right[1] + (to - last.left[1]);
      const head = `@@ -${range(from, to)} +${range(rightFrom, rightTo)} @@\n`;
      return head + body({ left, right }, hunk, [from, to]);
    })
    .join("");
}

function hunks(changes: readonly Change[], context: number): Change[][] {
  const out: Change[][] = [];
  for (const change of changes) {
    const current = out.at(-1);
    const before = current?.at(-1);
    if (current && before && change.left[0] - before.left[1] <= 2 * context) current.push(change);
    else out.push([change]);
  }
  return out;
}

function range(from: number, to: number): string {
  if (to - from === 1) return String(from + 1);
  return to === from ? `${from},0` : `${from + 1},${to - from}`;
}

function body({ left, right }: Compared, hunk: readonly Change[], [from, to]: readonly [number, number]): string {
  let out = "";
  let at = from;
  for (const change of hunk) {
    for (const line of left.slice(at, change.left[0])) out += marked(" ", line);
    for (const line of left.slice(...change.left)) out += marked("-", line);
    for (const line of right.slice(...change.right)) out += marked("+", line);
    [, at] = change.left;
  }
  for (const line of left.slice(at, to)) out += marked(" ", line);
  return out;
}
