/** How a pattern's `*` reaches: as far as it can, or as little as it must. */
type Reach = "longest" | "shortest";

const cacheLimit = 500;
const cache = new Map<string, RegExp | undefined>();

/** Makes text match only itself. */
export function escapePattern(text: string): string {
  return /[*?[\]\\!+@()|^-]/.test(text) ? text.replace(/[*?[\]\\!+@()|^-]/g, "\\$&") : text;
}

export function hasWildcards(pattern: string): boolean {
  return /[*?[]|[!+@]\(/.test(pattern);
}

/** What a pattern without wildcards matches: backslashes gone. */
export function unescapePattern(pattern: string): string {
  return pattern.includes("\\") ? pattern.replace(/\\(.)/gs, "$1") : pattern;
}

export function matchesPattern(pattern: string, text: string, options: PatternOptions = {}): boolean {
  if (!pattern.includes("\\") && !hasWildcards(pattern) && !options.ignoreCase) return pattern === text;
  const expression = compiled(`^(?:${expressionSource(pattern, "longest", options.extended)})$`, options.ignoreCase);
  return expression?.test(text) ?? unescapePattern(pattern) === text;
}

export interface PatternOptions {
  /** Bash's `@(a|b)` and its kin. */
  readonly extended?: boolean;
  readonly ignoreCase?: boolean;
}

/** `${text#pattern}` and `${text##pattern}`. */
export function withoutPrefix(text: string, pattern: string, reach: Reach): string {
  const match = compiled(`^(?:${expressionSource(pattern, reach, true)})`)?.exec(text);
  return match ? text.slice(match[0].length) : text;
}

/** `${text%pattern}` and `${text%%pattern}`. */
export function withoutSuffix(text: string, pattern: string, reach: Reach): string {
  const before = reach === "longest" ? "[^]*?" : "[^]*";
  const match = compiled(`^(${before})(?:${expressionSource(pattern, "longest", true)})$`)?.exec(text);
  return match ? (match[1] ?? "") : text;
}

/** A global expression for `${text/pattern/…}`; `anchor` as in `/#` and `/%`. */
export function searchExpression(pattern: string, anchor: "start" | "end" | undefined): RegExp | undefined {
  const source = `(?:${expressionSource(pattern, "longest", true)})`;
  if (anchor === "start") return compiled(`^${source}`);
  return compiled(anchor === "end" ? `${source}$` : source);
}

function compiled(source: string, ignoreCase = false): RegExp | undefined {
  const key = ignoreCase ? `i${source}` : source;
  if (cache.has(key)) return cache.get(key);
  let expression: RegExp | undefined;
  try {
    expression = new RegExp(source, ignoreCase ? "sui" : "su");
  } catch {
    // A range such as [z-a] matches nothing but itself.
  }
  if (cache.size >= cacheLimit) cache.clear();
  cache.set(key, expression);
  return expression;
}

function expressionSource(pattern: string, reach: Reach, extended = false): string {
  const lazy = reach === "shortest" ? "?" : "";
  let out = "";
  let at = 0;
  while (at < pattern.length) {
    const character = pattern[at] ?? "";
    const group = extended ? extendedGroup(pattern, at) : undefined;
    if (group) {
      out += groupSource(character, group.body, reach);
      at = group.end;
    } else if (character === "[") {
      const bracket = bracketSource(pattern, at);
      out += bracket?.source ?? "\\[";
      at = bracket?.end ?? at + 1;
    } else if (character === "\\" && at + 1 < pattern.length) {
      out += literalSource(characterAt(pattern, at + 1));
      at += 1 + characterAt(pattern, at + 1).length;
    } else {
      const whole = characterAt(pattern, at);
      out += character === "*" ? `.*${lazy}` : character === "?" ? "." : literalSource(whole);
      at += whole.length;
    }
  }
  return out;
}

function characterAt(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at) ?? 0);
}

function literalSource(character: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character;
}

const classes: Readonly<Record<string, string>> = {
  alpha: "A-Za-z",
  digit: "0-9",
  alnum: "A-Za-z0-9",
  upper: "A-Z",
  lower: "a-z",
  space: " \\t\\n\\v\\f\\r",
  blank: " \\t",
  punct: "!-\\/:-@\\[-`\\{-~",
  print: " -~",
  graph: "!-~",
  cntrl: "\\x00-\\x1f\\x7f",
  xdigit: "0-9A-Fa-f",
};

/** A bracket expression from its `[` on; undefined when it is not closed: then `[` is itself. */
function bracketSource(pattern: string, start: number): { source: string; end: number } | undefined {
  let at = start + 1;
  const negated = pattern[at] === "!" || pattern[at] === "^";
  if (negated) at++;
  let body = "";
  for (let first = true; at < pattern.length; first = false) {
    const character = pattern[at] ?? "";
    if (character === "]" && !first) return { source: `[${negated ? "^" : ""}${body}]`, end: at + 1 };
    const named = /^\[:(\w+):\]/.exec(pattern.slice(at));
    if (named) {
      body += classes[named[1] ?? ""] ?? "";
      at += named[0].length;
      continue;
    }
    const escaped = character === "\\" && at + 1 < pattern.length;
    const whole = characterAt(pattern, escaped ? at + 1 : at);
    body += whole === "-" && !escaped ? "-" : whole.replace(/[\\\]^[-]/, "\\$&");
    at += whole.length + (escaped ? 1 : 0);
  }
  return undefined;
}

function extendedGroup(pattern: string, at: number): { body: string; end: number } | undefined {
  if (!/[?*+@!]/.test(pattern[at] ?? "") || pattern[at + 1] !== "(") return undefined;
  let depth = 0;
  for (let end = at + 1; end < pattern.length; end++) {
    if (pattern[end] === "\\") end++;
    else if (pattern[end] === "(") depth++;
    else if (pattern[end] === ")" && --depth === 0) return { body: pattern.slice(at + 2, end), end: end + 1 };
  }
  return undefined;
}

function groupSource(operator: string, body: string, reach: Reach): string {
  const choices = splitChoices(body).map((choice) => expressionSource(choice, reach, true));
  const group = `(?:${choices.join("|")})`;
  if (operator === "!") return `(?:(?!${group}$).*)`;
  return operator === "@" ? group : `${group}${operator}`;
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
