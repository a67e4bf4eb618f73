/**
 * A regular expression of Go (RE2) as one of JavaScript. Leading flags, named groups, text anchors and POSIX classes are
 * written differently; the rest of what both know is the same. Throws SyntaxError, in Go's words.
 */
export function goPattern(pattern: string): RegExp {
  const unknown = unknownIn(pattern);
  if (unknown !== undefined) throw new SyntaxError(`error parsing regexp: ${unknown}`);
  const [head = "", flags = ""] = /^\(\?([ims]+)\)/u.exec(pattern) ?? [];
  const source = pattern
    .slice(head.length)
    .replaceAll("(?P<", "(?<")
    .replaceAll(/\\A/gu, "^")
    .replaceAll(/\\z/gu, "$")
    .replaceAll(/\[:(\^?)(\w+):\]/gu, (all, not: string, name: string) => classes[not + name] ?? all);
  try {
    return new RegExp(source, `u${flags}`);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return inAnyMode(pattern, source, flags);
  }
}

/** Escapes of harmless characters (`\-`, `\_`) are errors only in Unicode mode. */
function inAnyMode(pattern: string, source: string, flags: string): RegExp {
  try {
    return new RegExp(source, flags);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new SyntaxError(`error parsing regexp: ${inGoWords(pattern, error.message)}`);
  }
}

/** What JavaScript knows and Go does not: assertions about what is around, and references back. */
function unknownIn(pattern: string): string | undefined {
  for (const [text, escaped, group] of pattern.matchAll(
    /\\(.)|\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]|(\(\?<?[=!])/gsu,
  )) {
    if (escaped !== undefined && /[1-9]/u.test(escaped)) return `invalid escape sequence: \`${text}\``;
    if (group === undefined) continue;
    return group.includes("<")
      ? `invalid named capture: \`${group}\``
      : `invalid or unsupported Perl syntax: \`${group}\``;
  }
  return undefined;
}

function inGoWords(pattern: string, problem: string): string {
  if (problem.endsWith("Nothing to repeat")) {
    const [operator = ""] = /(?<=^|[(|])[*+?]/u.exec(pattern) ?? /[*+?]{2,}/u.exec(pattern) ?? [];
    const what = operator.length > 1 ? "invalid nested repetition operator" : "missing argument to repetition operator";
    return `${what}: \`${operator}\``;
  }
  if (problem.endsWith("Unterminated character class"))
    return `missing closing ]: \`${pattern.slice(pattern.lastIndexOf("["))}\``;
  if (problem.endsWith("Unterminated group")) return `missing closing ): \`${pattern}\``;
  if (problem.endsWith("Unmatched ')'")) return `unexpected ): \`${pattern}\``;
  if (problem.endsWith("\\ at end of pattern")) return "trailing backslash at end of expression: ``";
  return problem;
}

const classes: Readonly<Record<string, string>> = {
  alnum: "0-9A-Za-z",
  alpha: "A-Za-z",
  ascii: String.raw`\x00-\x7F`,
  blank: String.raw`\t `,
  cntrl: String.raw`\x00-\x1F\x7F`,
  digit: "0-9",
  graph: "!-~",
  lower: "a-z",
  print: " -~",
  punct: String.raw`!-\/:-@\[-\`{-~`,
  space: String.raw`\t\n\v\f\r `,
  upper: "A-Z",
  word: "0-9A-Za-z_",
  xdigit: "0-9A-Fa-f",
};
