import type { Regex } from "../../../regex/regex.ts";

/** Which lines a command is for. */
export type Address =
  | { readonly kind: "line"; readonly number: number }
  | { readonly kind: "last" }
  /** undefined: the regular expression last used. */
  | { readonly kind: "regex"; readonly regex: Regex | undefined }
  | { readonly kind: "step"; readonly first: number; readonly step: number }
  /** Ends of ranges: so many lines more, and up to the next multiple. */
  | { readonly kind: "more"; readonly count: number }
  | { readonly kind: "multiple"; readonly of: number };

/** A piece of what `s` puts in. */
export type Piece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "group"; readonly index: number }
  | { readonly kind: "case"; readonly mode: "U" | "L" | "u" | "l" | "E" };

export interface Substitution {
  readonly regex: Regex | undefined;
  readonly replacement: readonly Piece[];
  /** From which match on. */
  readonly from: number;
  readonly all: boolean;
  readonly print: boolean;
  readonly file: string | undefined;
}

export interface Command {
  readonly from: Address | undefined;
  readonly to: Address | undefined;
  readonly negated: boolean;
  readonly action: Action;
}

/** Jumps are indexes of commands. */
export type Action =
  | { readonly kind: "block"; end: number }
  | { readonly kind: "branch"; readonly when: "b" | "t" | "T"; readonly label: string; target: number }
  | { readonly kind: "text"; readonly where: "a" | "i" | "c"; readonly text: string }
  | { readonly kind: "read"; readonly file: string }
  | { readonly kind: "write"; readonly file: string; readonly firstLine: boolean }
  | { readonly kind: "substitute"; readonly substitution: Substitution }
  | { readonly kind: "transliterate"; readonly map: ReadonlyMap<string, string> }
  | { readonly kind: "quit"; readonly print: boolean; readonly exitCode: number }
  | { readonly kind: "simple"; readonly letter: string };
