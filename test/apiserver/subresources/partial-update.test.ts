import { beforeEach, expect, test } from "vitest";

import { startTestApi, type TestApi } from "../test-api.ts";

const pods = "/api/v1/namespaces/team/pods";
let api: TestApi;

beforeEach(async () => {
  api = await startTestApi();
});

test("a pod without ephemeral containers takes a patch of them that changes nothing, and then one that adds", async () => {
  await api.post("/api/v1/namespaces/team/serviceaccounts", { metadata: { name: "default" } });
  await api.post(pods, { metadata: { name: "one" }, spec: { containers: [{ name: "app", image: "nginx" }] } });
  const ephemeral = `${pods}/one/ephemeralcontainers`;
  const annotated = await api.patch(ephemeral, { metadata: { annotations: { seen: "true" } } });
  expect(annotated).toMatchObject({ status: 200, body: { kind: "Pod" } });
  expect(annotated.body.spec).not.toHaveProperty("ephemeralContainers");
  const added = await api.patch(ephemeral, { spec: { ephemeralContainers: [{ name: "debug", image: "busybox" }] } });
  expect(added).toMatchObject({ status: 200, body: { spec: { ephemeralContainers: [{ name: "debug" }] } } });
});

test("finalizing a namespace that names no finalizers leaves none", async () => {
  const { body } = await api.put("/api/v1/namespaces/team/finalize", { metadata: { name: "team" }, spec: {} });
  expect(body).toMatchObject({ kind: "Namespace", spec: {} });
  expect(body.spec).not.toHaveProperty("finalizers");
});
