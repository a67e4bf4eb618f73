import { expect, test } from "vitest";

import type { KubeObject, ObjectMeta } from "../../src/api/object.ts";
import { namespaces } from "../../src/resources/core/namespace.ts";
import { pods } from "../../src/resources/core/pod.ts";
import type { ResourceDefinition } from "../../src/resources/definition.ts";
import { validateMetadata } from "../../src/resources/metadata.ts";
import { roles } from "../../src/resources/rbac/role.ts";
import { lines } from "./admitted.ts";

const pod = pods as unknown as ResourceDefinition;
const good: ObjectMeta = { name: "web", namespace: "default", uid: "u1", creationTimestamp: "2025-01-01T00:00:00Z" };
const owner = { apiVersion: "apps/v1", kind: "ReplicaSet", name: "web", uid: "u2" };

test.each<[string, Partial<ObjectMeta>, readonly string[]]>([
  ["nothing is wrong with a good one", {}, []],
  ["a name is needed", { name: "" }, ["metadata.name: Required value: name or generateName is required"]],
  ["a namespace is needed", { namespace: "" }, ["metadata.namespace: Required value"]],
  [
    "a label's key and value are checked",
    { labels: { "a/b/c": "x", app: "-" } },
    [
      expect.stringContaining('metadata.labels: Invalid value: "a/b/c": a qualified name must'),
      expect.stringContaining('metadata.labels: Invalid value: "-": a valid label must'),
    ],
  ],
  ["an annotation's key may have capital letters", { annotations: { "Example.com/A": "any thing" } }, []],
  [
    "annotations have a size",
    { annotations: { a: "x".repeat(262_144) } },
    ["metadata.annotations: Too long: may not be more than 262144 bytes"],
  ],
  [
    "an owner has a kind, a name and a uid",
    { ownerReferences: [{ ...owner, kind: "", uid: "" }] },
    [
      'metadata.ownerReferences.kind: Invalid value: "": must not be empty',
      'metadata.ownerReferences.uid: Invalid value: "": must not be empty',
    ],
  ],
  [
    "one owner is the controller",
    {
      ownerReferences: [
        { ...owner, controller: true },
        { ...owner, name: "api", controller: true },
      ],
    },
    [
      expect.stringContaining(
        'Only one reference can have Controller set to true. Found "true" in references for ReplicaSet/web and ReplicaSet/api',
      ),
    ],
  ],
  [
    "a finalizer has a domain",
    { finalizers: ["mine", "example.com/mine", "orphan"] },
    [
      'metadata.finalizers[0]: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified',
    ],
  ],
  [
    "two finalizers exclude each other",
    { finalizers: ["orphan", "foregroundDeletion"] },
    [
      'metadata.finalizers: Invalid value: []string{"orphan", "foregroundDeletion"}: finalizer orphan and foregroundDeletion cannot be both set',
    ],
  ],
  [
    "managed fields are applied or updated",
    { managedFields: [{ operation: "Create", fieldsType: "FieldsV2", manager: "me" }] },
    [
      'metadata.managedFields[0].operation: Invalid value: "Create": must be `Apply` or `Update`',
      'metadata.managedFields[0].fieldsType: Invalid value: "FieldsV2": must be `FieldsV1`',
    ],
  ],
])("%s", (_title, metadata, expected) => {
  expect(lines(validateMetadata(objectWith({ ...good, ...metadata }), pod))).toEqual(expected);
});

test("a kind has its own rule for names", () => {
  const named = (name: string, resource: unknown): string[] =>
    lines(validateMetadata(objectWith({ ...good, name }), resource as ResourceDefinition));

  expect(named("system:reader", roles)).toEqual([]);
  expect(named("a.b", pods)).toEqual([]);
  expect(named("a.b", namespaces)).toEqual([
    'metadata.name: Invalid value: "a.b": must not contain dots',
    "metadata.namespace: Forbidden: not allowed on this type",
  ]);
});

test("an update keeps name, uid and creation time, and a deleted object gets no new finalizers", () => {
  const before = objectWith({ ...good, deletionTimestamp: "2025-01-02T00:00:00Z", finalizers: ["a/b"] });
  const after = objectWith({ ...before.metadata, uid: "u9", finalizers: ["a/b", "a/c"] });

  expect(lines(validateMetadata(after, pod, before))).toEqual([
    'metadata.uid: Invalid value: "u9": field is immutable',
    'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"a/c"}',
  ]);
});

function objectWith(metadata: ObjectMeta): KubeObject {
  return { apiVersion: "v1", kind: "Pod", metadata };
}
