import { type Assertion, type Node, type Range, wordRanges } from "./syntax.ts";

const word = ranges(wordRanges);

const assertions: Readonly<Record<Assertion, string>> = {
  start: "^",
  end: "$",
  "text-start": "(?<![^])",
  "text-end": "(?![^])",
  "word-start": `(?<![${word}])(?=[${word}])`,
  "word-end": `(?<=[${word}])(?![${word}])`,
  boundary: `(?:(?<![${word}])(?=[${word}])|(?<=[${word}])(?![${word}]))`,
  inside: `(?:(?<![${word}])(?![${word}])|(?<=[${word}])(?=[${word}]))`,
};

/** The same expression as JavaScript writes it. */
export function javascriptSource(node: Node): string {
  switch (node.kind) {
    case "set":
      return `[${node.negated ? "^" : ""}${ranges(node.ranges)}]`;
    case "assertion":
      return assertions[node.what];
    case "group":
      return `(${javascriptSource(node.body)})`;
    case "reference":
      return `\\${node.index}(?:)`;
    case "sequence":
      return node.items.map(javascriptSource).join("");
    case "choice":
      return `(?:${node.branches.map(javascriptSource).join("|")})`;
    default:
      return `(?:${javascriptSource(node.body)}){${node.min},${Number.isFinite(node.max) ? node.max : ""}}`;
  }
}

function ranges(all: readonly Range[]): string {
  return all.map(([from, to]) => (from === to ? unit(from) : `${unit(from)}-${unit(to)}`)).join("");
}

function unit(code: number): string {
  return `\\u{${code.toString(16)}}`;
}

/**
 * How many unbounded choices a backtracking matcher has: its time grows with the text's length to that power.
 * Infinite where a repeat holds a repeat.
 */
export function backtrackingDegree(node: Node): number {
  switch (node.kind) {
    case "set":
    case "assertion":
    case "reference":
      return 0;
    case "group":
      return backtrackingDegree(node.body);
    case "sequence":
      return sum(node.items);
    case "choice":
      return sum(node.branches);
    default:
      if (node.body.kind === "set") return node.max === node.min ? 0 : 1;
      return node.max <= 1 ? backtrackingDegree(node.body) + 1 : Number.POSITIVE_INFINITY;
  }
}

function sum(nodes: readonly Node[]): number {
  return nodes.reduce((degree, node) => degree + backtrackingDegree(node), 0);
}

/** Whether greedy matching also finds the longest match, which is the one POSIX asks for. */
export function isGreedyLongest(node: Node): boolean {
  switch (node.kind) {
    case "set":
    case "assertion":
      return true;
    case "group":
      return isGreedyLongest(node.body);
    case "sequence":
      return node.items.every(isGreedyLongest);
    case "repeat":
      return node.body.kind === "set";
    default:
      return false;
  }
}

export function hasReference(node: Node): boolean {
  switch (node.kind) {
    case "reference":
      return true;
    case "set":
    case "assertion":
      return false;
    case "group":
    case "repeat":
      return hasReference(node.body);
    case "sequence":
      return node.items.some(hasReference);
    default:
      return node.branches.some(hasReference);
  }
}
