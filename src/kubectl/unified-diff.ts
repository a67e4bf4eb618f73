const around = 3;

interface Edit {
  readonly mark: " " | "-" | "+";
  readonly text: string;
}

/** Two texts as `diff -u` compares them, from the first `@@` on. */
export function unifiedDiff(from: string, to: string): string {
  const edits = editsBetween(linesOf(from), linesOf(to));
  return hunksIn(edits)
    .map(({ start, end }) => hunkText(edits, start, end))
    .join("");
}

function linesOf(text: string): string[] {
  return text === "" ? [] : text.replace(/\n$/u, "").split("\n");
}

/** Along a longest common subsequence: what goes stands before what comes. */
function editsBetween(from: readonly string[], to: readonly string[]): Edit[] {
  const lengths = Array.from({ length: from.length + 1 }, () => new Uint32Array(to.length + 1));
  for (let i = from.length - 1; i >= 0; i--) {
    for (let j = to.length - 1; j >= 0; j--) {
      const [row, below] = [lengths[i], lengths[i + 1]];
      if (row && below) row[j] = from[i] === to[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
    }
  }
  const edits: Edit[] = [];
  let [i, j] = [0, 0];
  while (i < from.length || j < to.length) {
    if (i < from.length && j < to.length && from[i] === to[j]) {
      edits.push({ mark: " ", text: from[i] ?? "" });
      i++;
      j++;
    } else if (i < from.length && (j >= to.length || (lengths[i + 1]?.[j] ?? 0) >= (lengths[i]?.[j + 1] ?? 0))) {
      edits.push({ mark: "-", text: from[i++] ?? "" });
    } else edits.push({ mark: "+", text: to[j++] ?? "" });
  }
  return edits;
}

/** Changes with three lines around them; those that would touch are one. */
function hunksIn(edits: readonly Edit[]): { start: number; end: number }[] {
  const hunks: { start: number; end: number }[] = [];
  for (const [index, { mark }] of edits.entries()) {
    if (mark === " ") continue;
    const last = hunks.at(-1);
    const end = Math.min(edits.length, index + 1 + around);
    if (last && index - around <= last.end) last.end = end;
    else hunks.push({ start: Math.max(0, index - around), end });
  }
  return hunks;
}

function hunkText(edits: readonly Edit[], start: number, end: number): string {
  const before = edits.slice(0, start);
  const hunk = edits.slice(start, end);
  const count = (list: readonly Edit[], without: string): number => list.filter(({ mark }) => mark !== without).length;
  const range = (skip: string): string => {
    const length = count(hunk, skip);
    const first = count(before, skip) + (length === 0 ? 0 : 1);
    return length === 1 ? String(first) : `${first},${length}`;
  };
  const lines = hunk.map(({ mark, text }) => `${mark}${text}\n`).join("");
  return `@@ -${range("+")} +${range("-")} @@\n${lines}`;
}
