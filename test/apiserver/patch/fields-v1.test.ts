import { describe, expect, test } from "vitest";

import {
  difference,
  type FieldSet,
  intersection,
  parseFields,
  pathsOf,
  recursiveDifference,
  union,
} from "../../../src/apiserver/patch/fields-v1.ts";
import { printedPath } from "../../../src/apiserver/patch/path-element.ts";

const item: FieldSet = { 'k:{"name":"a"}': { ".": {}, "f:image": {}, "f:name": {} } };

describe("field sets", () => {
  test.each<[string, FieldSet, FieldSet, FieldSet]>([
    ["of different fields", { "f:a": {} }, { "f:b": {} }, { "f:a": {}, "f:b": {} }],
    ["sorted", { "f:b": {} }, { "f:a": {} }, { "f:a": {}, "f:b": {} }],
    ["of a field and what is in it", { "f:a": {} }, { "f:a": { "f:x": {} } }, { "f:a": { ".": {}, "f:x": {} } }],
    ["with the empty set", {}, { "f:a": {} }, { "f:a": {} }],
  ])("union %s", (_, a, b, expected) => {
    expect(JSON.stringify(union(a, b))).toBe(JSON.stringify(expected));
  });

  test.each<[string, FieldSet, FieldSet, FieldSet]>([
    ["takes out fields", { "f:a": {}, "f:b": {} }, { "f:a": {} }, { "f:b": {} }],
    ["keeps what is below", { "f:a": { ".": {}, "f:x": {} } }, { "f:a": {} }, { "f:a": { "f:x": {} } }],
    ["keeps the parent", { "f:a": { ".": {}, "f:x": {} } }, { "f:a": { "f:x": {} } }, { "f:a": {} }],
    ["leaves no empty parents", { "f:a": { "f:x": {} } }, { "f:a": { "f:x": {} } }, {}],
    ["ignores what is not there", { "f:a": {} }, { "f:b": {} }, { "f:a": {} }],
  ])("difference %s", (_, a, b, expected) => {
    expect(difference(a, b)).toEqual(expected);
  });

  test("recursive difference takes out what is below, too", () => {
    expect(recursiveDifference({ "f:a": item, "f:b": {} }, { "f:a": { 'k:{"name":"a"}': {} } })).toEqual({ "f:b": {} });
  });

  test.each<[string, FieldSet, FieldSet, FieldSet]>([
    ["members of both", { "f:a": {}, "f:b": {} }, { "f:b": {}, "f:c": {} }, { "f:b": {} }],
    ["no member for a mere parent", { "f:a": {} }, { "f:a": { "f:x": {} } }, {}],
    [
      "parents and children",
      item,
      { 'k:{"name":"a"}': { ".": {}, "f:image": {} } },
      { 'k:{"name":"a"}': { ".": {}, "f:image": {} } },
    ],
  ])("intersection: %s", (_, a, b, expected) => {
    expect(intersection(a, b)).toEqual(expected);
  });

  test("an operation that changes nothing gives its operand", () => {
    const set: FieldSet = { "f:a": item };
    expect(union(set, { "f:a": item })).toBe(set);
    expect(difference(set, { "f:b": {} })).toBe(set);
  });

  test("paths print as in error messages", () => {
    const set = parseFields({
      "f:ports": { 'k:{"containerPort":80,"protocol":"TCP"}': {}, 'v:"x"': {} },
      "f:a.b/c": {},
    });
    expect(pathsOf(set).map(printedPath)).toEqual([
      ".a.b/c",
      '.ports[containerPort=80,protocol="TCP"]',
      '.ports[="x"]',
    ]);
  });

  test.each<[unknown, string]>([
    [{ a: {} }, "unknown path element a"],
    [{ "f:a": 1 }, "a field set must be an object"],
    [{ "k:x": {} }, "not valid JSON"],
    ["f:a", "a field set must be an object"],
  ])("%j is no field set", (value, why) => {
    expect(() => parseFields(value)).toThrow(why);
  });
});
