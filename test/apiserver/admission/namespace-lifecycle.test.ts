import { expect, test } from "vitest";

import { startTestApi } from "../test-api.ts";

const pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web" },
  spec: { containers: [{ name: "a", image: "b" }] },
};

test.each(["default", "kube-system", "kube-public"])("the namespace %s may not be deleted", async (name) => {
  const api = await startTestApi();
  const { status, body } = await api.delete(`/api/v1/namespaces/${name}`);
  expect([status, body.message]).toEqual([403, `namespaces "${name}" is forbidden: this namespace may not be deleted`]);
});

test("in a namespace that is going away nothing is made, below objects neither", async () => {
  const api = await startTestApi();
  const pods = "/api/v1/namespaces/team/pods";
  await api.delete("/api/v1/namespaces/team");
  const why = "is forbidden: unable to create new content in namespace team because it is being terminated";
  const created = await api.post(pods, { ...pod, metadata: { name: "late" } });
  expect([created.status, created.body.message]).toEqual([403, `pods "late" ${why}`]);
  const eviction = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name: "web" } };
  const evicted = await api.post(`${pods}/web/eviction`, eviction);
  expect([evicted.status, evicted.body.message]).toEqual([403, `pods "web" ${why}`]);
  expect(evicted.body.details.causes).toEqual([
    {
      reason: "NamespaceTerminating",
      message: "namespace team is being terminated",
      field: "metadata.namespace",
    },
  ]);
});
