import { describe, expect, test } from "vitest";

import { sortedJson } from "../../src/kubectl/printers/go-json.ts";
import { executeGoTemplate } from "../../src/kubectl/printers/go-template.ts";
import { describeStops, tableStops, tabulate } from "../../src/kubectl/printers/tabulate.ts";
import { goYaml } from "../../src/kubectl/printers/yaml.ts";

describe("YAML is written as kubectl writes it:", () => {
  test.each([
    ["yes", '"yes"'],
    ["1", '"1"'],
    ["0x1f", '"0x1f"'],
    ["1e3", '"1e3"'],
    ["1:20", '"1:20"'],
    ["2001-01-01", '"2001-01-01"'],
    ["10.0.0.1", "10.0.0.1"],
    ["a: b", "'a: b'"],
    ["it's #1", "'it''s #1'"],
    ["#c", "'#c'"],
    ["it's", "it's"],
    ["", '""'],
    ["\ttab", String.raw`"\ttab"`],
    ["é☺😀", String.raw`"é☺\U0001F600"`],
    ["a\nb", "|-\n  a\n  b"],
    ["a\nb\n", "|\n  a\n  b"],
    ["a\n\n", "|+\n  a\n"],
    [" a\nb", "|2-\n   a\n  b"],
    ["a \nb", String.raw`"a \nb"`],
  ])("%j", (text, expected) => {
    expect(goYaml({ k: text })).toBe(`k: ${expected}\n`);
  });

  test("long lines are folded at a blank behind the eightieth letter", () => {
    const [head, ...more] = goYaml({ k: "word ".repeat(20).trim() }).split("\n");
    expect(head?.length).toBeGreaterThan(80);
    expect(more).toEqual(["  word word word word", ""]);
  });

  test("sequences stand under their key, keys in natural order, empty collections in brackets", () => {
    const value = { b: [{ z: 1, a: [[1], []] }], a10: {}, a2: null };
    expect(goYaml(value)).toBe("a2: null\na10: {}\nb:\n- a:\n  - - 1\n  - []\n  z: 1\n");
  });
});

test("JSON has its keys in order and what HTML would read escaped", () => {
  expect(sortedJson({ b: "<&>", a: [] }, "    ")).toBe('{\n    "a": [],\n    "b": "\\u003c\\u0026\\u003e"\n}');
});

test("tables are three blanks apart and no column is narrower than six", () => {
  expect(tabulate("A\tNAME\tZ\n1\tlonger\t\n", tableStops)).toBe("A     NAME     Z\n1     longer   \n");
});

test("only lines that touch share their columns", () => {
  const text = "Name:\tx\nLabels:\ta=b\n\tc=d\nplain\nA:\ty\n";
  expect(tabulate(text, describeStops)).toBe("Name:    x\nLabels:  a=b\n         c=d\nplain\nA:  y\n");
});

describe("a Go template", () => {
  const object = { metadata: { name: "x", labels: { b: "2", a: "1" } }, list: [{ n: 1 }, { n: 2 }], s: "YQ==" };

  test.each([
    ['{{.metadata.name}}{{"\\n"}}', "x\n"],
    ["{{.metadata.labels}} {{.nope}}", "map[a:1 b:2] <no value>"],
    ["{{range $i, $e := .list}}{{$i}}:{{$e.n}},{{end}}", "0:1,1:2,"],
    ["{{range .none}}x{{else}}y{{end}}", "y"],
    ["{{if and .metadata (eq .metadata.name `x`)}}a{{else if .no}}b{{else}}c{{end}}", "a"],
    ["{{with .metadata}}{{.name}}{{end}}{{/* no */}}", "x"],
    ["{{ (index .list 1).n }} {{len .list}} {{.s | base64decode}}", "2 2 a"],
    ['{{printf "%s-%d" .metadata.name 3}}', "x-3"],
    ['a  {{- " b " -}}  c', "a b c"],
    ["{{$x := 1}}{{range .list}}{{$x = .n}}{{end}}{{$x}}", "2"],
  ])("%s makes %j", (template, expected) => {
    expect(executeGoTemplate(template, object)).toBe(expected);
  });

  test.each([
    ["{{.a", "error parsing template {{.a, template: output:1: unclosed action"],
    ["{{foo}}", 'error parsing template {{foo}}, template: output:1: function "foo" not defined'],
    ["{{.list.foo}}", 'executing "output" at <.list.foo>: can\'t evaluate field foo in type interface {}'],
  ])("%s is refused", (template, message) => {
    expect(() => executeGoTemplate(template, object)).toThrow(message);
  });
});
