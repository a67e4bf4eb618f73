import { describe, expect, test } from "vitest";

import { evaluateTemplate, follow, parsePathExpression, parseTemplate } from "../../src/kubectl/printers/json-path.ts";

const object = {
  kind: "ConfigMap",
  metadata: { name: "x", labels: { "app.io/name": "web" } },
  data: { "a.b": "1" },
  list: [{ name: "a", v: 1, f: 1.5 }, { name: "b", v: 2, deep: { x: [1, 2, 3] } }, { name: "c" }],
};

describe("a jsonpath template", () => {
  test.each([
    ["{.metadata.name}", "x"],
    [".metadata.name", ".metadata.name"],
    ["name: {.metadata.name}!", "name: x!"],
    ["{.list[*].name}", "a b c"],
    ["{.list[0]}", '{"f":1.5,"name":"a","v":1}'],
    ["{.list[-1].name}", "c"],
    ["{.list[0:2].name}", "a b"],
    ["{.list[0:3:2].name}", "a c"],
    ["{.list[0,2].name}", "a c"],
    ["{.list[?(@.v>1)].name}", "b"],
    ['{.list[?(@.name=="a")].v}', "1"],
    ["{.list[?(@.deep)].name}", "b"],
    [String.raw`{.data.a\.b}`, "1"],
    [String.raw`{.data['a\.b']}`, "1"],
    [String.raw`{.metadata.labels.app\.io/name}`, "web"],
    ["{.metadata['name', 'nope']}", "x"],
    ["{..x}", "[1,2,3]"],
    ["{.nope}", ""],
    ["{range .list[*]}{.name}{'='}{.v}{';'}{end}", "a=1;b=2;c=;"],
    ["{range .list[*]}{.name}", "abc"],
    ["{$.kind} {@.kind}", "ConfigMap ConfigMap"],
  ])("%s makes %j", (template, expected) => {
    expect(evaluateTemplate(parseTemplate(template), object)).toBe(expected);
  });

  test.each([
    ["{.metadata.name", "error parsing jsonpath {.metadata.name, unclosed action"],
    ["{.list[a]}", "error parsing jsonpath {.list[a]}, invalid array index a"],
    ["{end}", "error parsing jsonpath {end}, not in range, nothing to end"],
    ['{.list[?(@.name=~"a")]}', "unrecognized character in action: U+007E '~'"],
    ["{.list[5].name}", "array index out of bounds: index 5, length 3"],
  ])("%s is refused", (template, message) => {
    expect(() => evaluateTemplate(parseTemplate(template), object)).toThrow(message);
  });

  test("of columns needs neither braces nor its first dot", () => {
    for (const path of ["metadata.name", ".metadata.name", "{.metadata.name}"]) {
      expect(follow(parsePathExpression(path), object)).toEqual(["x"]);
    }
  });
});
