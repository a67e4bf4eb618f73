import { beforeEach, expect, test } from "vitest";

import { type Answer, startTestApi, type TestApi } from "../test-api.ts";

const deployments = "/apis/apps/v1/namespaces/team/deployments";
const labels = { app: "web" };
let api: TestApi;

beforeEach(async () => {
  api = await startTestApi();
  const containers = [{ name: "web", image: "nginx" }];
  const spec = { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } };
  await api.post(`${deployments}?fieldManager=maker`, { metadata: { name: "web" }, spec: { ...spec, replicas: 2 } });
});

function apply(replicas: number, query: string, more: object = {}): Promise<Answer> {
  const body = { apiVersion: "autoscaling/v1", kind: "Scale", metadata: { name: "web" }, spec: { replicas }, ...more };
  const headers = { "content-type": "application/apply-patch+yaml" };
  return api.patch(`${deployments}/web/scale?${query}`, body, { headers });
}

async function owners(): Promise<unknown[]> {
  const { metadata } = (await api.get(`${deployments}/web`)).body;
  return metadata.managedFields
    .filter(({ fieldsV1 }: never) => "f:replicas" in (fieldsV1["f:spec"] as object))
    .map(({ manager, operation, apiVersion, subresource }: never) => [manager, operation, apiVersion, subresource]);
}

test("a Scale may be applied: its manager comes to own the replicas of what is scaled", async () => {
  const { status, body } = await apply(2, "fieldManager=hpa");
  expect([status, body.kind, body.spec.replicas]).toEqual([200, "Scale", 2]);
  expect(await owners()).toEqual([
    ["hpa", "Apply", "apps/v1", "scale"],
    ["maker", "Update", "apps/v1", undefined],
  ]);
});

test("replicas that another manager owns are a conflict, unless forced", async () => {
  const { status, body } = await apply(5, "fieldManager=hpa");
  expect([status, body.message]).toEqual([
    409,
    'Apply failed with 1 conflict: conflict with "maker" using autoscaling/v1: .spec.replicas',
  ]);
  expect((await apply(5, "fieldManager=hpa&force=true")).body.spec.replicas).toBe(5);
  expect(await owners()).toEqual([["hpa", "Apply", "apps/v1", "scale"]]);
  expect((await api.get(`${deployments}/web`)).body.spec.replicas).toBe(5);
});

test("what is not there cannot be scaled into being", async () => {
  await api.delete(`${deployments}/web`);
  expect((await apply(5, "fieldManager=hpa")).status).toBe(404);
});
