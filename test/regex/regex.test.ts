import { expect, test } from "vitest";

import { compileRegex } from "../../src/regex/regex.ts";
import { RegexError } from "../../src/regex/syntax.ts";

test.each([
  ["a|ab|abc", "xabcd", "abc"],
  ["(a|ab)(c|bcd)(d*)", "abcd", "abcd"],
  ["a*(ab)?", "aab", "aab"],
  ["x*", "aaa", ""],
  ["(^|b)a", "cba", "ba"],
  ["[[:upper:]][[:digit:]]+", "aB12c", "B12"],
  ["[]a-]+", "x]a-y", "]a-"],
  ["[^[:space:]]+", " ab c", "ab"],
  [raw("\\<b\\w+"), "abc bcd", "bcd"],
  ["a{2,3}", "aaaa", "aaa"],
  ["a{,2}b", "aaab", "aab"],
  ["a{x", "a{x", "a{x"],
  [raw("\\.\\*"), "a.*b", ".*"],
  ["é.", "caféé!", "éé"],
  [".", "😀", "😀"],
])("%s finds in %s the leftmost longest: %s", (pattern, text, found) => {
  const match = compileRegex(pattern, { extended: true }).exec(text);
  expect(match?.groups[0]).toBe(found);
});

test.each([
  ["a\\{2\\}", "aaa", "aa"],
  ["\\(ab\\)*c", "ababc", "ababc"],
  ["*a", "b*a", "*a"],
  ["a+b", "aab a+b", "a+b"],
  ["a\\|b", "cb", "b"],
  ["\\(.\\)\\1", "abccd", "cc"],
  ["^*a", "*a", "*a"],
  ["a$b", "a$b", "a$b"],
])("basic: %s finds in %s %s", (pattern, text, found) => {
  expect(compileRegex(pattern, { extended: false }).exec(text)?.groups[0]).toBe(found);
});

test.each([
  ["[", "Missing ']'"],
  ["(", "Missing ')'"],
  ["[[:foo:]]", "Unknown character class name"],
  ["[b-a]", "Invalid character range"],
  ["a{3,2}", "Invalid contents of {}"],
  ["\\", "Trailing backslash"],
  ["\\1", "Invalid back reference"],
])("%s is refused: %s", (pattern, message) => {
  expect(() => compileRegex(pattern, { extended: true })).toThrow(new RegexError(message));
});

test("groups of the longest match are told", () => {
  const match = compileRegex("(a*)(b|bc)(c?)", { extended: true }).exec("xaabc", 1);
  expect(match).toEqual({ start: 1, end: 5, groups: ["aabc", "aa", "b", "c"] });
});

test("letters of either case are alike when asked", () => {
  expect(compileRegex("straße|ÉA", { extended: true, ignoreCase: true }).test("éa")).toBe(true);
});

function raw(text: string): string {
  return text;
}
