import { expect, test } from "vitest";

import { yamlDuplicates } from "../../src/api/yaml-duplicates.ts";
import { parseYaml, parseYamlDocuments, YamlError } from "../../src/api/yaml.ts";

test.each([
  ["yes", true],
  ["on", true],
  ["Y", true],
  ["n", false],
  ["tRue", "tRue"],
  ["010", 8],
  ["0o17", 15],
  ["0x1F", 31],
  ["0b101", 5],
  ["-0b11", -3],
  ["1_000", 1000],
  ["09", 9],
  ["-012", -10],
  ["08.5", 8.5],
  ["1e3", 1000],
  ["1.", 1],
  [".5", 0.5],
  ["+.5", 0.5],
  ["1_0.5", 10.5],
  ["1:30", "1:30"],
  ["0x", "0x"],
  ["_1", "_1"],
  ["1e400", "1e400"],
  ["2024-01-02", "2024-01-02"],
  ["2024-01-02T03:04:05Z", "2024-01-02T03:04:05Z"],
  ["~", null],
  ["", null],
  ["!!str 010", "010"],
  ['!!int "3"', 3],
  ["!!binary aGk=", "hi"],
  ["!!bool yes", true],
  ["!own x", "x"],
  ["=", "="],
  ["'yes'", "yes"],
])("the scalar %j is read as %j", (text, value) => {
  expect(parseYaml(`v: ${text}\n`)).toEqual({ v: value });
});

test("keys become strings, merges are taken in and the last of equal keys holds", () => {
  expect(parseYaml("yes: 1\n010: a\n1.5: b\n")).toEqual({ true: 1, 8: "a", 1.5: "b" });
  expect(parseYaml("a: &x {b: 1}\nc:\n  <<: *x\n  d: 2\n")).toEqual({ a: { b: 1 }, c: { b: 1, d: 2 } });
  expect(parseYaml("a: 1\na: 2\n")).toEqual({ a: 2 });
});

test.each([
  ["a: b: c\n", "yaml: line 5: mapping values are not allowed in this context"],
  ["data:\n  a: b\n c: d\n", "yaml: line 6: did not find expected key"],
  ["data:\n\ta: b\n", "yaml: line 6: found character that cannot start any token"],
  ["data:\n  a: b\n\tb: c\n", "yaml: line 7: found a tab character that violates indentation"],
  ["data:\n  \ta: b\n", "yaml: line 6: found character that cannot start any token"],
  ["data: @x\n", "yaml: line 5: found character that cannot start any token"],
  ["data: [a, b\n", "yaml: line 5: did not find expected ',' or ']'"],
  ["data: [a: {b]\n", "yaml: line 4: did not find expected ',' or '}'"],
  ["data: ]\n", "yaml: line 4: did not find expected node content"],
  ["data: 'abc\n", "yaml: line 6: found unexpected end of stream"],
  ['spec:\n  a: "b\n  c: d\n', "yaml: line 8: found unexpected end of stream"],
  [String.raw`data: "a\qb"`, "yaml: line 5: found unknown escape character"],
  ["data: *x\n", "yaml: unknown anchor 'x' referenced"],
  ["foo\nbar: x\n", "yaml: line 6: could not find expected ':'"],
  ["data:\n  key: value\n  other value\n", "yaml: line 8: could not find expected ':'"],
  ["data:\n  - a\n  b: c\n", "yaml: line 6: did not find expected '-' indicator"],
  ["data: - a\n", "yaml: line 5: block sequence entries are not allowed in this context"],
  ["data: |x\n  a\n", "yaml: line 5: did not find expected comment or line break"],
  ["spec:\n  containers:\n  - name: a\n   image: b\n", "yaml: line 7: did not find expected key"],
  ["a: {{ .Values.x }}\n", 'yaml: invalid map key: map[interface {}]interface {}{".Values.x":interface {}(nil)}'],
  ["a: .inf\n", "json: unsupported value: +Inf"],
])("the mistake in %j is told as Go's parser tells it", (text, problem) => {
  const parse = (): unknown => parseYaml(`apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n${text}`);
  expect(parse).toThrow(new YamlError(problem));
});

test("a file is cut at its separators, and what is empty is left out", () => {
  const text = "---\na: 1\n---\n# nothing\n--- \nb: 2\n---\n";
  expect(parseYamlDocuments(text)).toEqual([{ a: 1 }, { b: 2 }]);
  expect(() => parseYamlDocuments("a: 1\n---\nx: 1\nb: c: d\n")).toThrow("yaml: line 2: mapping values");
  expect(parseYamlDocuments('{"a": [1, 2]}')).toEqual([{ a: [1, 2] }]);
});

test("keys that stand twice are found with their line", () => {
  const text = "a: 1\nlist:\n- x: 1\n  y: 2\n- x: 1\n  x: 3\na:\n  b: 1\n";
  expect(yamlDuplicates(text)).toEqual(['line 6: key "x" already set in map', 'line 7: key "a" already set in map']);
});
