/** A POSIX regular expression, read. */
export type Node =
  | { readonly kind: "set"; readonly negated: boolean; readonly ranges: readonly Range[] }
  | { readonly kind: "assertion"; readonly what: Assertion }
  | { readonly kind: "group"; readonly index: number; readonly body: Node }
  | { readonly kind: "reference"; readonly index: number }
  | { readonly kind: "sequence"; readonly items: readonly Node[] }
  | { readonly kind: "choice"; readonly branches: readonly Node[] }
  | { readonly kind: "repeat"; readonly body: Node; readonly min: number; readonly max: number };

/** Code points, both ends included. */
export type Range = readonly [from: number, to: number];

export type Assertion = "start" | "end" | "text-start" | "text-end" | "word-start" | "word-end" | "boundary" | "inside";

/** In musl's words to glibc's. */
const glibcWords: Readonly<Record<string, string>> = {
  "Missing ']'": "Unmatched [, [^, [:, [., or [=",
  "Missing ')'": String.raw`Unmatched ( or \(`,
  "Missing '}'": String.raw`Unmatched \{`,
  "Invalid contents of {}": String.raw`Invalid content of \{\}`,
  "Invalid character range": "Invalid range end",
  "Unknown character class name": "Invalid character class name",
  "Repetition not preceded by valid expression": "Invalid preceding regular expression",
  "Out of memory": "Memory exhausted",
};

/** The pattern is wrong; the message is what musl's regerror(3) says. */
export class RegexError extends Error {
  /** What glibc's says. */
  readonly glibc: string;

  constructor(musl: string) {
    super(musl);
    this.glibc = glibcWords[musl] ?? musl;
  }
}

export const anything: readonly Range[] = [[0, 0x10ffff]];

export function literal(character: string): Node {
  const code = character.codePointAt(0) ?? 0;
  return { kind: "set", negated: false, ranges: [[code, code]] };
}

const digits: readonly Range[] = [[48, 57]];
const spaces: readonly Range[] = [
  [9, 13],
  [32, 32],
];
const upper: readonly Range[] = [
  [65, 90],
  [0xc0, 0xd6],
  [0xd8, 0xde],
];
const lower: readonly Range[] = [
  [97, 122],
  [0xdf, 0xf6],
  [0xf8, 0xff],
];
const letters: readonly Range[] = [...upper, ...lower, [0x100, 0x2af], [0x370, 0x1fff], [0x3040, 0xd7ff]];

/** `[:name:]`. */
export const namedClasses: Readonly<Record<string, readonly Range[]>> = {
  alpha: letters,
  digit: digits,
  alnum: [...digits, ...letters],
  upper,
  lower,
  space: spaces,
  blank: [
    [9, 9],
    [32, 32],
  ],
  punct: [
    [33, 47],
    [58, 64],
    [91, 96],
    [123, 126],
  ],
  print: [
    [32, 126],
    [160, 0x10ffff],
  ],
  graph: [
    [33, 126],
    [161, 0x10ffff],
  ],
  cntrl: [
    [0, 31],
    [127, 127],
  ],
  xdigit: [...digits, [65, 70], [97, 102]],
};

export const wordRanges: readonly Range[] = [...digits, ...letters, [95, 95]];

/** `\w`, `\S` and the like, and the characters an escape stands for. */
export const escapes: Readonly<Record<string, Node>> = {
  w: { kind: "set", negated: false, ranges: wordRanges },
  W: { kind: "set", negated: true, ranges: wordRanges },
  s: { kind: "set", negated: false, ranges: spaces },
  S: { kind: "set", negated: true, ranges: spaces },
  d: { kind: "set", negated: false, ranges: digits },
  D: { kind: "set", negated: true, ranges: digits },
  b: { kind: "assertion", what: "boundary" },
  B: { kind: "assertion", what: "inside" },
  "<": { kind: "assertion", what: "word-start" },
  ">": { kind: "assertion", what: "word-end" },
  "`": { kind: "assertion", what: "text-start" },
  "'": { kind: "assertion", what: "text-end" },
  n: literal("\n"),
  t: literal("\t"),
  r: literal("\r"),
  f: literal("\f"),
  v: literal("\v"),
  a: literal("\u0007"),
  e: literal("\u001B"),
};
