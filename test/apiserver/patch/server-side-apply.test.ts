import { describe, expect, test } from "vitest";

import { deepFreeze, type KubeObject } from "../../../src/api/object.ts";
import { ApiError } from "../../../src/api/status.ts";
import type { JsonMap } from "../../../src/apiserver/patch/json.ts";
import { trackUpdate } from "../../../src/apiserver/patch/managed-fields.ts";
import { serverSideApply } from "../../../src/apiserver/patch/server-side-apply.ts";

const types: Readonly<Record<string, string>> = {
  Deployment: "io.k8s.api.apps.v1.Deployment",
  ConfigMap: "io.k8s.api.core.v1.ConfigMap",
  Service: "io.k8s.api.core.v1.Service",
  Pod: "io.k8s.api.core.v1.Pod",
};
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";
const now = "2026-01-01T00:00:00Z";

function configuration(kind: string, body: JsonMap): JsonMap {
  const apiVersion = kind === "Deployment" ? "apps/v1" : kind in types ? "v1" : "example.com/v1";
  const { metadata, ...rest } = body;
  return { apiVersion, kind, metadata: { name: "x", namespace: "default", ...(metadata as object) }, ...rest };
}

interface Options {
  readonly manager?: string;
  readonly force?: boolean;
  readonly now?: string;
}

/** The object as it is stored after an apply. */
function applied(current: KubeObject | undefined, kind: string, body: JsonMap, options: Options = {}): KubeObject {
  const wanted = configuration(kind, body);
  const result = serverSideApply({
    current,
    applied: wanted,
    manager: "alice",
    force: false,
    typeName: types[kind],
    apiVersion: wanted["apiVersion"] as string,
    subresource: "",
    now,
    ...options,
  });
  const object = result.object as unknown as KubeObject;
  return deepFreeze({ ...object, metadata: { ...object.metadata, managedFields: result.managedFields } });
}

/** The object as it is stored after a create or update. */
function updated(previous: KubeObject | undefined, kind: string, body: JsonMap, manager: string): KubeObject {
  const current = configuration(kind, body) as unknown as KubeObject;
  const { apiVersion } = current;
  const typeName = types[kind];
  const managedFields = trackUpdate({
    previous,
    current,
    manager,
    operation: "Update",
    apiVersion,
    subresource: "",
    typeName,
    now,
  });
  return deepFreeze({ ...current, metadata: { ...current.metadata, managedFields } });
}

function owners({ metadata }: KubeObject): Record<string, unknown> {
  return Object.fromEntries(
    (metadata.managedFields ?? []).map((entry) => [`${entry.manager}/${entry.operation}`, entry.fieldsV1]),
  );
}

const at = (object: KubeObject, field: string): unknown => (object as unknown as JsonMap)[field];

interface Values {
  readonly live: unknown;
  readonly wanted: unknown;
  readonly merged: unknown;
}

const items = (...names: string[]): JsonMap[] => names.map((name) => ({ name }));

function failure(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    if (error instanceof ApiError) return error.status;
    throw error;
  }
  return undefined;
}

test("an apply creates an object and owns just what it says", () => {
  const object = applied(undefined, "Deployment", {
    metadata: { labels: { app: "web" } },
    spec: { template: { spec: { containers: [{ name: "web", image: "nginx", resources: {} }] } } },
  });
  expect(object.metadata.managedFields).toEqual([
    {
      manager: "alice",
      operation: "Apply",
      apiVersion: "apps/v1",
      time: now,
      fieldsType: "FieldsV1",
      fieldsV1: {
        "f:metadata": { "f:labels": { "f:app": {} } },
        "f:spec": {
          "f:template": {
            "f:spec": {
              "f:containers": { 'k:{"name":"web"}': { ".": {}, "f:image": {}, "f:name": {}, "f:resources": {} } },
            },
          },
        },
      },
    },
  ]);
});

test("an apply removes what it no longer says and nobody else owns", () => {
  const first = applied(undefined, "ConfigMap", { data: { a: "1", b: "2" }, metadata: { labels: { x: "y" } } });
  const second = applied(first, "ConfigMap", { data: { a: "1" } });
  expect(at(second, "data")).toEqual({ a: "1" });
  expect(second.metadata.labels).toBeUndefined();
  expect(owners(second)).toEqual({ "alice/Apply": { "f:data": { "f:a": {} } } });
});

test("an apply leaves what another applied, too", () => {
  const first = applied(undefined, "ConfigMap", { data: { a: "1", b: "2" } });
  const second = applied(first, "ConfigMap", { data: { a: "1" } }, { manager: "bob" });
  const third = applied(second, "ConfigMap", { data: { b: "2" } });
  expect(at(third, "data")).toEqual({ a: "1", b: "2" });
  expect(owners(third)).toEqual({
    "alice/Apply": { "f:data": { "f:b": {} } },
    "bob/Apply": { "f:data": { "f:a": {} } },
  });
});

test("an apply leaves what nobody owns", () => {
  const first = applied(undefined, "ConfigMap", { data: { a: "1" } });
  const defaulted = deepFreeze({ ...first, immutable: false });
  expect(at(applied(defaulted, "ConfigMap", { data: { a: "2" } }), "immutable")).toBe(false);
});

test("an apply the same again changes nothing, not even the time", () => {
  const first = applied(undefined, "ConfigMap", { data: { a: "1" } });
  const again = applied(first, "ConfigMap", { data: { a: "1" } }, { now: "2026-02-01T00:00:00Z" });
  expect(again).toEqual(first);
});

test("an apply removes a list item with all that nobody else owns of it", () => {
  const containers = [
    { name: "a", image: "x" },
    { name: "b", image: "y" },
  ];
  const first = applied(undefined, "Pod", { spec: { containers } });
  const second = applied(first, "Pod", { spec: { containers: [{ name: "a", image: "x" }] } });
  expect(at(second, "spec")).toEqual({ containers: [{ name: "a", image: "x" }] });
});

test.each<[title: string, field: string, values: Values]>([
  [
    "merges list items by their keys",
    "containers",
    {
      live: [{ name: "a", image: "x" }],
      wanted: [{ name: "a", tty: true }],
      merged: [{ name: "a", image: "x", tty: true }],
    },
  ],
  ["appends new items", "containers", { live: items("a"), wanted: items("b"), merged: items("a", "b") }],
  ["orders what it names", "containers", { live: items("a", "b"), wanted: items("b", "a"), merged: items("b", "a") }],
  [
    "keeps others' items in their place",
    "containers",
    { live: items("a", "x", "b"), wanted: items("a", "n", "b"), merged: items("a", "x", "n", "b") },
  ],
  ["replaces atomic lists", "tolerations", { live: [{ key: "a" }], wanted: [{ key: "b" }], merged: [{ key: "b" }] }],
  ["replaces atomic maps", "nodeSelector", { live: { a: "1" }, wanted: { b: "2" }, merged: { b: "2" } }],
  [
    "merges granular maps",
    "overhead",
    { live: { cpu: "1" }, wanted: { memory: "1Gi" }, merged: { cpu: "1", memory: "1Gi" } },
  ],
])("an apply %s", (_, field, { live, wanted, merged }) => {
  const current = updated(undefined, "Pod", { spec: { [field]: live } }, "editor");
  const object = applied(current, "Pod", { spec: { [field]: wanted } }, { force: true });
  expect(at(object, "spec")).toEqual({ [field]: merged });
});

test("an apply merges sets", () => {
  const current = updated(undefined, "ConfigMap", { metadata: { finalizers: ["a", "b"] } }, "editor");
  const object = applied(current, "ConfigMap", { metadata: { finalizers: ["b", "c"] } });
  expect(object.metadata.finalizers).toEqual(["a", "b", "c"]);
});

test("an apply knows a port by its number and the default protocol", () => {
  const current = updated(
    undefined,
    "Service",
    { spec: { ports: [{ port: 80, protocol: "TCP", targetPort: 8080 }] } },
    "editor",
  );
  const object = applied(current, "Service", { spec: { ports: [{ port: 80, name: "http" }] } });
  expect(at(object, "spec")).toEqual({ ports: [{ port: 80, protocol: "TCP", targetPort: 8080, name: "http" }] });
});

test("an apply merges a custom resource by its keys and replaces its lists", () => {
  const current = updated(undefined, "Widget", { spec: { a: { x: 1 }, l: [1] } }, "editor");
  const object = applied(current, "Widget", { spec: { a: { y: 2 }, l: [2] } }, { force: true });
  expect(at(object, "spec")).toEqual({ a: { x: 1, y: 2 }, l: [2] });
  expect(owners(object)).toEqual({
    "alice/Apply": { "f:spec": { ".": {}, "f:a": { ".": {}, "f:y": {} }, "f:l": {} } },
    "editor/Update": { "f:spec": { ".": {}, "f:a": { ".": {}, "f:x": {} } } },
  });
});

test("an apply to an object of which nobody is known to own anything makes an entry for what was before", () => {
  const current = deepFreeze(configuration("ConfigMap", { data: { a: "1", b: "2" } })) as unknown as KubeObject;
  const object = applied(current, "ConfigMap", { data: { a: "1" } });
  expect(owners(object)).toEqual({
    "alice/Apply": { "f:data": { "f:a": {} } },
    "before-first-apply/Update": { "f:data": { ".": {}, "f:a": {}, "f:b": {} } },
  });
});

const scaled = updated(undefined, "Deployment", { spec: { replicas: 3, paused: true } }, "kubectl-client-side-apply");

test("conflicts one names the field and its owner", () => {
  expect(failure(() => applied(scaled, "Deployment", { spec: { replicas: 5 } }))).toEqual({
    status: "Failure",
    message: 'Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using apps/v1: .spec.replicas',
    reason: "Conflict",
    details: {
      causes: [
        {
          reason: "FieldManagerConflict",
          message: 'conflict with "kubectl-client-side-apply" using apps/v1',
          field: ".spec.replicas",
        },
      ],
    },
    code: 409,
  });
});

test("conflicts several are listed by owner", () => {
  const current = applied(
    updated(undefined, "ConfigMap", { data: { a: "1", b: "2" } }, "zoe"),
    "ConfigMap",
    { data: { c: "3" } },
    { manager: "bob" },
  );
  expect(failure(() => applied(current, "ConfigMap", { data: { a: "9", b: "9", c: "9" } }))).toMatchObject({
    message:
      'Apply failed with 3 conflicts: conflicts with "bob":\n- .data.c\nconflicts with "zoe" using v1:\n- .data.a\n- .data.b',
  });
});

test("conflicts name list items by their keys", () => {
  const current = updated(undefined, "Pod", { spec: { containers: [{ name: "web", image: "a" }] } }, "zoe");
  expect(failure(() => applied(current, "Pod", { spec: { containers: [{ name: "web", image: "b" }] } }))).toMatchObject(
    {
      message: 'Apply failed with 1 conflict: conflict with "zoe" using v1: .spec.containers[name="web"].image',
    },
  );
});

test("conflicts do not arise from equal values: both own the field", () => {
  expect(owners(applied(scaled, "Deployment", { spec: { replicas: 3 } }))).toMatchObject({
    "alice/Apply": { "f:spec": { "f:replicas": {} } },
    "kubectl-client-side-apply/Update": { "f:spec": { "f:paused": {}, "f:replicas": {} } },
  });
});

test("conflicts are won by force", () => {
  const object = applied(scaled, "Deployment", { spec: { replicas: 5 } }, { force: true });
  expect(at(object, "spec")).toMatchObject({ replicas: 5, paused: true });
  expect(owners(object)).toMatchObject({
    "alice/Apply": { "f:spec": { "f:replicas": {} } },
    "kubectl-client-side-apply/Update": { "f:spec": { "f:paused": {} } },
  });
});

test("conflicts with what kubectl itself applied on the client's side are none for kubectl", () => {
  const body = { data: { a: "1" } };
  const annotations = { [lastApplied]: JSON.stringify(configuration("ConfigMap", body)) };
  const current = updated(undefined, "ConfigMap", { ...body, metadata: { annotations } }, "kubectl-client-side-apply");
  const object = applied(current, "ConfigMap", { data: { a: "2" } }, { manager: "kubectl" });
  expect(at(object, "data")).toEqual({ a: "2" });
  expect(object.metadata.annotations?.[lastApplied]).toBe(
    '{"apiVersion":"v1","data":{"a":"2"},"kind":"ConfigMap","metadata":{"name":"x","namespace":"default"}}\n',
  );
});

test("conflicts with what was changed after kubectl's own apply remain", () => {
  const annotations = { [lastApplied]: JSON.stringify(configuration("ConfigMap", { data: { a: "0" } })) };
  const current = updated(undefined, "ConfigMap", { data: { a: "1" }, metadata: { annotations } }, "editor");
  expect(failure(() => applied(current, "ConfigMap", { data: { a: "2" } }, { manager: "kubectl" }))).toMatchObject({
    code: 409,
  });
});

describe("a configuration whose items cannot be told apart", () => {
  test.each<[string, unknown[], string]>([
    [
      "without a key",
      [{ image: "x" }],
      '.spec.containers: element 0: associative list with keys has an element that omits key field "name" (and doesn\'t have default value)',
    ],
    ["with a key twice", [{ name: "a" }, { name: "a" }], '.spec.containers: duplicate entries for key [name="a"]'],
  ])("is refused: %s", (_, containers, why) => {
    expect(failure(() => applied(undefined, "Pod", { spec: { containers } }))).toEqual({
      status: "Failure",
      message: `failed to create typed patch object (default/x; /v1, Kind=Pod): ${why}`,
      code: 500,
    });
  });
});
