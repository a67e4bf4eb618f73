import { expect, test } from "vitest";

import { startTestApi, type TestApi } from "../test-api.ts";

const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const things = "/apis/example.com/v1/namespaces/team/things";

const text = { type: "string" };
const whole = { type: "object", "x-kubernetes-embedded-resource": true, "x-kubernetes-preserve-unknown-fields": true };
const schema = {
  type: "object",
  properties: { spec: { type: "object", properties: { note: text, inner: whole } } },
};

function version(name: string, more: object = {}): object {
  return { name, served: true, storage: name === "v1", schema: { openAPIV3Schema: schema }, ...more };
}

async function apiWith(versions: readonly object[] = [version("v1")]): Promise<TestApi> {
  const api = await startTestApi();
  const { body } = await api.post(definitions, {
    metadata: { name: "things.example.com" },
    spec: { group: "example.com", scope: "Namespaced", names: { plural: "things", kind: "Thing" }, versions },
  });
  expect(body.message).toBeUndefined();
  await api.clock.settle();
  return api;
}

const thing = (spec: object = {}): object => ({
  apiVersion: "example.com/v1",
  kind: "Thing",
  metadata: { name: "one" },
  spec,
});

test("a custom resource must say what kind it is of", async () => {
  const api = await apiWith();
  expect((await api.post(things, { spec: {} })).body).toMatchObject({
    code: 400,
    message: `the object provided is unrecognized (must be of type Thing): Object 'Kind' is missing in '{"spec":{}}' ({"spec":{}})`,
  });
  expect((await api.post(things, { ...thing(), kind: "Other" })).body).toMatchObject({
    code: 422,
    message: 'Other.example.com "one" is invalid: kind: Invalid value: "Other": must be Thing',
  });
});

test("whole objects in a custom resource keep only the metadata that there is", async () => {
  const api = await apiWith();
  const inner = { apiVersion: "v1", kind: "Any", metadata: { name: "x", odd: 1 }, free: true };
  const { body, headers } = await api.post(things, thing({ inner }));
  expect(body.spec.inner).toEqual({ ...inner, metadata: { name: "x" } });
  expect(headers["warning"]).toEqual([String.raw`299 - "unknown field \"spec.inner.metadata.odd\""`]);
  const wrong = await api.post(things, thing({ inner: { ...inner, metadata: { labels: 1 } } }));
  expect(wrong.body).toMatchObject({
    code: 400,
    message: expect.stringContaining("spec.inner.metadata: Invalid value"),
  });
});

test("whole objects in a custom resource are checked as objects are", async () => {
  const api = await apiWith();
  const inner = { apiVersion: "a/b/c", kind: "%", metadata: { name: "..", labels: { "a b": "c" } } };
  const { body } = await api.post(things, thing({ inner }));
  expect(body.details.causes.map(({ field }: { field: string }) => field)).toEqual([
    "spec.inner.apiVersion",
    "spec.inner.kind",
    "spec.inner.metadata.name",
    "spec.inner.metadata.labels",
  ]);
});

test("an update of a status fills it in for good", async () => {
  const versionWith = (size: object): object => {
    const status = { type: "object", properties: { size } };
    const openAPIV3Schema = { ...schema, properties: { ...schema.properties, status } };
    return version("v1", { subresources: { status: {} }, schema: { openAPIV3Schema } });
  };
  const api = await apiWith([versionWith({ ...text, default: "small" })]);
  const { body } = await api.post(things, thing());
  await api.put(`${things}/one/status`, { ...body, status: {} });
  await api.patch(`${definitions}/things.example.com`, { spec: { versions: [versionWith(text)] } });
  await api.clock.settle();
  expect((await api.get(`${things}/one`)).body.status).toEqual({ size: "small" });
});

test("a deprecated version names the best one that is not", async () => {
  const api = await apiWith([
    version("v1", { deprecated: true }),
    version("v1beta1", { deprecated: true }),
    version("v2"),
    version("v2beta1"),
    version("v3", { deprecated: true, deprecationWarning: "gone soon" }),
    version("v4", { deprecated: true }),
  ]);
  const warning = async (name: string): Promise<unknown> =>
    String((await api.get(things.replace("v1", name))).headers["warning"]);
  expect(await warning("v1")).toBe('299 - "example.com/v1 Thing is deprecated; use example.com/v2 Thing"');
  expect(await warning("v1beta1")).toBe('299 - "example.com/v1beta1 Thing is deprecated; use example.com/v2 Thing"');
  expect(await warning("v3")).toBe('299 - "gone soon"');
  expect(await warning("v4")).toBe('299 - "example.com/v4 Thing is deprecated"');
});

test("a namespaced resource has no place outside of namespaces, but to be read", async () => {
  const scale = { specReplicasPath: ".spec.note", statusReplicasPath: ".status.note" };
  const api = await apiWith([version("v1", { subresources: { scale } })]);
  const everywhere = "/apis/example.com/v1/things";
  expect((await api.get(everywhere)).status).toBe(200);
  for (const path of [everywhere, `${everywhere}/one`, `${everywhere}/one/scale`]) {
    expect((await api.post(path, thing())).status).toBe(404);
    expect((await api.delete(path)).status).toBe(404);
  }
  expect((await api.get("/api/v1/pods/one")).status).toBe(404);
  expect((await api.post("/api/v1/pods", {})).status).toBe(405);
});

test("methods that the API does not know are not allowed", async () => {
  const api = await apiWith();
  for (const method of ["HEAD", "OPTIONS", "TRACE"]) {
    expect((await api.request(method, things)).status).toBe(405);
    expect((await api.request(method, `${things}/one`)).status).toBe(405);
  }
  expect((await api.put("/api/v1/namespaces/team/pods/one/exec", {})).status).toBe(405);
});

test("a scale counts as far as an int32 does", async () => {
  const scale = { specReplicasPath: ".spec.size", statusReplicasPath: ".status.size" };
  const counted = {
    type: "object",
    properties: { spec: { type: "object", properties: { size: { type: "integer" } } } },
  };
  const api = await apiWith([version("v1", { subresources: { scale }, schema: { openAPIV3Schema: counted } })]);
  const messageFor = async (size: number): Promise<string> => (await api.post(things, thing({ size }))).body.message;
  expect(await messageFor(2 ** 31)).toBe(
    'Thing.example.com "one" is invalid: .spec.size: Invalid value: 2147483648: should be less than or equal to 2147483647',
  );
  expect(await messageFor(-1)).toContain(".spec.size: Invalid value: -1: should be a non-negative integer");
});

test("a body that is nested too deeply is refused", async () => {
  const api = await apiWith();
  const nested = (depth: number): string => `{"a":${"[".repeat(depth)}${"]".repeat(depth)}}`;
  const send = async (body: string): Promise<unknown> => (await api.request("POST", things, { body })).body;
  for (const body of [nested(100_000), nested(100_000).slice(1)]) {
    expect(await send(body)).toMatchObject({ code: 400 });
  }
});
