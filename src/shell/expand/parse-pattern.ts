import type { GlobItem } from "./glob.ts";

const any: GlobItem = { kind: "one", accepts: () => true };
const run: GlobItem = { kind: "run" };

/** Reads a shell pattern; with `extended` also bash's `@(a|b)` and its kin. */
export function parsePattern(pattern: string, extended: boolean): readonly GlobItem[] {
  const items: GlobItem[] = [];
  for (let at = 0; at < pattern.length;) {
    const character = pattern[at] ?? "";
    const group = extended ? groupAt(pattern, at) : undefined;
    const bracket = character === "[" ? bracketAt(pattern, at) : undefined;
    if (group) {
      const choices = splitChoices(group.body).map((choice) => parsePattern(choice, true));
      items.push({ kind: "group", operator: character, choices });
      at = group.end;
    } else if (bracket) {
      items.push(bracket.item);
      at = bracket.end;
    } else if (character === "*") {
      if (items.at(-1) !== run) items.push(run);
      at++;
    } else if (character === "?") {
      items.push(any);
      at++;
    } else {
      const escaped = character === "\\" && at + 1 < pattern.length;
      const whole = characterAt(pattern, escaped ? at + 1 : at);
      items.push({ kind: "one", accepts: (other) => other === whole });
      at += whole.length + (escaped ? 1 : 0);
    }
  }
  return items;
}

function characterAt(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at) ?? 0);
}

const classes: Readonly<Record<string, RegExp>> = {
  alpha: /^[A-Za-z]$/,
  digit: /^\d$/,
  alnum: /^[A-Za-z0-9]$/,
  upper: /^[A-Z]$/,
  lower: /^[a-z]$/,
  space: /^[ \t\n\v\f\r]$/,
  blank: /^[ \t]$/,
  punct: /^[!-/:-@[-`{-~]$/,
  print: /^[ -~]$/,
  graph: /^[!-~]$/,
  cntrl: /^\p{Cc}$/u,
  xdigit: /^[0-9A-Fa-f]$/,
  word: /^\w$/,
};

/** A bracket expression from its `[` on; undefined when it is not closed: then `[` is itself. */
function bracketAt(pattern: string, start: number): { item: GlobItem; end: number } | undefined {
  let at = start + 1;
  const negated = pattern[at] === "!" || pattern[at] === "^";
  if (negated) at++;
  const tests: ((character: string) => boolean)[] = [];
  for (let first = true; at < pattern.length; first = false) {
    if (pattern[at] === "]" && !first) {
      const accepts = (character: string) => tests.some((test) => test(character)) !== negated;
      return { item: { kind: "one", accepts }, end: at + 1 };
    }
    const named = /^\[:(\w+):\]/.exec(pattern.slice(at, at + 16));
    const known = named && classes[named[1] ?? ""];
    if (named) {
      if (known) tests.push((character) => known.test(character));
      at += named[0].length;
      continue;
    }
    const from = memberAt(pattern, at);
    const to =
      pattern[from.end] === "-" && (pattern[from.end + 1] ?? "]") !== "]" ? memberAt(pattern, from.end + 1) : from;
    tests.push((character) => character >= from.text && character <= to.text);
    at = to.end;
  }
  return undefined;
}

function memberAt(pattern: string, at: number): { readonly text: string; readonly end: number } {
  const start = pattern[at] === "\\" && at + 1 < pattern.length ? at + 1 : at;
  const text = characterAt(pattern, start);
  return { text, end: start + text.length };
}

function groupAt(pattern: string, at: number): { body: string; end: number } | undefined {
  if (!/[?*+@!]/.test(pattern[at] ?? "") || pattern[at + 1] !== "(") return undefined;
  let depth = 0;
  for (let end = at + 1; end < pattern.length; end++) {
    if (pattern[end] === "\\") end++;
    else if (pattern[end] === "(") depth++;
    else if (pattern[end] === ")" && --depth === 0) return { body: pattern.slice(at + 2, end), end: end + 1 };
  }
  return undefined;
}

function splitChoices(body: string): string[] {
  const choices = [""];
  let depth = 0;
  for (let at = 0; at < body.length; at++) {
    const character = body[at] ?? "";
    if (character === "(") depth++;
    if (character === ")") depth--;
    if (character === "|" && depth === 0) choices.push("");
    else choices[choices.length - 1] += character === "\\" ? `\\${body[++at] ?? ""}` : character;
  }
  return choices;
}
