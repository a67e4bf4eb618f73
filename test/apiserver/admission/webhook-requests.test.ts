import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

import { serveWebhook, type WebhookServer } from "../../support/webhook-server.ts";
import { startTestApi, type TestApi } from "../test-api.ts";

interface Request {
  readonly uid: string;
  readonly operation: string;
  readonly kind: { readonly group: string; readonly version: string; readonly kind: string };
  readonly subResource?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly object: { readonly kind: string; readonly apiVersion: string } | null;
  readonly oldObject: object | null;
  readonly options: object | null;
}

interface Review {
  readonly request: Request;
}

const configurations = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";
const team = "/api/v1/namespaces/team";

let server: WebhookServer;
let api: TestApi;
let seen: Request[];
let answer: object;

beforeAll(async () => {
  server = await serveWebhook((_, { request }: Review) => {
    seen.push(request);
    return {
      body: {
        apiVersion: "admission.k8s.io/v1",
        kind: "AdmissionReview",
        response: { uid: request.uid, allowed: true, ...answer },
      },
    };
  });
});
afterAll(async () => server[Symbol.asyncDispose]());

beforeEach(async () => {
  seen = [];
  answer = {};
  api = await startTestApi();
});

async function watchOver(...resources: readonly string[]): Promise<void> {
  const rules = [{ apiGroups: ["*"], apiVersions: ["*"], operations: ["*"], resources }];
  const clientConfig = { url: server.url, caBundle: server.caBundle };
  const hook = { name: "all.example.com", admissionReviewVersions: ["v1"], sideEffects: "None", clientConfig, rules };
  await api.post(configurations, { metadata: { name: "all" }, webhooks: [hook] });
}

test("a scale is seen, and changed, as a scale", async () => {
  const containers = [{ name: "app", image: "nginx" }];
  const template = { metadata: { labels: { app: "a" } }, spec: { containers } };
  await api.post(`${team}/replicationcontrollers`, { metadata: { name: "one" }, spec: { replicas: 1, template } });
  await watchOver("*/scale");
  const patch = [{ op: "replace", path: "/spec/replicas", value: 3 }];
  answer = { patchType: "JSONPatch", patch: Buffer.from(JSON.stringify(patch)).toString("base64") };
  const { body } = await api.patch(`${team}/replicationcontrollers/one/scale`, { spec: { replicas: 2 } });
  expect(body.spec).toEqual({ replicas: 3 });
  expect(seen).toMatchObject([
    {
      operation: "UPDATE",
      kind: { group: "autoscaling", version: "v1", kind: "Scale" },
      subResource: "scale",
      name: "one",
      object: { kind: "Scale", spec: { replicas: 2 } },
      oldObject: { kind: "Scale", spec: { replicas: 1 } },
    },
  ]);
});

test("of a collection to be deleted no object is named", async () => {
  await api.post(`${team}/configmaps`, { metadata: { name: "one" } });
  await watchOver("configmaps");
  await api.delete(`${team}/configmaps`);
  expect(seen).toMatchObject([{ operation: "DELETE", namespace: "team", oldObject: { metadata: { name: "one" } } }]);
  expect(seen[0]?.name).toBeUndefined();
});

test("a Namespace is said to be in itself", async () => {
  await watchOver("namespaces");
  await api.post("/api/v1/namespaces", { metadata: { name: "other" } });
  expect(seen).toMatchObject([{ operation: "CREATE", name: "other", namespace: "other" }]);
});

test("questions are asked only if they may be", async () => {
  await watchOver("localsubjectaccessreviews", "tokenreviews");
  const spec = { user: "jane", resourceAttributes: { namespace: "team", verb: "get", resource: "pods" } };
  const reviews = "/apis/authorization.k8s.io/v1/namespaces/team/localsubjectaccessreviews";
  expect((await api.post(reviews, { spec })).status).toBe(201);
  answer = { allowed: false };
  const token = await api.post("/apis/authentication.k8s.io/v1/tokenreviews", { spec: { token: "x" } });
  expect(token.status).toBe(400);
  expect(seen.map(({ kind, namespace }) => [kind.kind, namespace])).toEqual([
    ["LocalSubjectAccessReview", "team"],
    ["TokenReview", undefined],
  ]);
});

test("a connection has no options of its own, and its warnings are told even if it fails", async () => {
  const containers = [{ name: "app", image: "nginx" }];
  await api.post(`${team}/pods`, { metadata: { name: "one" }, spec: { containers } });
  await watchOver("pods/exec");
  answer = { warnings: ["mind the gap"] };
  const { status, headers } = await api.get(`${team}/pods/one/exec?command=ls`);
  expect([status, headers["warning"]]).toEqual([400, ['299 - "mind the gap"']]);
  expect(seen).toMatchObject([{ operation: "CONNECT", object: { kind: "PodExecOptions" }, options: null }]);
});

test("an eviction is seen in the one version that there is", async () => {
  const containers = [{ name: "app", image: "nginx" }];
  await api.post(`${team}/pods`, { metadata: { name: "one" }, spec: { containers } });
  await watchOver("pods/eviction");
  await api.post(`${team}/pods/one/eviction`, {
    apiVersion: "policy/v1beta1",
    kind: "Eviction",
    metadata: { name: "one" },
  });
  expect(seen).toMatchObject([
    { kind: { group: "policy", version: "v1", kind: "Eviction" }, object: { apiVersion: "policy/v1" } },
  ]);
});
