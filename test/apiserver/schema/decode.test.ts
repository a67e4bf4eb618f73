import { describe, expect, test } from "vitest";

import { encodeText } from "../../../src/api/bytes.ts";
import { decodeObject } from "../../../src/apiserver/schema/decode.ts";
import { shapeObject } from "../../../src/apiserver/schema/schema.ts";
import { typeNameOf } from "../../../src/apiserver/schema/type-name.ts";
import { encodeProtobuf } from "./encode-protobuf.ts";

const protobuf = "application/vnd.kubernetes.protobuf";

function refusal(text: string | Uint8Array, contentType?: string): string {
  const bytes = typeof text === "string" ? encodeText(text) : text;
  try {
    decodeObject(bytes, contentType, "Pod");
  } catch (error) {
    return (error as Error).message;
  }
  return "accepted";
}

test("JSON, YAML and protobuf give the same object", () => {
  const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x" }, data: { a: "1" } };
  const json = encodeText(JSON.stringify(object));
  const yaml = encodeText('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata:\n  a: "1"\n');
  expect(decodeObject(json, undefined)).toMatchObject({ object });
  expect(decodeObject(json, "application/json; charset=utf-8")).toMatchObject({ object });
  expect(decodeObject(yaml, "application/yaml")).toMatchObject({ object });
  expect(decodeObject(encodeProtobuf(object), protobuf)).toMatchObject({ object });
});

test("another content type is answered 415", () => {
  expect(() => decodeObject(encodeText("{}"), "text/plain")).toThrow(expect.objectContaining({ code: 415 }) as Error);
  expect(refusal("{}", "toString")).toBe(
    "the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf",
  );
});

describe("JSON", () => {
  test.each([
    ["", "unexpected end of JSON input (<empty>)"],
    ['{"a":', 'unexpected end of JSON input ({"a":)'],
    ["{a:1}", "invalid character 'a' looking for beginning of object key string ({a:1})"],
    ['{"a":1,}', `invalid character '}' looking for beginning of object key string ({"a":1,})`],
    ['{"a" 1}', `invalid character '1' after object key ({"a" 1})`],
    ['{"a":1 "b":2}', `invalid character '"' after object key:value pair ({"a":1 "b":2})`],
    ['{"a":[1 2]}', `invalid character '2' after array element ({"a":[1 2]})`],
    ['{"a":01}', `invalid character '1' after object key:value pair ({"a":01})`],
    ['{"a":1.}', `invalid character '}' after decimal point in numeric literal ({"a":1.})`],
    ['{"a":tru}', `invalid character '}' in literal true (expecting 'e') ({"a":tru})`],
    [String.raw`{"a":"\x"}`, String.raw`invalid character 'x' in string escape code ({"a":"\x"})`],
    ["{} x", "invalid character 'x' after top-level value ({} x)"],
    ["hello", "invalid character 'h' looking for beginning of value (68656c6c6f)"],
    [`{"a":${"1".repeat(40)}`, `unexpected end of JSON input ({"a":${"1".repeat(25)} ...)`],
    ['{"kind":1}', 'json: cannot unmarshal number into Go struct field .kind of type string ({"kind":1})'],
  ])("%j is refused", (text, complaint) => {
    expect(refusal(text)).toBe(
      `the object provided is unrecognized (must be of type Pod): couldn't get version/kind; json parse error: ${complaint}`,
    );
  });

  test("fields that stand twice are told with their path, and the last one holds", () => {
    const text = String.raw`{"a":{"b":"\"x\":","b":2},"list":[{"c":1,"c":2,"c":3}],"a":4,"\u0061":5,"d":"a\\"}`;
    const { object, complaints } = decodeObject(encodeText(text), "");
    expect(object).toEqual({ a: 5, list: [{ c: 3 }], d: "a\\" });
    expect(complaints([])).toEqual(['duplicate field "a.b"', 'duplicate field "list[0].c"', 'duplicate field "a"']);
  });

  test("what is unknown stands where it is among what stands twice, and is not told of as both", () => {
    const { complaints } = decodeObject(encodeText('{"a":1,"a":2,"b":{"c":1,"c":2},"d":3,"d":4}'), "");
    expect(complaints(['unknown field "b.c"'])).toEqual([
      'duplicate field "a"',
      'unknown field "b.c"',
      'duplicate field "d"',
    ]);
  });
});

test("YAML is refused with the parser's line, and told of keys that stand twice", () => {
  expect(refusal("a: 1\nb: c: d\n", "application/yaml")).toBe(
    "the object provided is unrecognized (must be of type Pod): yaml: line 2: mapping values are not allowed in this context (613a20310a623a20633a20640a)",
  );
  const { object, complaints } = decodeObject(encodeText("a: 1\na: 2\n"), "application/yaml");
  expect(object).toEqual({ a: 2 });
  expect(complaints(["unknown z", "unknown b"])).toEqual([
    'yaml: unmarshal errors:\n  line 2: key "a" already set in map',
    "unknown b",
    "unknown z",
  ]);
});

const protobufObjects: Record<string, unknown>[] = [
  {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", labels: { app: "web" }, creationTimestamp: "2024-05-06T07:08:09Z", generation: 3 },
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: "web" }, matchExpressions: [{ key: "a", operator: "In", values: ["b", "c"] }] },
      strategy: { rollingUpdate: { maxSurge: "25%", maxUnavailable: 1 } },
      template: {
        metadata: {},
        spec: {
          containers: [
            {
              name: "a",
              ports: [{ containerPort: 80 }],
              resources: { limits: { cpu: "500m" } },
              livenessProbe: { httpGet: { path: "/", port: "http" }, periodSeconds: 5 },
              env: [{ name: "A", valueFrom: { configMapKeyRef: { name: "x", key: "k", optional: false } } }],
              securityContext: { runAsUser: -1, privileged: false },
            },
          ],
          volumes: [{ name: "v", configMap: { name: "c", defaultMode: 420 } }],
        },
      },
    },
    status: {},
  },
  { apiVersion: "v1", kind: "Secret", metadata: { name: "x" }, data: { a: "AP8=" }, immutable: false },
  {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SubjectAccessReview",
    metadata: {},
    spec: { user: "u", extra: { scopes: ["a", "b"] } },
    status: {},
  },
  {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { managedFields: [{ manager: "m", fieldsV1: { "f:spec": {} } }] },
    spec: { renewTime: "2024-05-06T07:08:09.123456Z" },
  },
  { apiVersion: "apps/v1", kind: "ControllerRevision", metadata: {}, data: { spec: { a: [1] } }, revision: 2 ** 40 },
];

describe("protobuf", () => {
  test.each(protobufObjects)("$kind comes back as it was sent, without the zeros that Go writes", (object) => {
    const { object: decoded } = decodeObject(encodeProtobuf(object), protobuf);
    const typeName = typeNameOf(String(object["apiVersion"]), String(object["kind"]));
    expect(shapeObject(typeName, decoded, "Strict").object).toEqual(object);
  });

  test("what is no message is refused", () => {
    const message = encodeProtobuf({ apiVersion: "v1", kind: "Pod", metadata: { name: "x" } });
    expect(refusal("{}", protobuf)).toContain(
      "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0] ({})",
    );
    expect(refusal(message.slice(0, -1), protobuf)).toContain("unexpected EOF");
    expect(refusal(encodeProtobuf({ apiVersion: "v9", kind: "Pod" }), protobuf)).toContain(
      'no kind "Pod" is registered for version "v9"',
    );
  });
});
