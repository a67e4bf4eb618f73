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

const embedded = { type: "object", "x-kubernetes-embedded-resource": true } as const;
const nestedText = { type: "array", items: text, not: { items: [text] } } as unknown as StructuralSchema;

test.each<[string, StructuralSchema, string[]]>([
  ["no type", {}, ["at.f.type: Required value: must not be empty for specified object fields"]],
  [
    "an unknown type",
    { type: "text" },
    [
      'at.f.type: Unsupported value: "text": supported values: "array", "boolean", "integer", "number", "object", "string"',
    ],
  ],
  ["a list without items", { type: "array" }, ["at.f.items: Required value: must be specified"]],
  [
    "unique items",
    { type: "array", items: text, uniqueItems: true } as StructuralSchema,
    ["at.f.uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic"],
  ],
  ["a reference", { type: "object", $ref: "#/x" } as StructuralSchema, ["at.f.$ref: Forbidden: $ref is not supported"]],
  [
    "both kinds of fields",
    object({ a: text }, { additionalProperties: text }),
    ["at.f.additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive"],
  ],
  ["fields, and others that say nothing", object({ a: text }, { additionalProperties: true }), []],
  [
    "a type in an alternative",
    { type: "object", anyOf: [{ type: "object", nullable: true }] },
    [
      "at.f.anyOf[0].nullable: Forbidden: must be false to be structural",
      "at.f.anyOf[0].type: Forbidden: must be empty to be structural",
    ],
  ],
  [
    "more than one kind of items in an alternative",
    nestedText,
    ["at.f.not.items: Forbidden: items must be a schema object and not an array"],
  ],
  [
    "a key that may be missing",
    { type: "array", items: object({ a: text }), "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["a"] },
    [
      "at.f.items.properties[a].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property",
    ],
  ],
  [
    "a set of what is no whole",
    { type: "array", items: object({ a: text }), "x-kubernetes-list-type": "set" },
    [
      "at.f.items.x-kubernetes-map-type: Invalid value: null: must be atomic as item of a list with x-kubernetes-list-type=set",
    ],
  ],
  ["an int or string", { "x-kubernetes-int-or-string": true, anyOf: [{ type: "integer" }, { type: "string" }] }, []],
  [
    "an int or string that keeps all",
    { "x-kubernetes-int-or-string": true, "x-kubernetes-preserve-unknown-fields": true },
    [
      "at.f.x-kubernetes-preserve-unknown-fields: Invalid value: true: must be false if x-kubernetes-int-or-string is true",
    ],
  ],
  [
    "a whole object that has nothing",
    embedded,
    [
      "at.f.properties: Required value: must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields",
    ],
  ],
  [
    "a whole object with a number for its kind",
    { ...embedded, properties: { kind: { type: "integer" } } },
    ['at.f.properties[kind].type: Invalid value: "integer": must be string'],
  ],
  [
    "a pattern that Go cannot read",
    { type: "string", pattern: "+" },
    [
      'at.f.pattern: Invalid value: "+": must be a valid regular expression, but isn\'t: error parsing regexp: missing argument to repetition operator: `+`',
    ],
  ],
  [
    "a pattern that only others can read",
    { type: "string", pattern: "^(?!a)" },
    [
      'at.f.pattern: Invalid value: "^(?!a)": must be a valid regular expression, but isn\'t: error parsing regexp: invalid or unsupported Perl syntax: `(?!`',
    ],
  ],
])("%s in a field: structural or not", (_, schema, errors) => {
  const found = structuralErrors(object({ f: schema }), "at");
  const inField = errors.map((error) => error.replace("at.f.", "at.properties[f]."));
  expect(found.map(({ field, message }) => `${field}: ${message}`)).toEqual(inField);
});

test.each<[string, StructuralSchema, string[]]>([
  ["no type", { properties: { a: text } }, ["at.type: Required value: must not be empty at the root"]],
  ["a list", { type: "array", items: text }, ['at.type: Invalid value: "array": must be object at the root']],
  ["null", object({}, { nullable: true }), ["at.nullable: Forbidden: nullable cannot be true at the root"]],
  [
    "free fields",
    { type: "object", additionalProperties: false },
    ["at.additionalProperties: Forbidden: must not be used at the root"],
  ],
  ["names", object({ metadata: object({ name: text }) }), []],
  [
    "labels",
    object({ metadata: object({ labels: { type: "object", additionalProperties: text } }) }),
    [
      "at.properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified",
    ],
  ],
  [
    "metadata in an alternative",
    object({ metadata: { type: "object" } }, { anyOf: [{ properties: { metadata: {} } }] }),
    ["at.anyOf[0].properties[metadata]: Forbidden: must not be specified in a nested context"],
  ],
  [
    "a default in metadata",
    object({ metadata: object({ name: { type: "string", default: "x" } }) }),
    ["at.properties[metadata].properties[name].default: Forbidden: must not be set in top-level metadata"],
  ],
  [
    "a field of an alternative alone",
    object({}, { oneOf: [{ properties: { a: { properties: { b: {} } } } }] }),
    ["at.properties[a]: Required value: because it is defined in at.oneOf[0].properties[a]"],
  ],
])("%s at the root: structural or not", (_, schema, errors) => {
  expect(structuralErrors(schema, "at").map(({ field, message }) => `${field}: ${message}`)).toEqual(errors);
});
