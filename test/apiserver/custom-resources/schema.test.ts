import { describe, expect, test } from "vitest";

import { withDefaults } from "../../../src/apiserver/custom-resources/defaulting.ts";
import { jsonPathReader } from "../../../src/apiserver/custom-resources/json-path.ts";
import { prunedObject } from "../../../src/apiserver/custom-resources/prune.ts";
import { structuralErrors } from "../../../src/apiserver/custom-resources/structural-errors.ts";
import type { StructuralSchema } from "../../../src/apiserver/custom-resources/structural-schema.ts";

const text: StructuralSchema = { type: "string" };
const object = (
  properties: Readonly<Record<string, StructuralSchema>>,
  more: StructuralSchema = {},
): StructuralSchema => ({
  type: "object",
  properties,
  ...more,
});

describe("pruning", () => {
  const schema = object({
    spec: object({
      known: text,
      list: { type: "array", items: object({ a: text }) },
      free: {
        type: "object",
        "x-kubernetes-preserve-unknown-fields": true,
        properties: { strict: object({ a: text }) },
      },
      map: { type: "object", additionalProperties: object({ a: text }) },
      pod: object({}, { "x-kubernetes-embedded-resource": true }),
    }),
  });

  test("takes away what no schema knows, and tells what", () => {
    const pruned: string[] = [];
    const given = {
      apiVersion: "v1",
      metadata: { name: "x", anything: 1 },
      spec: {
        known: "a",
        unknown: "b",
        list: [{ a: "1", b: "2" }],
        free: { kept: { deep: 1 }, strict: { a: "1", b: "2" } },
        map: { key: { a: "1", b: "2" } },
        pod: { apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, spec: {} },
      },
      status: {},
    };
    expect(prunedObject(schema, given, pruned)).toEqual({
      apiVersion: "v1",
      metadata: { name: "x", anything: 1 },
      spec: {
        known: "a",
        list: [{ a: "1" }],
        free: { kept: { deep: 1 }, strict: { a: "1" } },
        map: { key: { a: "1" } },
        pod: { apiVersion: "v1", kind: "Pod", metadata: { name: "p" } },
      },
    });
    expect(pruned).toEqual([
      "spec.unknown",
      "spec.list[0].b",
      "spec.free.strict.b",
      "spec.map.key.b",
      "spec.pod.spec",
      "status",
    ]);
  });

  test("shares what needs no change", () => {
    const given = { spec: { known: "a" } };
    expect(prunedObject(schema, given)).toBe(given);
  });
});

describe("defaults", () => {
  const schema = object({
    a: { type: "string", default: "x" },
    maybe: { type: "string", nullable: true, default: "x" },
    list: { type: "array", items: object({ b: { type: "integer", default: 1 } }) },
    nested: object({ c: { type: "string", default: "y" } }, { default: {} }),
  });

  test.each([
    ["what is missing", {}, { a: "x", maybe: "x", nested: { c: "y" } }],
    [
      "null counts as nothing, unless it may be",
      { a: null, maybe: null, nested: {} },
      { a: "x", maybe: null, nested: { c: "y" } },
    ],
    [
      "items of lists",
      { a: "1", maybe: "2", nested: { c: "3" }, list: [{}] },
      { a: "1", maybe: "2", nested: { c: "3" }, list: [{ b: 1 }] },
    ],
  ])("%s", (_, given, wanted) => {
    expect(withDefaults(schema, given)).toEqual(wanted);
  });

  test("what has everything is shared", () => {
    const whole = { a: "1", maybe: null, nested: { c: "3" } };
    expect(withDefaults(schema, whole)).toBe(whole);
  });

  test("a null without a default goes", () => {
    expect(withDefaults(object({ a: text }), { a: null })).toEqual({});
  });
});

describe("JSON paths", () => {
  const value = {
    spec: {
      "a.b": 1,
      list: [
        { type: "Ready", status: "True" },
        { type: "Other", status: "False" },
      ],
    },
    metadata: { annotations: { "example.com/x": "y" } },
  };

  test.each([
    [".spec.list[0].status", ["True"]],
    [".spec.list[-1].type", ["Other"]],
    [".spec.list[*].type", ["Ready", "Other"]],
    ['.spec.list[?(@.type=="Ready")].status', ["True"]],
    [".spec.list[?(@.type!='Ready')].status", ["False"]],
    [String.raw`.spec.a\.b`, [1]],
    [String.raw`.metadata.annotations.example\.com/x`, ["y"]],
    [".metadata.annotations['example.com/x']", ["y"]],
    ["..type", ["Ready", "Other"]],
    [".spec.none.deeper", []],
  ])("%s", (path, found) => {
    expect(jsonPathReader(path)(value)).toEqual(found);
  });
});

test.each<[string, StructuralSchema, string[]]>([
  [
    "a field without a type",
    object({ a: {} }),
    ["at.properties[a].type: Required value: must not be empty for specified object fields"],
  ],
  [
    "an unknown type",
    object({ a: { type: "text" } }),
    [
      'at.properties[a].type: Unsupported value: "text": supported values: "array", "boolean", "integer", "number", "object", "string"',
    ],
  ],
  ["a list without items", { type: "array" }, ["at.items: Required value: must be specified"]],
  [
    "unique items",
    { type: "array", items: text, uniqueItems: true } as StructuralSchema,
    ["at.uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic"],
  ],
  ["a reference", { type: "object", $ref: "#/x" } as StructuralSchema, ["at.$ref: Forbidden: $ref is not supported"]],
  [
    "both kinds of fields",
    object({ a: text }, { additionalProperties: text }),
    ["at.additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive"],
  ],
  [
    "a type in an alternative",
    { type: "object", anyOf: [{ type: "object" }] },
    ["at.anyOf[0].type: Forbidden: must be empty to be structural"],
  ],
  [
    "a field of an alternative alone",
    { type: "object", oneOf: [{ properties: { a: {} } }] },
    ["at.properties[a]: Required value: because it is defined in at.oneOf[0].properties[a]"],
  ],
  [
    "a key that may be missing",
    { type: "array", items: object({ a: text }), "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["a"] },
    [
      "at.items.properties[a].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property",
    ],
  ],
  ["an int or string", { "x-kubernetes-int-or-string": true, anyOf: [{ type: "integer" }, { type: "string" }] }, []],
])("%s: structural or not", (_, schema, errors) => {
  expect(structuralErrors(schema, "at").map(({ field, message }) => `${field}: ${message}`)).toEqual(errors);
});
