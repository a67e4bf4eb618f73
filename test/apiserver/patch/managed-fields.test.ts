import { describe, expect, test } from "vitest";

import { deepFreeze, type KubeObject, type ManagedFields } from "../../../src/api/object.ts";
import { trackUpdate } from "../../../src/apiserver/patch/managed-fields.ts";

const types: Readonly<Record<string, string>> = {
  Pod: "io.k8s.api.core.v1.Pod",
  Deployment: "io.k8s.api.apps.v1.Deployment",
  ConfigMap: "io.k8s.api.core.v1.ConfigMap",
  Service: "io.k8s.api.core.v1.Service",
};
const start = "2026-01-01T00:00:00Z";
const later = "2026-01-01T00:01:00Z";

interface Write {
  readonly manager?: string;
  readonly subresource?: string;
  readonly now?: string;
  readonly resets?: readonly string[];
}

function tracked(previous: KubeObject | undefined, current: KubeObject, write: Write = {}): readonly ManagedFields[] {
  const { manager = "kubectl", subresource = "", now = start, resets = [] } = write;
  const { apiVersion, kind } = current;
  const typeName = types[kind];
  return trackUpdate({
    previous,
    current,
    manager,
    operation: "Update",
    apiVersion,
    subresource,
    typeName,
    now,
    resets,
  });
}

function object(kind: string, body: object, managedFields?: readonly ManagedFields[]): KubeObject {
  const apiVersion = kind === "Deployment" ? "apps/v1" : kind in types ? "v1" : "example.com/v1";
  const { metadata, ...rest } = body as { metadata?: object };
  const fields = managedFields ? { managedFields } : {};
  return deepFreeze({
    apiVersion,
    kind,
    metadata: { name: "x", namespace: "default", ...metadata, ...fields },
    ...rest,
  });
}

function created(kind: string, body: object, write: Write = {}): KubeObject {
  return object(kind, body, tracked(undefined, object(kind, body), write));
}

const fieldsOf = (entries: readonly ManagedFields[], manager = "kubectl"): unknown =>
  entries.find((entry) => entry.manager === manager)?.fieldsV1;

test("a create owns what it sets, as upstream writes it", () => {
  const deployment = object("Deployment", {
    metadata: { uid: "1", creationTimestamp: start, labels: { app: "web" } },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: "web" } },
      strategy: { rollingUpdate: { maxSurge: "25%" }, type: "RollingUpdate" },
      template: {
        metadata: { labels: { app: "web" } },
        spec: {
          containers: [{ name: "web", image: "nginx", ports: [{ containerPort: 80, protocol: "TCP" }] }],
          securityContext: {},
        },
      },
    },
  });
  expect(tracked(undefined, deployment)).toEqual([
    {
      manager: "kubectl",
      operation: "Update",
      apiVersion: "apps/v1",
      time: start,
      fieldsType: "FieldsV1",
      fieldsV1: {
        "f:metadata": { "f:labels": { ".": {}, "f:app": {} } },
        "f:spec": {
          "f:replicas": {},
          "f:selector": {},
          "f:strategy": { "f:rollingUpdate": { ".": {}, "f:maxSurge": {} }, "f:type": {} },
          "f:template": {
            "f:metadata": { "f:labels": { ".": {}, "f:app": {} } },
            "f:spec": {
              "f:containers": {
                'k:{"name":"web"}': {
                  ".": {},
                  "f:image": {},
                  "f:name": {},
                  "f:ports": {
                    ".": {},
                    'k:{"containerPort":80,"protocol":"TCP"}': { ".": {}, "f:containerPort": {}, "f:protocol": {} },
                  },
                  "f:resources": {},
                },
              },
              "f:securityContext": {},
            },
          },
        },
      },
    },
  ]);
});

test.each<[string, string, object, unknown]>([
  ["an atomic map whole", "Service", { spec: { selector: { app: "web" } } }, { "f:spec": { "f:selector": {} } }],
  [
    "a set by its values",
    "ConfigMap",
    { metadata: { finalizers: ["a"] } },
    { "f:metadata": { "f:finalizers": { ".": {}, 'v:"a"': {} } } },
  ],
  [
    "an atomic struct in a list by its key",
    "ConfigMap",
    { metadata: { ownerReferences: [{ uid: "u", name: "n", kind: "k", apiVersion: "v1" }] } },
    { "f:metadata": { "f:ownerReferences": { ".": {}, 'k:{"uid":"u"}': {} } } },
  ],
  ["an atomic list whole", "Pod", { spec: { tolerations: [{ key: "a" }] } }, { "f:spec": { "f:tolerations": {} } }],
  [
    "a key without protocol by its default",
    "Service",
    { spec: { ports: [{ port: 80 }] } },
    {
      "f:spec": {
        "f:ports": { ".": {}, 'k:{"port":80,"protocol":"TCP"}': { ".": {}, "f:port": {}, "f:targetPort": {} } },
      },
    },
  ],
  [
    "a custom resource field by field, lists whole",
    "Widget",
    { spec: { a: { b: 1 }, c: [{ d: 1 }] } },
    {
      "f:spec": { ".": {}, "f:a": { ".": {}, "f:b": {} }, "f:c": {} },
    },
  ],
])("a create owns %s", (_, kind, body, expected) => {
  expect(fieldsOf(tracked(undefined, object(kind, body)))).toEqual(expected);
});

test("a create owns nothing of what the path cannot set", () => {
  const pod = object("Pod", { spec: { nodeName: "n" }, status: { phase: "Pending" } });
  expect(fieldsOf(tracked(undefined, pod, { resets: ["status"] }))).toEqual({ "f:spec": { "f:nodeName": {} } });
});

test("a create without a manager is by unknown", () => {
  expect(tracked(undefined, object("ConfigMap", { data: { a: "1" } }), { manager: "" })[0]?.manager).toBe("unknown");
});

const before = created("ConfigMap", { data: { a: "1", b: "2" } });

test("an update takes over the fields that it changes", () => {
  const after = object("ConfigMap", { data: { a: "1", b: "3" } });
  const entries = tracked(before, after, { manager: "editor", now: later });
  expect(fieldsOf(entries)).toEqual({ "f:data": { ".": {}, "f:a": {} } });
  expect(fieldsOf(entries, "editor")).toEqual({ "f:data": { "f:b": {} } });
  expect(entries.map(({ manager, time }) => [manager, time])).toEqual([
    ["kubectl", start],
    ["editor", later],
  ]);
});

test("an update disowns the fields that it removes, for everyone", () => {
  const entries = tracked(before, object("ConfigMap", { data: { a: "1" } }), { manager: "editor" });
  expect(entries).toHaveLength(1);
  expect(fieldsOf(entries)).toEqual({ "f:data": { ".": {}, "f:a": {} } });
});

test("an update leaves no entry that owns nothing", () => {
  expect(tracked(before, object("ConfigMap", {}), { manager: "editor" })).toEqual([]);
});

test("an update that changes nothing gives the very entries", () => {
  const after = object("ConfigMap", { data: { a: "1", b: "2" } });
  expect(tracked(before, after, { manager: "editor" })).toBe(before.metadata.managedFields);
});

test("an update of what only the server sets makes no entry", () => {
  const after = object("ConfigMap", { metadata: { resourceVersion: "9", generation: 2 }, data: { a: "1", b: "2" } });
  expect(tracked(before, after, { manager: "editor" })).toBe(before.metadata.managedFields);
});

test("an update keeps untouched entries as they are", () => {
  const after = object("ConfigMap", { metadata: { labels: { x: "y" } }, data: { a: "1", b: "2" } });
  expect(tracked(before, after, { manager: "editor" })).toContain(before.metadata.managedFields?.[0]);
});

test("an update adds to the manager's entry and moves its time", () => {
  const after = object("ConfigMap", { data: { a: "1", b: "2", c: "3" } });
  expect(tracked(before, after, { now: later })).toMatchObject([
    { time: later, fieldsV1: { "f:data": { ".": {}, "f:a": {}, "f:b": {}, "f:c": {} } } },
  ]);
});

test("an update of a subresource has its own entry", () => {
  const pod = created("Pod", { spec: { nodeName: "n" } });
  const after = object("Pod", {
    spec: { nodeName: "n" },
    status: { conditions: [{ type: "Ready", status: "True" }] },
  });
  const entries = tracked(pod, after, { manager: "kubelet", subresource: "status" });
  expect(entries).toMatchObject([
    { manager: "kubectl" },
    {
      manager: "kubelet",
      subresource: "status",
      fieldsV1: {
        "f:status": {
          "f:conditions": {
            ".": {},
            'k:{"type":"Ready"}': {
              ".": {},
              "f:lastProbeTime": {},
              "f:lastTransitionTime": {},
              "f:status": {},
              "f:type": {},
            },
          },
        },
      },
    },
  ]);
});

test("an update of an untracked object tracks nothing", () => {
  expect(tracked(object("ConfigMap", {}), object("ConfigMap", { data: { a: "1" } }))).toEqual([]);
});

test("an update merges the oldest of more than ten updaters into ancient-changes", () => {
  let current = object("ConfigMap", {});
  for (let index = 0; index < 13; index++) {
    const data = { ...(current as { data?: object }).data, [`k${String(index).padStart(2, "0")}`]: "v" };
    const write = { manager: `m${String(index).padStart(2, "0")}`, now: `2026-01-01T00:00:${10 + index}Z` };
    const previous = index === 0 ? undefined : current;
    current = object("ConfigMap", { data }, tracked(previous, object("ConfigMap", { data }), write));
  }
  const entries = current.metadata.managedFields ?? [];
  expect(entries.map(({ manager }) => manager)).toEqual([
    "ancient-changes",
    "m04",
    "m05",
    "m06",
    "m07",
    "m08",
    "m09",
    "m10",
    "m11",
    "m12",
  ]);
  expect(entries[0]).toMatchObject({
    time: "2026-01-01T00:00:13Z",
    fieldsV1: { "f:data": { ".": {}, "f:k00": {}, "f:k01": {}, "f:k02": {}, "f:k03": {} } },
  });
});

describe("managedFields that a client sends", () => {
  const stored = created("ConfigMap", { data: { a: "1" } });
  const sent = (managedFields: readonly ManagedFields[]): readonly ManagedFields[] =>
    tracked(stored, object("ConfigMap", { data: { a: "1" } }, managedFields));

  test("replace those that are stored, as kubectl's migration to server-side apply needs it", () => {
    const [own] = stored.metadata.managedFields ?? [];
    const migrated = [{ ...own, manager: "kubectl", operation: "Apply" }];
    expect(sent(migrated)).toEqual(migrated);
  });

  test("are all taken away by one empty entry or an empty list", () => {
    expect(sent([{}])).toEqual([]);
    expect(sent([])).toEqual([]);
  });

  test.each<[string, ManagedFields[]]>([
    ["an unknown operation", [{ manager: "m", operation: "Create", apiVersion: "v1", fieldsType: "FieldsV1" }]],
    [
      "malformed fields",
      [{ manager: "m", operation: "Apply", apiVersion: "v1", fieldsType: "FieldsV1", fieldsV1: { a: {} } }],
    ],
  ])("do not count: %s", (_, entries) => {
    expect(sent(entries)).toBe(stored.metadata.managedFields);
  });
});
