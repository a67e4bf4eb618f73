import { describe, expect, test } from "vitest";

import { deepFreeze } from "../../../src/api/object.ts";
import { ApiError } from "../../../src/api/status.ts";
import { type FieldValidation, shapeObject } from "../../../src/apiserver/schema/schema.ts";

const pod = "io.k8s.api.core.v1.Pod";
const deployment = "io.k8s.api.apps.v1.Deployment";

function shapePod(spec: unknown, validation: FieldValidation = "Strict"): Record<string, unknown> {
  const object = deepFreeze({ apiVersion: "v1", kind: "Pod", metadata: { name: "x" }, spec });
  return shapeObject(pod, object, validation).object["spec"] as Record<string, unknown>;
}

function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== "BadRequest") throw error;
    return error.message;
  }
  return "accepted";
}

const container = { name: "a", image: "b" };
const wrongTypes = [
  [{ containers: "x" }, "string into Go struct field PodSpec.spec.containers of type []v1.Container"],
  [{ containers: { a: 1 } }, "object into Go struct field PodSpec.spec.containers of type []v1.Container"],
  [
    { containers: [container, { ...container, name: 1 }] },
    "number into Go struct field Container.spec.containers.name of type string",
  ],
  [
    { containers: [{ ...container, args: [true] }] },
    "bool into Go struct field Container.spec.containers.args of type string",
  ],
  [
    { containers: [{ env: [{ name: "A", value: 1 }] }] },
    "number into Go struct field EnvVar.spec.containers.env.value of type string",
  ],
  [
    { containers: [{ ports: [{ containerPort: "80" }] }] },
    "string into Go struct field ContainerPort.spec.containers.ports.containerPort of type int32",
  ],
  [{ activeDeadlineSeconds: 1.5 }, "number 1.5 into Go struct field PodSpec.spec.activeDeadlineSeconds of type int64"],
  [{ priority: 3_000_000_000 }, "number 3000000000 into Go struct field PodSpec.spec.priority of type int32"],
  [{ hostNetwork: "true" }, "string into Go struct field PodSpec.spec.hostNetwork of type bool"],
  [{ nodeSelector: { a: true } }, "bool into Go struct field PodSpec.spec.nodeSelector of type string"],
  [{ nodeSelector: ["a"] }, "array into Go struct field PodSpec.spec.nodeSelector of type map[string]string"],
  [{ affinity: [] }, "array into Go struct field PodSpec.spec.affinity of type v1.Affinity"],
  [[], "array into Go struct field Pod.spec of type v1.PodSpec"],
] as const;

describe("wrong types", () => {
  test.each(wrongTypes)("%j is refused", (spec, complaint) => {
    expect(refusal(() => shapePod(spec))).toBe(
      `Pod in version "v1" cannot be handled as a Pod: json: cannot unmarshal ${complaint}`,
    );
  });

  test.each([
    ["cpu", "1 core", "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"],
    ["memory", "1K", "unable to parse quantity's suffix"],
  ])("a quantity of %s that reads %j is refused", (resource, quantity, complaint) => {
    const spec = { hostNetwork: 1, containers: [{ name: "a", resources: { limits: { [resource]: quantity } } }] };
    expect(refusal(() => shapePod(spec))).toBe(`Pod in version "v1" cannot be handled as a Pod: ${complaint}`);
  });

  test("data that is no base64 is refused with the place", () => {
    const shape = (data: string): unknown =>
      shapeObject("io.k8s.api.core.v1.Secret", { apiVersion: "v1", kind: "Secret", data: { a: data } }, "Strict")
        .object["data"];
    expect(
      ["a-bc", "abc", "ab=c", "abcd====", "YQ==x"].map((data) =>
        refusal(() => shape(data))
          .split(": ")
          .at(-1),
      ),
    ).toEqual([
      "illegal base64 data at input byte 1",
      "illegal base64 data at input byte 0",
      "illegal base64 data at input byte 2",
      "illegal base64 data at input byte 4",
      "illegal base64 data at input byte 4",
    ]);
    expect(shape("YW\nJj\n")).toEqual({ a: "YWJj" });
  });

  test("a time that is none is refused as Go refuses it", () => {
    const shape = (creationTimestamp: string): unknown =>
      shapeObject(pod, { metadata: { creationTimestamp } }, "Strict");
    expect(refusal(() => shape("yesterday"))).toContain(
      'parsing time "yesterday" as "2006-01-02T15:04:05Z07:00": cannot parse "yesterday" as "2006"',
    );
    expect(refusal(() => shape("2024-02-30T00:00:00Z"))).toContain(
      'parsing time "2024-02-30T00:00:00Z": day out of range',
    );
  });
});

describe("field validation", () => {
  const object = deepFreeze({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "x", label: {} },
    spec: { replica: 3, template: { spec: { containers: [{ name: "a" }, { name: "b", imagee: "c" }] } } },
  });
  const complaints = [
    'unknown field "metadata.label"',
    'unknown field "spec.replica"',
    'unknown field "spec.template.spec.containers[1].imagee"',
    'duplicate field "spec.replicas"',
  ];
  const duplicates = (unknown: readonly string[]): readonly string[] => [...unknown, ...complaints.slice(3)];

  test("Strict refuses unknown and duplicate fields together", () => {
    expect(refusal(() => shapeObject(deployment, object, "Strict", duplicates))).toBe(
      `Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: ${complaints.join(", ")}`,
    );
  });

  test("Warn warns of them and drops them; Ignore drops them", () => {
    const warned = shapeObject(deployment, object, "Warn", duplicates);
    const ignored = shapeObject(deployment, object, "Ignore", duplicates);
    expect(warned.warnings).toEqual(complaints);
    expect(ignored.warnings).toEqual([]);
    expect(warned.object).toEqual(ignored.object);
    expect(warned.object).toEqual({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "x" },
      spec: { template: { spec: { containers: [{ name: "a" }, { name: "b" }] } } },
    });
  });
});

test("nulls and zeros that Go would leave out go; what a pointer sets to zero stays", () => {
  const spec = {
    hostNetwork: false,
    nodeName: "",
    nodeSelector: {},
    tolerations: [],
    affinity: null,
    priority: 0,
    automountServiceAccountToken: false,
    securityContext: {},
    containers: [{ name: "", image: "", resources: {}, env: [{ name: "A", value: "" }] }, null],
    volumes: [{ name: "v", emptyDir: {} }],
  };
  expect(shapePod(spec)).toEqual({
    priority: 0,
    automountServiceAccountToken: false,
    securityContext: {},
    containers: [{ name: "", resources: {}, env: [{ name: "A" }] }, {}],
    volumes: [{ name: "v", emptyDir: {} }],
  });
});

test("scalars take the form in which the server prints them", () => {
  const limits = { cpu: 0.5, memory: "1024Mi", "example.com/x": "2" };
  const shaped = shapePod({ containers: [{ name: "a", resources: { limits } }] });
  expect(shaped["containers"]).toEqual([
    { name: "a", resources: { limits: { cpu: "500m", memory: "1Gi", "example.com/x": "2" } } },
  ]);
  const metadata = { creationTimestamp: "2024-05-06T09:08:07.123+02:00" };
  expect(shapeObject(pod, { metadata }, "Strict").object).toEqual({
    metadata: { creationTimestamp: "2024-05-06T07:08:07Z" },
  });
});

test("what needs no change is the same object", () => {
  const object = { apiVersion: "v1", kind: "Pod", metadata: { name: "x" }, spec: { containers: [{ name: "a" }] } };
  expect(shapeObject(pod, object, "Strict").object).toBe(object);
});

test("of an object without a type only the metadata is looked at", () => {
  const object = {
    apiVersion: "example.com/v1",
    kind: "Cactus",
    metadata: { name: "x", lable: 1, labels: null },
    spec: { any: null },
  };
  const { object: shaped, warnings } = shapeObject(undefined, object, "Warn");
  expect(shaped).toEqual({
    apiVersion: "example.com/v1",
    kind: "Cactus",
    metadata: { name: "x" },
    spec: { any: null },
  });
  expect(warnings).toEqual(['unknown field "metadata.lable"']);
});
