const mostEdits = 2;

/** The names that a typing error or two would make of `name`, the nearest first. */
export function similarTo(name: string, names: readonly string[]): readonly string[] {
  return names
    .map((one) => ({ one, edits: distance(name, one) }))
    .filter(({ edits }) => edits > 0 && edits <= mostEdits)
    .toSorted((a, b) => a.edits - b.edits)
    .map(({ one }) => one);
}

/** How many letters must be put in, taken out or changed. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
