import { expect, test } from "vitest";

import { type FieldFact, jsonFieldsOf } from "../../../src/api/type-facts.ts";
import { decodeProtobuf } from "../../../src/apiserver/schema/protobuf-reader.ts";
import { typeNameOf } from "../../../src/apiserver/schema/type-name.ts";
import { protobufAnything } from "../../../src/apiserver/serialize-protobuf.ts";
import { apiVersionOf } from "../../../src/resources/definition.ts";
import { builtinResources } from "../../../src/resources/index.ts";

const deepest = 7;

/** An object with everything that its type can have set, down to some depth. */
function sampleOf(typeName: string, depth: number): Record<string, unknown> {
  const fields = Object.entries(jsonFieldsOf(typeName)).filter(([, { number }]) => number !== undefined);
  const values = fields.map(([name, fact]) => [name, sampleValue(fact, depth + 1)] as const);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

function sampleValue(fact: FieldFact, depth: number): unknown {
  const { ref, items, additionalProperties, goType, type, format } = fact;
  if (goType && goType in samples) return samples[goType];
  const shortName = ref?.slice(ref.lastIndexOf(".") + 1) ?? "";
  if (shortName === "JSON") return { any: ["thing", 1, null] };
  if (shortName === "JSONSchemaPropsOrArray") return [{ type: "string" }];
  if (shortName === "JSONSchemaPropsOrBool") return depth % 2 === 0 ? true : { type: "integer" };
  if (shortName === "JSONSchemaPropsOrStringArray") return ["other"];
  if (depth > deepest) return undefined;
  if (ref) return sampleOf(ref, depth);
  if (items) return listOf(sampleValue(items, depth));
  if (typeof additionalProperties === "object") return mapOf(sampleValue(additionalProperties, depth));
  return type === "string" && format === "byte" ? "AAEC/w==" : samples[type ?? ""];
}

const samples: Readonly<Record<string, unknown>> = {
  Time: "2026-01-02T03:04:05Z",
  MicroTime: "2026-01-02T03:04:05.678901Z",
  Duration: "30s",
  Quantity: "1500m",
  IntOrString: "25%",
  FieldsV1: { "f:metadata": { ".": {} } },
  RawExtension: { kind: "Anything", list: [1, "two"] },
  string: "tëxt",
  integer: -300,
  number: 0.25,
  boolean: true,
};

function listOf(value: unknown): unknown[] | undefined {
  return value === undefined ? undefined : [value, value];
}

function mapOf(value: unknown): Record<string, unknown> | undefined {
  return value === undefined ? undefined : { a: value, b: value };
}

const kinds = builtinResources
  .map((resource) => [apiVersionOf(resource), resource.kind] as const)
  .filter(([apiVersion, kind]) => typeNameOf(apiVersion, kind) !== undefined);

test.each(kinds)("a %s %s comes back from protobuf as it went", (apiVersion, kind) => {
  const sample = { apiVersion, kind, ...sampleOf(typeNameOf(apiVersion, kind) ?? "", 0) };
  expect(decodeProtobuf(protobufAnything(sample) ?? new Uint8Array())).toEqual(sample);
});

test("numbers take the bytes that protobuf gives them", () => {
  const bytesOf = (replicas: number): string => {
    const sent = protobufAnything({ apiVersion: "autoscaling/v1", kind: "Scale", spec: { replicas } });
    return (
      Buffer.from(sent ?? [])
        .toString("hex")
        .split("1200".slice(0, 2))
        .at(-1) ?? ""
    );
  };
  expect(bytesOf(300)).toContain("08ac02");
  expect(bytesOf(-1)).toContain("08ffffffffffffffffff01");
});
