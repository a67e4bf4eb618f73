import { describe, expect, test } from "vitest";

import { customSchemas, type DocumentVersion } from "../../../src/apiserver/openapi/custom-schemas.ts";
import type { JsonSchema } from "../../../src/apiserver/openapi/schema-names.ts";
import { cactus } from "./resources.ts";

const free = { type: "object", "x-kubernetes-preserve-unknown-fields": true };

function shown(openApiSchema: JsonSchema, version: DocumentVersion): JsonSchema {
  return customSchemas([{ ...cactus, openApiSchema }], version).get("com.example.v1.Cactus") ?? {};
}

function specIn(version: DocumentVersion, spec: JsonSchema): unknown {
  const schema = shown({ type: "object", properties: { spec } }, version);
  return (schema["properties"] as Record<string, unknown>)["spec"];
}

test("of an object that may hold anything v2 says no more than that", () => {
  expect(shown(free, "v2")).toEqual({ type: "object" });
  expect(shown(free, "v3")).toMatchObject({ ...free, properties: { metadata: {}, kind: {}, apiVersion: {} } });
});

describe("v2 leaves out", () => {
  const string = { type: "string" };
  test.each<[string, JsonSchema, JsonSchema]>([
    ["alternatives", { ...string, oneOf: [{ pattern: "a" }], not: { pattern: "b" } }, string],
    ["the type of what may be null", { type: "object", nullable: true, properties: { a: string } }, {}],
    [
      "the type and fields of what is free",
      { ...free, properties: { a: string } },
      { "x-kubernetes-preserve-unknown-fields": true },
    ],
    [
      "that a field is required which may be null",
      { type: "object", required: ["a", "b"], properties: { a: { ...string, nullable: true }, b: string } },
      { type: "object", required: ["b"], properties: { a: {}, b: string } },
    ],
    [
      "the type of a list of anything",
      { type: "array", "x-kubernetes-preserve-unknown-fields": true, items: string },
      {
        "x-kubernetes-preserve-unknown-fields": true,
      },
    ],
  ])("%s", (_what, given, published) => {
    expect(specIn("v2", given)).toEqual(published);
    expect(specIn("v3", given)).toEqual(given);
  });
});

test("an embedded resource has what every object has, except in v2 where it may hold anything", () => {
  const embedded = { type: "object", "x-kubernetes-embedded-resource": true };
  const object = { properties: { apiVersion: {}, kind: {}, metadata: {} }, required: ["kind", "apiVersion"] };
  expect(specIn("v2", embedded)).toMatchObject(object);
  expect(specIn("v3", { ...embedded, ...free })).toMatchObject(object);
  expect(specIn("v2", { ...embedded, ...free })).not.toHaveProperty("required");
});

test("examples and documents elsewhere are not published", () => {
  expect(specIn("v3", { type: "string", example: "a", externalDocs: { url: "b" } })).toEqual({ type: "string" });
});
