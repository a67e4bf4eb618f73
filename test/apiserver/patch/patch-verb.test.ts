import { expect, test } from "vitest";

import type { KubeObject, ManagedFields } from "../../../src/api/object.ts";
import { ApiError } from "../../../src/api/status.ts";
import type { Call } from "../../../src/apiserver/call.ts";
import type { ApiResponse } from "../../../src/apiserver/request.ts";
import { patchVerb } from "../../../src/apiserver/verbs/patch.ts";
import { createTestRegistry, pod, type TestRegistry } from "../test-registry.ts";

const strategic = "application/strategic-merge-patch+json";
const json = "application/json-patch+json";
const apply = "application/apply-patch+yaml";

interface Patch {
  readonly path: readonly [plural: string, name: string, subresource?: string];
  readonly contentType: string;
  readonly query?: string;
  readonly body: object;
}

async function patched({ registry }: TestRegistry, patch: Patch): Promise<ApiResponse> {
  const [plural, name, subresource = ""] = patch.path;
  const resource = registry.catalogue.find("", "v1", plural);
  if (!resource) throw new Error(`no resource ${plural}`);
  const call: Call = {
    request: {
      method: "PATCH",
      path: `/api/v1/namespaces/team/${plural}/${name}`,
      query: new URLSearchParams(patch.query ?? "fieldManager=test"),
      headers: { "content-type": patch.contentType },
      body: new TextEncoder().encode(JSON.stringify(patch.body)),
      signal: new AbortController().signal,
    },
    route: { resource, namespace: "team", name, subresource, rest: "", verb: "patch" },
    registry,
    user: { name: "admin", groups: [] },
    warnings: [],
  };
  return patchVerb(call);
}

function objectIn({ body }: ApiResponse): KubeObject {
  return JSON.parse(body as string) as KubeObject;
}

const configMap = (data: object, metadata: object = {}): object => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "x", namespace: "team", ...metadata },
  data,
});

const summary = (entries: readonly ManagedFields[] = []): unknown =>
  entries.map(({ manager, operation, subresource }) => [manager, operation, ...(subresource ? [subresource] : [])]);

test("nobody owns what the server adds", async () => {
  const server = await createTestRegistry();
  const { spec, metadata } = (await server.create(pod("a"))) as KubeObject & { spec: { volumes: unknown[] } };
  expect(spec.volumes).toHaveLength(1);
  expect(metadata.managedFields).toHaveLength(1);
  expect(JSON.stringify(metadata.managedFields)).not.toMatch(/f:volumes|f:tolerations|f:status|f:uid/u);
});

test("a patch that changes nothing writes nothing", async () => {
  const server = await createTestRegistry();
  const before = await server.create(configMap({ a: "1" }));
  const after = await patched(server, {
    path: ["configmaps", "x"],
    contentType: strategic,
    body: { data: { a: "1" } },
  });
  expect(objectIn(after)).toEqual(before);
});

test("a patch of managedFields alone is written", async () => {
  const server = await createTestRegistry();
  const { metadata } = await server.create(configMap({ a: "1" }));
  const migrated = [{ ...metadata.managedFields?.[0], manager: "kubectl", operation: "Apply" }];
  const body = [
    { op: "replace", path: "/metadata/managedFields", value: migrated },
    { op: "replace", path: "/metadata/resourceVersion", value: metadata.resourceVersion },
  ];
  const after = await patched(server, { path: ["configmaps", "x"], contentType: json, body });
  expect(objectIn(after).metadata.managedFields).toEqual(migrated);
  const reset = { metadata: { managedFields: [{}] } };
  const cleared = await patched(server, {
    path: ["configmaps", "x"],
    contentType: "application/merge-patch+json",
    body: reset,
  });
  expect(objectIn(cleared).metadata.managedFields).toBeUndefined();
});

test("an empty list of managers takes all away", async () => {
  const server = await createTestRegistry();
  const path = ["configmaps", "x"] as const;
  await patched(server, {
    path,
    contentType: apply,
    body: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x" }, data: { a: "1" } },
  });
  const body = { metadata: { managedFields: [] } };
  const cleared = await patched(server, { path, contentType: "application/merge-patch+json", body });
  expect(objectIn(cleared).metadata.managedFields).toBeUndefined();
});

test("an apply creates, and the same again writes nothing", async () => {
  const server = await createTestRegistry();
  const request = {
    path: ["configmaps", "x"],
    contentType: apply,
    query: "fieldManager=alice",
    body: configMap({ a: "1" }),
  } as const;
  const created = await patched(server, request);
  expect(created.status).toBe(201);
  expect(summary(objectIn(created).metadata.managedFields)).toEqual([["alice", "Apply"]]);
  await server.clock.advance(60_000);
  const again = await patched(server, request);
  expect(again.status).toBe(200);
  expect(objectIn(again)).toEqual(objectIn(created));
});

test("an apply by another manager conflicts until it is forced", async () => {
  const server = await createTestRegistry();
  await server.create(configMap({ a: "1" }));
  const body = configMap({ a: "2" });
  const request = { path: ["configmaps", "x"], contentType: apply, body } as const;
  const refused = patched(server, { ...request, query: "fieldManager=bob" });
  await expect(refused).rejects.toThrow('Apply failed with 1 conflict: conflict with "test" using v1: .data.a');
  const forced = await patched(server, { ...request, query: "fieldManager=bob&force=true" });
  expect(objectIn(forced)).toMatchObject({ data: { a: "2" } });
  expect(summary(objectIn(forced).metadata.managedFields)).toEqual([
    ["bob", "Apply"],
    ["test", "Update"],
  ]);
});

test("an apply of the status owns nothing of the spec", async () => {
  const server = await createTestRegistry();
  await server.create(pod("a"));
  const body = { apiVersion: "v1", kind: "Pod", metadata: { name: "a" }, status: { message: "hello" } };
  const query = "fieldManager=kubelet&force=true";
  const after = await patched(server, { path: ["pods", "a", "status"], contentType: apply, query, body });
  expect(objectIn(after)).toMatchObject({ status: { message: "hello" } });
  expect(objectIn(after).metadata.managedFields?.[0]).toMatchObject({
    manager: "kubelet",
    subresource: "status",
    fieldsV1: { "f:status": { "f:message": {} } },
  });
});

test.each([
  [
    "an apply without manager",
    apply,
    "force=true",
    'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
  ],
  [
    "force without apply",
    strategic,
    "force=true",
    'PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch',
  ],
])("%s is invalid", async (_, contentType, query, message) => {
  const server = await createTestRegistry();
  const refused = patched(server, { path: ["configmaps", "x"], contentType, query, body: configMap({}) });
  await expect(refused).rejects.toSatisfy(
    (error) => error instanceof ApiError && error.code === 422 && error.message === message,
  );
});
