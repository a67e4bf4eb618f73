import { expect, test } from "vitest";

import { startTestApi, type TestApi } from "../test-api.ts";

const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const collection = "/apis/stable.example.com/v1/namespaces/team/crontabs";
const names = { plural: "crontabs", singular: "crontab", kind: "CronTab", listKind: "CronTabList", shortNames: ["ct"] };

const specSchema = {
  type: "object",
  properties: {
    cronSpec: { type: "string" },
    replicas: { type: "integer", minimum: 1, default: 1 },
    note: { type: "string", nullable: true },
    free: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
    parts: {
      type: "array",
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["name"],
      items: {
        type: "object",
        required: ["name"],
        properties: { name: { type: "string" }, value: { type: "string" } },
      },
    },
  },
};

function version(more: object = {}, spec: object = specSchema): object {
  const status = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  const openAPIV3Schema = { type: "object", properties: { spec, status } };
  return { name: "v1", served: true, storage: true, schema: { openAPIV3Schema }, ...more };
}

function definition(versions: readonly object[] = [version()], more: object = {}): object {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "crontabs.stable.example.com" },
    spec: { group: "stable.example.com", scope: "Namespaced", names, versions, ...more },
  };
}

function cronTab(spec: object = {}, metadata: object = {}): object {
  return { apiVersion: "stable.example.com/v1", kind: "CronTab", metadata: { name: "one", ...metadata }, spec };
}

async function apiWith(given: object = definition()): Promise<TestApi> {
  const api = await startTestApi();
  const { status, body } = await api.post(definitions, given);
  expect({ status, message: body.message }).toEqual({ status: 201, message: undefined });
  await api.clock.settle();
  return api;
}

const one = `${definitions}/crontabs.stable.example.com`;

test("a definition is established and its resource served", async () => {
  const api = await apiWith();
  const { body } = await api.get(one);
  expect(body.status.conditions).toMatchObject([
    { type: "NamesAccepted", status: "True", reason: "NoConflicts", message: "no conflicts found" },
    { type: "Established", status: "True", reason: "InitialNamesAccepted" },
  ]);
  expect(body.status).toMatchObject({ acceptedNames: names, storedVersions: ["v1"] });
  const discovered = await api.get("/apis/stable.example.com/v1");
  expect(discovered.body.resources).toMatchObject([{ name: "crontabs", kind: "CronTab", shortNames: ["ct"] }]);
  expect((await api.get(collection)).body).toMatchObject({ kind: "CronTabList", items: [] });
  const openApi = await api.get("/openapi/v3/apis/stable.example.com/v1");
  expect(openApi.body.components.schemas["com.example.stable.v1.CronTab"].properties.spec.type).toBe("object");
});

test("names that another definition holds are not accepted until it goes", async () => {
  const api = await apiWith();
  const other = {
    ...definition([version()], { names: { plural: "cronjobs", kind: "CronTab", shortNames: ["ct"] } }),
    metadata: { name: "cronjobs.stable.example.com" },
  };
  await api.post(definitions, other);
  await api.clock.settle();
  const path = `${definitions}/cronjobs.stable.example.com`;
  expect((await api.get(path)).body.status.conditions).toMatchObject([
    { type: "NamesAccepted", status: "False", reason: "ListKindConflict", message: '"CronTabList" is already in use' },
    { type: "Established", status: "False", reason: "NotAccepted", message: "not all names are accepted" },
  ]);
  expect((await api.get("/apis/stable.example.com/v1/cronjobs")).status).toBe(404);
  await api.delete(one);
  await api.clock.settle();
  expect((await api.get("/apis/stable.example.com/v1/cronjobs")).status).toBe(200);
});

test("objects are pruned, filled in and validated", async () => {
  const api = await apiWith();
  const { body, headers } = await api.post(collection, cronTab({ lost: 1, free: { kept: { x: 1 } }, note: null }));
  expect(body.spec).toEqual({ replicas: 1, free: { kept: { x: 1 } }, note: null });
  expect(body.metadata.generation).toBe(1);
  expect(headers["warning"]).toEqual([String.raw`299 - "unknown field \"spec.lost\""`]);
  const strict = await api.post(`${collection}?fieldValidation=Strict`, cronTab({ lost: 1 }, { name: "two" }));
  expect(strict.body.message).toBe(
    'CronTab in version "v1" cannot be handled as a CronTab: strict decoding error: unknown field "spec.lost"',
  );
  const wrong = await api.patch(`${collection}/one`, {
    spec: { replicas: 0, cronSpec: 5, parts: [{ name: "a" }, { name: "a" }] },
  });
  expect(wrong.status).toBe(422);
  expect(
    wrong.body.details.causes.map((cause: { field: string; message: string }) => `${cause.field}: ${cause.message}`),
  ).toEqual([
    'spec.cronSpec: Invalid value: "integer": spec.cronSpec in body must be of type string: "integer"',
    "spec.replicas: Invalid value: 0: spec.replicas in body should be greater than or equal to 1",
    'spec.parts[1]: Duplicate value: map[string]interface {}{"name":"a"}',
  ]);
});

test("a default that comes later also shows in what is stored", async () => {
  const api = await apiWith();
  await api.post(collection, cronTab({ cronSpec: "x" }));
  const later = {
    ...specSchema,
    properties: { ...specSchema.properties, image: { type: "string", default: "nginx" } },
  };
  await api.patch(one, { spec: { versions: [version({}, later)] } });
  await api.clock.settle();
  expect((await api.get(`${collection}/one`)).body.spec).toMatchObject({ cronSpec: "x", image: "nginx" });
  expect((await api.get(collection)).body.items[0].spec.image).toBe("nginx");
});

test("an update may leave what was wrong before, but makes nothing worse", async () => {
  const api = await apiWith();
  await api.post(collection, cronTab({ replicas: 2 }));
  const narrower = {
    ...specSchema,
    properties: { ...specSchema.properties, replicas: { type: "integer", minimum: 5 } },
  };
  await api.patch(one, { spec: { versions: [version({}, narrower)] } });
  await api.clock.settle();
  expect((await api.patch(`${collection}/one`, { spec: { cronSpec: "new" } })).status).toBe(200);
  expect((await api.patch(`${collection}/one`, { spec: { replicas: 3 } })).status).toBe(422);
});

test("every served version shows the same objects", async () => {
  const api = await apiWith(definition([version({ name: "v1beta1", storage: false }), version()]));
  await api.post(collection, cronTab({ cronSpec: "x" }));
  const beta = "/apis/stable.example.com/v1beta1/namespaces/team/crontabs";
  const { body } = await api.get(`${beta}/one`);
  expect(body).toMatchObject({ apiVersion: "stable.example.com/v1beta1", spec: { cronSpec: "x" } });
  await api.put(`${beta}/one`, { ...body, spec: { cronSpec: "y" } });
  const { body: read } = await api.get(`${collection}/one`);
  expect(read).toMatchObject({
    apiVersion: "stable.example.com/v1",
    spec: { cronSpec: "y" },
    metadata: { generation: 2 },
  });
  await api.patch(one, {
    spec: { versions: [version({ name: "v1beta1", storage: true }), version({ storage: false })] },
  });
  await api.clock.settle();
  expect((await api.get(one)).body.status.storedVersions).toEqual(["v1", "v1beta1"]);
  expect((await api.get(`${collection}/one`)).body.apiVersion).toBe("stable.example.com/v1");
});

test("with the status subresource, spec and status have a door each", async () => {
  const api = await apiWith(definition([version({ subresources: { status: {} } })]));
  const created = await api.post(collection, { ...cronTab({ cronSpec: "x" }), status: { ready: true } });
  expect(created.body.status).toBeUndefined();
  const path = `${collection}/one`;
  const wanted = {
    ...created.body,
    metadata: { ...created.body.metadata, labels: { a: "b" } },
    spec: {},
    status: { ready: true },
  };
  const { body } = await api.put(`${path}/status`, wanted);
  expect(body).toMatchObject({ spec: { cronSpec: "x" }, status: { ready: true }, metadata: { generation: 1 } });
  expect(body.metadata.labels).toBeUndefined();
  const changed = await api.patch(path, { spec: { cronSpec: "y" }, status: { ready: false } });
  expect(changed.body).toMatchObject({ spec: { cronSpec: "y" }, status: { ready: true }, metadata: { generation: 2 } });
});

test("without the status subresource, the status is like any field", async () => {
  const api = await apiWith();
  await api.post(collection, { ...cronTab(), status: { ready: true } });
  const { body } = await api.patch(`${collection}/one`, { status: { ready: false } });
  expect(body).toMatchObject({ status: { ready: false }, metadata: { generation: 2 } });
  expect((await api.get(`${collection}/one/status`)).status).toBe(404);
});

test("the scale subresource reads and writes where the definition says", async () => {
  const scale = {
    specReplicasPath: ".spec.replicas",
    statusReplicasPath: ".status.found",
    labelSelectorPath: ".status.selector",
  };
  const api = await apiWith(definition([version({ subresources: { scale, status: {} } })]));
  await api.post(collection, cronTab({ replicas: 3 }));
  await api.patch(`${collection}/one/status`, { status: { found: 2, selector: "app=x" } });
  expect((await api.get(`${collection}/one/scale`)).body).toMatchObject({
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    spec: { replicas: 3 },
    status: { replicas: 2, selector: "app=x" },
  });
  await api.patch(`${collection}/one/scale`, { spec: { replicas: 7 } });
  expect((await api.get(`${collection}/one`)).body.spec.replicas).toBe(7);
});

test("tables have the definition's columns", async () => {
  const columns = [
    { name: "Spec", type: "string", jsonPath: ".spec.cronSpec" },
    { name: "Ready", type: "string", priority: 1, jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
    { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" },
  ];
  const api = await apiWith(definition([version({ additionalPrinterColumns: columns })]));
  const conditions = [
    { type: "Other", status: "False" },
    { type: "Ready", status: "True" },
  ];
  await api.post(collection, { ...cronTab({ cronSpec: "x" }), status: { conditions } });
  const { body } = await api.get(collection, { headers: { accept: "application/json;as=Table;v=v1;g=meta.k8s.io" } });
  expect(body.columnDefinitions).toMatchObject([
    { name: "Name" },
    { name: "Spec" },
    { name: "Ready", priority: 1 },
    { name: "Age" },
  ]);
  expect(body.rows[0].cells).toEqual(["one", "x", "True", "0s"]);
});

test("selectable fields select", async () => {
  const api = await apiWith(definition([version({ selectableFields: [{ jsonPath: ".spec.cronSpec" }] })]));
  for (const name of ["one", "two"]) await api.post(collection, cronTab({ cronSpec: name }, { name }));
  expect((await api.get(`${collection}?fieldSelector=spec.cronSpec=two`)).body.items).toMatchObject([
    { metadata: { name: "two" } },
  ]);
  expect((await api.get(`${collection}?fieldSelector=spec.replicas=1`)).body.message).toContain(
    "field label not supported: spec.replicas",
  );
});

test("server-side apply merges lists by the keys of the schema", async () => {
  const api = await apiWith();
  const apply = (manager: string, parts: object[]): Promise<unknown> =>
    api.patch(`${collection}/one?fieldManager=${manager}`, cronTab({ parts }), {
      headers: { "content-type": "application/apply-patch+yaml" },
    });
  await apply("a", [{ name: "x", value: "1" }]);
  await apply("b", [{ name: "y", value: "2" }]);
  const { body } = await api.get(`${collection}/one`);
  expect(body.spec.parts).toEqual([
    { name: "x", value: "1" },
    { name: "y", value: "2" },
  ]);
  await apply("a", []);
  expect((await api.get(`${collection}/one`)).body.spec.parts).toEqual([{ name: "y", value: "2" }]);
});

test("deleting a definition removes its objects first and ends its watches", async () => {
  const api = await apiWith();
  await api.post(collection, cronTab());
  await api.post(collection, cronTab({}, { name: "held", finalizers: ["example.com/hold"] }));
  const watch = await api.watch(`${collection}?watch=true&resourceVersion=1`);
  const { body } = await api.delete(one);
  expect(body.metadata.finalizers).toEqual(["customresourcecleanup.apiextensions.k8s.io"]);
  await api.clock.settle();
  expect((await api.get(collection)).body.items).toMatchObject([{ metadata: { name: "held" } }]);
  expect((await api.get(one)).body.status.conditions).toContainEqual(
    expect.objectContaining({ type: "Terminating", status: "True", reason: "InstanceDeletionInProgress" }),
  );
  await api.patch(`${collection}/held`, { metadata: { finalizers: null } });
  await api.clock.settle();
  expect((await api.get(one)).status).toBe(404);
  expect((await api.get(collection)).status).toBe(404);
  const types: string[] = [];
  for (let event = await watch.next(); event; event = await watch.next()) types.push(event.type);
  expect(types).toEqual(["ADDED", "ADDED", "MODIFIED", "DELETED", "DELETED"]);
  expect(api.logged).toEqual([]);
});

test("a deprecated version warns", async () => {
  const api = await apiWith(definition([version({ deprecated: true, deprecationWarning: "use v2" })]));
  expect((await api.get(collection)).headers["warning"]).toEqual(['299 - "use v2"']);
});
