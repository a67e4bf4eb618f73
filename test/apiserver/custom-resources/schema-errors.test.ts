import { expect, test } from "vitest";

import { schemaValidator } from "../../../src/apiserver/custom-resources/schema-errors.ts";
import type { StructuralSchema } from "../../../src/apiserver/custom-resources/structural-schema.ts";

const errorsOf = (schema: StructuralSchema, value: unknown): string[] => {
  const whole: StructuralSchema = { type: "object", properties: { x: schema } };
  return schemaValidator(whole)({ x: value }).map(({ error: { field, message } }) => `${field}: ${message}`);
};

test.each<[string, StructuralSchema, unknown, string[]]>([
  ["a type", { type: "string" }, 5, ['x: Invalid value: "integer": x in body must be of type string: "integer"']],
  ["null", { type: "string" }, null, ['x: Invalid value: "null": x in body must be of type string: "null"']],
  ["null where it may be", { type: "string", nullable: true }, null, []],
  ["an enum with null", { type: "string", enum: ["a"], nullable: true }, null, []],
  ["a port", { "x-kubernetes-int-or-string": true }, "http", []],
  ["an enum", { type: "string", enum: ["a", "b"] }, "c", ['x: Unsupported value: "c": supported values: "a", "b"']],
  [
    "a minimum",
    { type: "integer", minimum: 1 },
    0,
    ["x: Invalid value: 0: x in body should be greater than or equal to 1"],
  ],
  [
    "an exclusive minimum",
    { type: "number", minimum: 0.5, exclusiveMinimum: true },
    0.5,
    ["x: Invalid value: 0.5: x in body should be greater than 0.5"],
  ],
  [
    "a maximum",
    { type: "integer", maximum: 2_000_000 },
    3_000_000,
    ["x: Invalid value: 3000000: x in body should be less than or equal to 2000000"],
  ],
  [
    "a large maximum",
    { type: "number", maximum: 1_000_000 },
    1_000_000.5,
    ["x: Invalid value: 1000000.5: x in body should be less than or equal to 1e+06"],
  ],
  ["a multiple", { type: "integer", multipleOf: 5 }, 7, ["x: Invalid value: 7: x in body should be a multiple of 5"]],
  [
    "a length",
    { type: "string", minLength: 3 },
    "ab",
    ['x: Invalid value: "ab": x in body should be at least 3 chars long'],
  ],
  ["a longest length", { type: "string", maxLength: 1 }, "ab", ["x: Too long: may not be more than 1 bytes"]],
  ["a pattern", { type: "string", pattern: "^a$" }, "b", [`x: Invalid value: "b": x in body should match '^a$'`]],
  ["a pattern of Go's", { type: "string", pattern: "(?i)^[[:alpha:]]+$" }, "aB", []],
  [
    "a format",
    { type: "string", format: "ipv4" },
    "1.2.3",
    ['x: Invalid value: "1.2.3": x in body must be of type ipv4: "1.2.3"'],
  ],
  ["an unknown format", { type: "string", format: "colour" }, "red", []],
  [
    "items",
    { type: "array", items: { type: "string" }, maxItems: 1 },
    ["a", "b"],
    ["x: Too many: 2: must have at most 1 items"],
  ],
  [
    "an item",
    { type: "array", items: { type: "object", required: ["a"] } },
    [{ a: 1 }, {}],
    ["x[1].a: Required value"],
  ],
  [
    "a map's value",
    { type: "object", additionalProperties: { type: "integer" } },
    { "0": "a" },
    ['x.0: Invalid value: "string": x.0 in body must be of type integer: "string"'],
  ],
  [
    "properties",
    { type: "object", minProperties: 2 },
    { a: 1 },
    ['x: Invalid value: map[string]interface {}{"a":1}: x in body should have at least 2 properties'],
  ],
  [
    "alternatives",
    { type: "object", properties: { a: {}, b: {} }, anyOf: [{ required: ["a"] }, { required: ["b"] }] },
    {},
    ['<nil>: Invalid value: "": "x" must validate at least one schema (anyOf)', "x.a: Required value"],
  ],
  [
    "one of two",
    { type: "object", oneOf: [{ required: ["a"] }, { required: ["b"] }] },
    { a: 1, b: 1 },
    ['<nil>: Invalid value: "": "x" must validate one and only one schema (oneOf). Found 2 valid alternatives'],
  ],
  [
    "a negation",
    { type: "string", not: { enum: ["a"] } },
    "a",
    ['<nil>: Invalid value: "": "x" must not validate the schema (not)'],
  ],
])("%s", (_, schema, value, errors) => {
  expect(errorsOf(schema, value)).toEqual(errors);
});
