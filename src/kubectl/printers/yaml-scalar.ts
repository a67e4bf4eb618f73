export type ScalarStyle = "plain" | "single" | "double" | "literal";

/** How a string is written so that it is read back as a string, and as kubectl chooses it. */
export function scalarStyle(text: string, isKey = false): ScalarStyle {
  const isOdd = /(?: \n)/u.test(text) || [...text].some((letter) => !isPrintable(letter));
  if (text.includes("\n")) return isKey || isOdd || text.endsWith(" ") ? "double" : "literal";
  if (isOdd || !readsAsString(text)) return "double";
  return standsPlain(text) ? "plain" : "single";
}

/** As Go's emitter sees it: nothing beyond the first plane. */
export function isPrintable(letter: string): boolean {
  return /^[\n\u0020-\u007E\u00A0-\uD7FF\uE000-\uFEFE\uFF00-\uFFFD]$/u.test(letter);
}

/** The first line of a literal block, with its hints, and the lines below. */
export function literalHead(text: string): { head: string; lines: readonly string[] } {
  const lines = text.split("\n");
  const indent = /^[ \n]/u.test(text) ? "2" : "";
  if (!text.endsWith("\n")) return { head: `|${indent}-`, lines };
  lines.pop();
  const keep = text === "\n" || text.endsWith("\n\n") ? "+" : "";
  return { head: `|${indent}${keep}`, lines };
}

function standsPlain(text: string): boolean {
  if (/^[ ]|[ ]$/u.test(text) || /^(?:---|\.\.\.)/u.test(text)) return false;
  if (/^[#,[\]{}&*!|>'"%@`]/u.test(text) || /^[?-](?:[ \t]|$)/u.test(text)) return false;
  return !/:(?:[ \t]|$)/u.test(text) && !/[ \t]#/u.test(text);
}

const words = new Set(
  [
    "",
    "~",
    "null",
    "Null",
    "NULL",
    ...["y", "n", "yes", "no", "on", "off", "true", "false"].flatMap((word) => casesOf(word)),
  ].concat(
    [".inf", ".Inf", ".INF"].flatMap((word) => [word, `+${word}`, `-${word}`]),
    [".nan", ".NaN", ".NAN"],
  ),
);

const numberPatterns = [
  /^[-+]?(?:0|[1-9]\d*)$/u,
  /^[-+]?0[xX][\da-fA-F]+$/u,
  /^[-+]?0[bB][01]+$/u,
  /^[-+]?0[oO]?[0-7]+$/u,
  /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/u,
];
const base60 = /^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$/u;
const date = /^\d{4}-\d{1,2}-\d{1,2}(?:(?:[Tt]|\s)\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?(?:Z|[-+]\d{2}:\d{2})?)?$/u;

/** Whether a YAML 1.1 reader takes it for a string when it stands without quotes. */
function readsAsString(text: string): boolean {
  if (words.has(text)) return false;
  const plain = /^[-+\d]/u.test(text) ? text.replaceAll("_", "") : text;
  return !numberPatterns.some((pattern) => pattern.test(plain)) && !base60.test(text) && !date.test(text);
}

function casesOf(word: string): string[] {
  return [word, word.charAt(0).toUpperCase() + word.slice(1), word.toUpperCase()];
}
