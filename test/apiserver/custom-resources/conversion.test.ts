import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { serveWebhook, type WebhookReply, type WebhookServer } from "../../support/webhook-server.ts";
import { startTestApi, type TestApi } from "../test-api.ts";

interface Backend {
  readonly apiVersion: string;
  readonly metadata: { readonly name: string; readonly labels?: Record<string, unknown> };
  readonly hostPort?: string;
  readonly host?: string;
  readonly port?: string;
}

interface Review {
  readonly apiVersion: string;
  readonly kind: string;
  readonly request: { readonly uid: string; readonly desiredAPIVersion: string; readonly objects: readonly Backend[] };
}

/** hostPort in v1, host and port in v2. */
function converted({ hostPort, host, port, ...rest }: Backend, apiVersion: string): Backend {
  if (apiVersion.endsWith("v1")) return { ...rest, apiVersion, hostPort: `${host}:${port}` };
  const [first = "", second = ""] = (hostPort ?? "").split(":");
  return { ...rest, apiVersion, host: first, port: second };
}

function replyTo({ apiVersion, kind, request }: Review, change: object = {}): WebhookReply {
  const { uid, desiredAPIVersion, objects } = request;
  const convertedObjects = objects.map((object) => converted(object, desiredAPIVersion));
  return { body: { apiVersion, kind, response: { uid, result: { status: "Success" }, convertedObjects, ...change } } };
}

let server: WebhookServer;
let api: TestApi;
let asked: Review[];
let reply: (review: Review) => WebhookReply;

beforeAll(async () => {
  server = await serveWebhook((_, review: Review) => {
    asked.push(review);
    return reply(review);
  });
});
afterAll(async () => server[Symbol.asyncDispose]());

const version = (name: string, fields: readonly string[], stored: string): object => ({
  name,
  served: true,
  storage: name === stored,
  schema: {
    openAPIV3Schema: {
      type: "object",
      properties: Object.fromEntries(fields.map((field) => [field, { type: "string" }])),
    },
  },
});

function spec(stored = "v1"): object {
  const clientConfig = { url: `${server.url}/convert`, caBundle: server.caBundle };
  return {
    group: "example.com",
    scope: "Namespaced",
    names: { plural: "backends", kind: "Backend" },
    versions: [version("v1", ["hostPort"], stored), version("v2", ["host", "port"], stored)],
    conversion: { strategy: "Webhook", webhook: { clientConfig, conversionReviewVersions: ["v3", "v1"] } },
  };
}

const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const [v1, v2] = ["v1", "v2"].map((name) => `/apis/example.com/${name}/namespaces/team/backends`) as [string, string];
const backend = (name: string): object => ({ kind: "Backend", metadata: { name }, hostPort: "localhost:8080" });

beforeEach(async () => {
  asked = [];
  reply = replyTo;
  api = await startTestApi();
  const created = await api.post(definitions, { metadata: { name: "backends.example.com" }, spec: spec() });
  expect(created.body.message).toBeUndefined();
  await api.clock.settle();
});

async function storeAs(stored: string): Promise<void> {
  const change = await api.patch(`${definitions}/backends.example.com`, { spec: spec(stored) });
  expect(change.status).toBe(200);
  await api.clock.settle();
}

test("every served version reads what is stored, in its own words", async () => {
  await api.post(v1, backend("one"));
  const { body } = await api.get(`${v2}/one`);
  expect(body).toMatchObject({ apiVersion: "example.com/v2", kind: "Backend", host: "localhost", port: "8080" });
  expect(body.hostPort).toBeUndefined();
  expect((await api.get(`${v1}/one`)).body.hostPort).toBe("localhost:8080");
  expect(asked.map(({ request }) => request.desiredAPIVersion)).toEqual(["example.com/v2"]);
  expect(asked[0]).toMatchObject({ apiVersion: "apiextensions.k8s.io/v1", kind: "ConversionReview" });
});

test("a list converts what is not of its version, wherever it was stored", async () => {
  await api.post(v1, backend("one"));
  await storeAs("v2");
  await api.post(v1, backend("two"));
  const { body } = await api.get(v2);
  expect(body.items.map(({ apiVersion, host }: never) => [apiVersion, host])).toEqual([
    ["example.com/v2", "localhost"],
    ["example.com/v2", "localhost"],
  ]);
  expect((await api.get(v1)).body.items.map(({ hostPort }: Backend) => hostPort)).toEqual([
    "localhost:8080",
    "localhost:8080",
  ]);
});

test("writes of another version are stored in the storage version and answered in their own", async () => {
  const created = await api.post(v2, { kind: "Backend", metadata: { name: "one" }, host: "a", port: "1" });
  expect(created.body).toMatchObject({ apiVersion: "example.com/v2", host: "a", port: "1" });
  const patched = await api.patch(`${v2}/one`, { port: "2" });
  expect(patched.body).toMatchObject({ host: "a", port: "2", metadata: { generation: 2 } });
  expect((await api.get(`${v1}/one`)).body.hostPort).toBe("a:2");
  const replaced = await api.put(`${v2}/one`, { ...patched.body, host: "b" });
  expect(replaced.body).toMatchObject({ host: "b", metadata: { generation: 3 } });
  expect((await api.delete(`${v2}/one`)).body.status).toBe("Success");
  expect((await api.get(`${v1}/one`)).status).toBe(404);
});

test("a watch tells every change in its version, in order", async () => {
  await api.post(v1, backend("one"));
  const watch = await api.watch(`${v2}?watch=true`);
  expect(await watch.next()).toMatchObject({ type: "ADDED", object: { host: "localhost" } });
  await api.post(v1, backend("two"));
  await api.patch(`${v1}/two`, { hostPort: "b:2" });
  await api.delete(`${v1}/two`);
  const events = [await watch.next(), await watch.next(), await watch.next()];
  expect(events.map(({ type, object }) => [type, object.apiVersion, object.host])).toEqual([
    ["ADDED", "example.com/v2", "localhost"],
    ["MODIFIED", "example.com/v2", "b"],
    ["DELETED", "example.com/v2", "b"],
  ]);
  watch.close();
});

test("a webhook may change labels and annotations, and nothing else of metadata", async () => {
  reply = (review) => {
    const { uid, desiredAPIVersion, objects } = review.request;
    const convertedObjects = objects.map((object) => ({
      ...converted(object, desiredAPIVersion),
      metadata: { ...object.metadata, labels: { by: "webhook" }, generation: 77, finalizers: ["example.com/x"] },
    }));
    return replyTo(review, { uid, convertedObjects });
  };
  await api.post(v1, backend("one"));
  const { metadata } = (await api.get(`${v2}/one`)).body;
  expect(metadata).toMatchObject({ labels: { by: "webhook" }, generation: 1 });
  expect(metadata.finalizers).toBeUndefined();
});

describe("what a webhook may not answer", () => {
  const first = ({ request }: Review): Backend => converted(request.objects[0] as Backend, request.desiredAPIVersion);
  const with1 = (review: Review, change: object): object => ({ convertedObjects: [{ ...first(review), ...change }] });
  const renamed = (review: Review, change: object): object =>
    with1(review, { metadata: { ...first(review).metadata, ...change } });

  test.each<[string, (review: Review) => object, string]>([
    ["a failure", () => ({ result: { status: "Failure", message: "no way" } }), "failed: no way"],
    ["no result", () => ({ result: {} }), "failed: response.result.status was '', not 'Success'"],
    ["too little", () => ({ convertedObjects: [] }), "returned 0 objects, expected 1"],
    [
      "another version",
      (review) => with1(review, { apiVersion: "example.com/v3" }),
      "returned invalid object at index 0: invalid groupVersion (expected example.com/v2, received example.com/v3)",
    ],
    [
      "another kind",
      (review) => with1(review, { kind: "Frontend" }),
      "returned invalid object at index 0: invalid kind (expected Backend, received Frontend)",
    ],
    [
      "another name",
      (review) => renamed(review, { name: "two" }),
      "returned invalid object: must have the same name: one != two",
    ],
    [
      "no metadata",
      (review) => with1(review, { metadata: undefined }),
      "returned invalid object: must have the same name: one != ",
    ],
    [
      "a label that is no text",
      (review) => renamed(review, { labels: { size: 3 } }),
      "returned invalid metadata: metadata.labels[size] must be a string, but is int64 in converted object",
    ],
  ])("%s", async (_, change, why) => {
    await api.post(v1, backend("one"));
    reply = (review) => replyTo(review, change(review));
    const { status, body } = await api.get(`${v2}/one`);
    expect([status, body.message]).toEqual([500, `conversion webhook for example.com/v1, Kind=Backend ${why}`]);
    expect((await api.get(`${v1}/one`)).status).toBe(200);
  });

  test("another uid", async () => {
    await api.post(v1, backend("one"));
    reply = (review) => replyTo(review, { uid: "x" });
    expect((await api.get(v2)).body.message).toMatch(/failed: expected response\.uid="[-\da-f]+", got "x"$/u);
  });

  test("nothing: nothing is written that cannot be stored", async () => {
    reply = () => ({ status: 500, body: "oops" });
    const { status, body } = await api.post(v2, { kind: "Backend", metadata: { name: "one" }, host: "a", port: "1" });
    expect([status, body.message]).toEqual([
      500,
      'conversion webhook for example.com/v2, Kind=Backend failed: an error on the server ("oops") has prevented the request from succeeding',
    ]);
    expect((await api.get(v1)).body.items).toEqual([]);
  });
});

test("a definition must say where its webhook is", async () => {
  const conversion = { strategy: "Webhook", webhook: { clientConfig: {}, conversionReviewVersions: [] } };
  const { body } = await api.post(definitions, {
    metadata: { name: "backends.example.com" },
    spec: { ...spec(), conversion },
  });
  expect(body.details.causes.map(({ field, message }: Record<string, string>) => `${field}: ${message}`)).toEqual([
    "spec.conversion.webhookClientConfig: Required value: exactly one of url or service is required",
    "spec.conversion.conversionReviewVersions: Required value",
  ]);
});
