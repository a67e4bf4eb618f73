/**
 * A regular expression of Go (RE2) as one of JavaScript. Leading flags, named groups, text anchors and POSIX classes are
 * written differently; the rest of what both know is the same. Throws SyntaxError on what JavaScript cannot read.
 */
export function goPattern(pattern: string): RegExp {
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
    // Escapes of harmless characters (`\-`, `\_`) are errors only in Unicode mode.
    return new RegExp(source, flags);
  }
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
