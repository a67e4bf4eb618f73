import type { Job, Pod } from "../../api/types.gen.ts";

/** Pods of indexed Jobs carry it, as annotation and label. */
export const indexKey = "batch.kubernetes.io/job-completion-index";

export function isIndexed({ spec }: Job): boolean {
  return spec.completionMode === "Indexed";
}

/** undefined: it has none that counts. */
export function indexOf({ metadata }: Pod, { spec }: Job): number | undefined {
  const text = metadata.annotations?.[indexKey];
  if (text === undefined || !/^\d+$/u.test(text)) return undefined;
  return Number(text) < (spec.completions ?? 0) ? Number(text) : undefined;
}

/** What `1,3-5` names, of the indexes below `completions`. */
export function parseIndexes(text: string | undefined, completions: number): ReadonlySet<number> {
  const found = new Set<number>();
  for (const interval of text ? text.split(",") : []) {
    const [first = 0, last = first] = interval.split("-").map(Number);
    for (let index = first; index <= Math.min(last, completions - 1); index++) found.add(index);
  }
  return found;
}

/** `1,3-5`: two in a row are written one by one. */
export function formatIndexes(indexes: Iterable<number>): string {
  const intervals: [first: number, last: number][] = [];
  for (const index of [...indexes].toSorted((a, b) => a - b)) {
    const current = intervals.at(-1);
    if (current && current[1] + 1 === index) current[1] = index;
    else intervals.push([index, index]);
  }
  const texts = intervals.map(([first, last]) => {
    if (first === last) return String(first);
    return `${first}${last === first + 1 ? "," : "-"}${last}`;
  });
  return texts.join(",");
}
