/** A stretch in which two files differ: from and to (not included), counted from 0, on both sides. */
export interface Change {
  readonly left: readonly [from: number, to: number];
  readonly right: readonly [from: number, to: number];
}

/** Differing parts of more lines than this, times the number of differences, are told as one change. */
const mostSteps = 4_000_000;

/** The fewest changes that make one list of lines of another. http://www.xmailserver.org/diff2.pdf */
export function changesBetween(left: readonly string[], right: readonly string[]): Change[] {
  let start = 0;
  while (start < left.length && start < right.length && left[start] === right[start]) start++;
  let [endLeft, endRight] = [left.length, right.length];
  while (endLeft > start && endRight > start && left[endLeft - 1] === right[endRight - 1]) {
    endLeft--;
    endRight--;
  }
  const path = shortestPath(left.slice(start, endLeft), right.slice(start, endRight));
  if (path === undefined) return [{ left: [start, endLeft], right: [start, endRight] }];
  return gathered(path).map(({ left: [a, b], right: [c, d] }) => ({
    left: [a + start, b + start],
    right: [c + start, d + start],
  }));
}

type Edit = "keep" | "delete" | "insert";

/** undefined: it would take too long. */
function shortestPath(left: readonly string[], right: readonly string[]): Edit[] | undefined {
  const most = left.length + right.length;
  const reached = new Map<number, number>([[1, 0]]);
  const history: Map<number, number>[] = [];
  let steps = 0;
  for (let edits = 0; edits <= most; edits++) {
    history.push(new Map(reached));
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = nextX(reached, diagonal, edits);
      while (x < left.length && x - diagonal < right.length && left[x] === right[x - diagonal]) x++;
      reached.set(diagonal, x);
      if (x >= left.length && x - diagonal >= right.length) return walkedBack(history, left.length, right.length);
    }
    steps += reached.size;
    if (steps > mostSteps) return undefined;
  }
  return [];
}

function nextX(reached: ReadonlyMap<number, number>, diagonal: number, edits: number): number {
  const below = reached.get(diagonal + 1) ?? -1;
  const before = reached.get(diagonal - 1) ?? -1;
  return diagonal === -edits || (diagonal !== edits && before < below) ? below : before + 1;
}

function walkedBack(history: readonly ReadonlyMap<number, number>[], width: number, height: number): Edit[] {
  const path: Edit[] = [];
  let [x, y] = [width, height];
  for (let edits = history.length - 1; edits >= 0; edits--) {
    const reached = history[edits] ?? new Map<number, number>();
    const diagonal = x - y;
    const down =
      diagonal === -edits ||
      (diagonal !== edits && (reached.get(diagonal - 1) ?? -1) < (reached.get(diagonal + 1) ?? -1));
    const previous = down ? diagonal + 1 : diagonal - 1;
    const previousX = reached.get(previous) ?? 0;
    while (x > previousX && y > previousX - previous && x > 0 && y > 0) {
      path.push("keep");
      x--;
      y--;
    }
    if (edits > 0) path.push(down ? "insert" : "delete");
    [x, y] = [previousX, previousX - previous];
  }
  return path.toReversed();
}

function gathered(path: readonly Edit[]): Change[] {
  const changes: Change[] = [];
  let [x, y] = [0, 0];
  for (let at = 0; at < path.length; at++) {
    if (path[at] === "keep") {
      x++;
      y++;
      continue;
    }
    const [fromX, fromY] = [x, y];
    for (; at < path.length && path[at] !== "keep"; at++) {
      if (path[at] === "delete") x++;
      else y++;
    }
    at--;
    changes.push({ left: [fromX, x], right: [fromY, y] });
  }
  return changes;
}
