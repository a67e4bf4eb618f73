import { expect, test } from "vitest";

import {
  formatLabels,
  formatLabelSelector,
  matchesLabels,
  matchesSelector,
  parseFieldSelector,
  parseLabelSelector,
} from "../../src/api/selectors.ts";
import type { ApiError } from "../../src/api/status.ts";

const labels = { app: "web", tier: "front", "example.com/size": "3", empty: "" };

test.each([
  ["", true],
  ["app=web", true],
  ["app==web", true],
  ["app = web , tier = front", true],
  ["app!=web", false],
  ["missing!=web", true],
  ["app", true],
  ["!app", false],
  ["! missing", true],
  ["tier in (back, front)", true],
  ["tier notin (back,front)", false],
  ["missing notin (a)", true],
  ["empty in ()", true],
  ["empty in (,a)", true],
  ["empty=", true],
  ["app=,tier", false],
  ["example.com/size>2", true],
  ["example.com/size<3", false],
  ["app>2", false],
  ["in in (in,notin),app", false],
])("%j picks the object: %s", (text, picked) => {
  expect(parseLabelSelector(text)(labels)).toBe(picked);
});

test.each([
  ["app in web", "unable to parse requirement: found 'web' expected: '('"],
  ["app=web=x", "found '=', expected: ',' or 'end of string'"],
  ["=web", "found '=', expected: !, identifier, or 'end of string'"],
  ["app,", "found '', expected: identifier after ','"],
  ["app web", "unable to parse requirement: found 'web', expected: in, notin, =, ==, !=, gt, lt"],
  ["app in (a b)", "unable to parse requirement: found 'b', expected: ',' or ')'"],
  ["app in (a", "unable to parse requirement: found '', expected: ',' or ')'"],
  ["!", "unable to parse requirement: found '', expected: identifier"],
  ["app==(", "unable to parse requirement: found '(', expected: identifier"],
  [
    "size>big",
    `unable to parse requirement: values[0]: Invalid value: "big": for 'Gt', 'Lt' operators, the value must be an integer`,
  ],
  [
    "app=a_",
    `unable to parse requirement: values[0][app]: Invalid value: "a_": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`,
  ],
  [
    "a_=b",
    `unable to parse requirement: <nil>: Invalid value: "a_": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
  ],
])("%j is refused: %s", (text, message) => {
  expect(() => parseLabelSelector(text)).toThrow(
    expect.objectContaining({ message, reason: "BadRequest" }) as ApiError,
  );
});

test("a selector object wants all of its labels and all of its expressions", () => {
  const size = { key: "example.com/size", operator: "Exists" };
  expect(matchesSelector({}, labels)).toBe(true);
  expect(matchesSelector({ matchLabels: { app: "web" }, matchExpressions: [size] }, labels)).toBe(true);
  expect(matchesSelector({ matchExpressions: [{ key: "app", operator: "NotIn", values: ["web"] }] }, labels)).toBe(
    false,
  );
  expect(matchesSelector({ matchExpressions: [{ key: "gone", operator: "DoesNotExist" }] }, labels)).toBe(true);
  expect(matchesSelector({ matchExpressions: [{ key: "app", operator: "Likes" }] }, labels)).toBe(false);
  expect(matchesLabels({ app: "web", tier: "back" }, labels)).toBe(false);
  expect(matchesLabels({ toString: "x" }, labels)).toBe(false);
});

test("selectors and labels are printed sorted by key", () => {
  const expressions = [
    { key: "b", operator: "In", values: ["y", "x"] },
    { key: "a", operator: "DoesNotExist" },
  ];
  expect(formatLabelSelector({ matchLabels: { c: "1" }, matchExpressions: expressions })).toBe("!a,b in (x,y),c=1");
  expect(formatLabelSelector({})).toBe("<none>");
  expect(formatLabelSelector({ matchExpressions: [{ key: "a", operator: "Likes" }] })).toBe("<error>");
  expect(formatLabels({ b: "2", a: "1" })).toBe("a=1,b=2");
  expect(formatLabels(undefined)).toBe("<none>");
});

test("a field selector is a list of terms with escapes", () => {
  expect(parseFieldSelector(String.raw`status.phase!=Running,metadata.name==a\,b\=c,spec.nodeName=`)).toEqual([
    { field: "status.phase", operator: "!=", value: "Running" },
    { field: "metadata.name", operator: "=", value: "a,b=c" },
    { field: "spec.nodeName", operator: "=", value: "" },
  ]);
});

test.each([
  ["nonsense", "invalid selector: 'nonsense'; can't understand 'nonsense'"],
  ["a=b=c", "invalid field selector: unescaped character in value: 61"],
  [String.raw`a=\x`, String.raw`invalid field selector: invalid escape sequence: \x`],
  ["a=b\\", "invalid field selector: invalid escape sequence: \\"],
])("the field selector %j is refused: %s", (text, message) => {
  expect(() => parseFieldSelector(text)).toThrow(
    expect.objectContaining({ message, reason: "BadRequest" }) as ApiError,
  );
});
