import { beforeEach, expect, test } from "vitest";

import { startTestApi, type TestApi } from "../test-api.ts";

const deployments = "/apis/apps/v1/namespaces/team/deployments";
const scale = `${deployments}/web/scale`;
let api: TestApi;

beforeEach(async () => {
  api = await startTestApi();
  const labels = { app: "web" };
  const template = { metadata: { labels }, spec: { containers: [{ name: "web", image: "nginx" }] } };
  const spec = { replicas: 1, selector: { matchLabels: labels }, template };
  const headers = { "user-agent": "maker/1" };
  await api.post(deployments, { metadata: { name: "web" }, spec }, { headers });
});

interface Applied {
  readonly status: number;
  readonly message?: string;
  readonly replicas?: number;
}

async function apply(manager: string, replicas: number, query = ""): Promise<Applied> {
  const body = { apiVersion: "autoscaling/v1", kind: "Scale", metadata: { name: "web" }, spec: { replicas } };
  const headers = { "content-type": "application/apply-patch+yaml" };
  const answer = await api.request("PATCH", `${scale}?fieldManager=${manager}${query}`, { body, headers });
  return { status: answer.status, message: answer.body.message, replicas: answer.body.spec?.replicas };
}

/** Who owns the replicas, by operation and subresource. */
async function owners(): Promise<string[]> {
  const { body } = await api.get(`${deployments}/web`);
  return body.metadata.managedFields
    .filter((entry: { fieldsV1: { "f:spec"?: object } }) => "f:replicas" in (entry.fieldsV1["f:spec"] ?? {}))
    .map((entry: Record<string, string>) =>
      [entry["manager"], entry["operation"], entry["apiVersion"], entry["subresource"]].join(" ").trimEnd(),
    );
}

test("a Scale that is applied conflicts with whoever set the replicas before", async () => {
  expect(await apply("scaler", 3)).toMatchObject({
    status: 409,
    message: 'Apply failed with 1 conflict: conflict with "maker" using autoscaling/v1: .spec.replicas',
  });
  expect(await owners()).toEqual(["maker Update apps/v1"]);
});

test("a forced apply of a Scale takes the replicas over, and nothing else", async () => {
  expect(await apply("scaler", 3, "&force=true")).toMatchObject({ status: 200, replicas: 3 });
  expect(await owners()).toEqual(["scaler Apply apps/v1 scale"]);
  expect(await apply("scaler", 4)).toMatchObject({ status: 200, replicas: 4 });
  expect(await apply("other", 5)).toMatchObject({
    status: 409,
    message: 'Apply failed with 1 conflict: conflict with "scaler" with subresource "scale": .spec.replicas',
  });
});

test("managers who apply the same Scale own it together", async () => {
  await apply("scaler", 3, "&force=true");
  expect(await apply("other", 3)).toMatchObject({ status: 200 });
  expect(await owners()).toEqual(["other Apply apps/v1 scale", "scaler Apply apps/v1 scale"]);
});

test.each([scale, `${deployments}/web`, `${deployments}/none`])(
  "a patch of an unknown type is refused before anything else is looked at: %s",
  async (path) => {
    const headers = { "content-type": "application/apply-patch+cbor" };
    const { status, body } = await api.request("PATCH", `${path}?force=true`, { body: {}, headers });
    expect([status, body.reason]).toEqual([415, "UnsupportedMediaType"]);
  },
);
