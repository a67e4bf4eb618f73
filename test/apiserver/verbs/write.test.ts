import { beforeEach, describe, expect, test } from "vitest";

import { type Answer, startTestApi, type TestApi } from "../test-api.ts";

const path = "/api/v1/namespaces/team/configmaps";
const leases = "/apis/coordination.k8s.io/v1/namespaces/team/leases";
let api: TestApi;

beforeEach(async () => {
  api = await startTestApi();
});

const signingRequest = Buffer.from(`-----BEGIN CERTIFICATE REQUEST-----
MIHdMIGDAgEAMCExDDAKBgNVBAoMA2UyZTERMA8GA1UEAwwIZTJlLXVzZXIwWTAT
BgcqhkjOPQIBBggqhkjOPQMBBwNCAAQropLyCwnly9iCDd8xN3oYX8ULKbS/TmTA
hl8qHF+I7EupvwD6ODdvJHQZgFoFsRDoW/9upEcL+Sh2wLobBBJ2oAAwCgYIKoZI
zj0EAwIDSQAwRgIhAL5DmgOWSLP9qEVZFFS+JkpEPZBAf06LhnQC6YGQBBIHAiEA
3Zu3ueU4ruCP6xOYAAqVKxBqw/1g1DnHVT1RzqrnvmI=
-----END CERTIFICATE REQUEST-----
`).toString("base64");

const one = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "one" } };

describe("dry run", () => {
  test("shows what every verb would do, and does nothing", async () => {
    expect((await api.post(`${path}?dryRun=All`, one)).status).toBe(201);
    expect((await api.get(`${path}/one`)).status).toBe(404);
    const { body } = await api.post(path, one);
    expect((await api.patch(`${path}/one?dryRun=All`, { data: { a: "1" } })).body.data).toEqual({ a: "1" });
    expect((await api.put(`${path}/one?dryRun=All`, { ...one, data: { a: "1" } })).body.data).toEqual({ a: "1" });
    expect((await api.delete(`${path}/one?dryRun=All`)).status).toBe(200);
    expect((await api.delete(path, { body: { dryRun: ["All"] } })).status).toBe(200);
    expect((await api.get(`${path}/one`)).body).toEqual(body);
  });

  test("knows one word only", async () => {
    const { status, body } = await api.post(`${path}?dryRun=some`, one);
    expect(status).toBe(422);
    expect(body.message).toBe(
      'CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: []string{"some"}: supported values: "All"',
    );
  });
});

test("what is created has no version yet", async () => {
  const { status, body } = await api.post(path, { metadata: { name: "one", resourceVersion: "5" } });
  expect({ status, message: body.message }).toEqual({
    status: 500,
    message: "resourceVersion should not be set on objects to be created",
  });
});

const rbac = "/apis/rbac.authorization.k8s.io/v1";

describe("an update", () => {
  test("of an old version is a conflict", async () => {
    const { body } = await api.post(path, one);
    await api.patch(`${path}/one`, { data: { a: "1" } });
    const { status, body: refusal } = await api.put(`${path}/one`, body);
    expect(status).toBe(409);
    expect(refusal).toMatchObject({ reason: "Conflict", details: { name: "one", kind: "configmaps" } });
  });

  test("without a version replaces what there is, unless the kind demands one", async () => {
    await api.post(path, one);
    expect((await api.put(`${path}/one`, { ...one, data: { a: "1" } })).status).toBe(200);
    const zero = { ...one, metadata: { ...one.metadata, resourceVersion: "0" }, data: { a: "2" } };
    expect((await api.put(`${path}/one`, zero)).status).toBe(200);
    await api.post(leases, { metadata: { name: "one" } });
    const { status, body } = await api.put(`${leases}/one`, { metadata: { name: "one" } });
    expect(status).toBe(422);
    expect(body.message).toBe(
      'leases.coordination.k8s.io "one" is invalid: metadata.resourceVersion: Invalid value: 0x0: must be specified for an update',
    );
  });

  test("creates what some kinds lack, and not what others lack", async () => {
    expect((await api.put(`${leases}/one`, { metadata: { name: "one" } })).status).toBe(201);
    expect((await api.put(`${path}/one`, one)).status).toBe(404);
  });

  test("creates nothing for who may only update", async () => {
    const rules = [{ apiGroups: ["*"], resources: ["*"], verbs: ["update", "patch"] }];
    await api.post(`${rbac}/clusterroles`, { metadata: { name: "changer" }, rules });
    await api.post(`${rbac}/clusterrolebindings`, {
      metadata: { name: "changer" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "changer" },
      subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "jane" }],
    });
    const user = { name: "jane", groups: ["system:authenticated"] };
    const refused = await api.put(`${leases}/one`, { metadata: { name: "one" } }, { user });
    expect(refused.body).toMatchObject({ code: 403, reason: "Forbidden", details: { name: "one", kind: "leases" } });
    const headers = { "content-type": "application/apply-patch+yaml" };
    const applied = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "one" } };
    const apply = (): Promise<Answer> => api.patch(`${path}/one?fieldManager=jane`, applied, { user, headers });
    expect((await apply()).status).toBe(403);
    await api.post(path, one);
    expect((await apply()).status).toBe(200);
  });

  test("of a pod keeps its priority", async () => {
    const pods = "/api/v1/namespaces/team/pods";
    const pod = { metadata: { name: "one" }, spec: { containers: [{ name: "app", image: "nginx" }] } };
    await api.post("/api/v1/namespaces/team/serviceaccounts", { metadata: { name: "default" } });
    const { body } = await api.post(pods, pod);
    const { priority: _, preemptionPolicy: __, ...spec } = body.spec;
    expect((await api.put(`${pods}/one`, { ...body, spec })).body.spec).toMatchObject({
      priority: 0,
      preemptionPolicy: "PreemptLowerPriority",
    });
  });
});

test("a pod's status may leave out its class", async () => {
  const pods = "/api/v1/namespaces/team/pods";
  await api.post("/api/v1/namespaces/team/serviceaccounts", { metadata: { name: "default" } });
  const pod = { metadata: { name: "one" }, spec: { containers: [{ name: "app", image: "nginx" }] } };
  const { body } = await api.post(pods, pod);
  const changed = await api.put(`${pods}/one/status`, { ...body, status: { phase: "Running" } });
  expect(changed.body.status).toEqual({ phase: "Running", qosClass: "BestEffort" });
});

describe("an update of a part", () => {
  const pods = "/api/v1/namespaces/team/pods";
  const requests = "/apis/certificates.k8s.io/v1/certificatesigningrequests";

  test("of an old version is a conflict, and leaves labels alone", async () => {
    await api.post("/api/v1/namespaces/team/serviceaccounts", { metadata: { name: "default" } });
    const pod = { metadata: { name: "one" }, spec: { containers: [{ name: "main", image: "nginx" }] } };
    const { body } = await api.post(pods, pod);
    await api.patch(`${pods}/one`, { metadata: { labels: { a: "1" } } });
    const ephemeralContainers = [{ name: "debug", image: "busybox" }];
    const wanted = { ...body, spec: { ...body.spec, ephemeralContainers } };
    expect((await api.put(`${pods}/one/ephemeralcontainers`, wanted)).status).toBe(409);
    const { metadata } = (await api.get(`${pods}/one`)).body;
    const accepted = await api.put(`${pods}/one/ephemeralcontainers`, {
      ...wanted,
      metadata: { ...metadata, labels: {} },
    });
    expect(accepted.body).toMatchObject({ metadata: { labels: { a: "1" } }, spec: { ephemeralContainers: [{}] } });
  });

  test("of an approval takes metadata along", async () => {
    const spec = { request: signingRequest, signerName: "example.com/serving", usages: ["server auth"] };
    await api.post(requests, { metadata: { name: "one" }, spec });
    const { body } = await api.patch(`${requests}/one/approval`, {
      metadata: { annotations: { seen: "yes" } },
      status: { conditions: [{ type: "Checked", status: "True", reason: "Test" }], certificate: "AAAA" },
    });
    expect(body.metadata.annotations).toEqual({ seen: "yes" });
    expect(body.status).toMatchObject({ conditions: [{ type: "Checked" }] });
    expect(body.status.certificate).toBe(undefined);
  });
});

describe("a delete", () => {
  beforeEach(() => api.post(path, one));

  test.each([
    [{ preconditions: { uid: "other" } }, 409, "the UID in the precondition (other) does not match the UID in record"],
    [{ preconditions: { resourceVersion: "1" } }, 409, "the ResourceVersion in the precondition (1) does not match"],
    [
      { propagationPolicy: "Slowly" },
      422,
      'propagationPolicy: Unsupported value: "Slowly": supported values: "Foreground", "Background", "Orphan", "nil"',
    ],
    [
      { propagationPolicy: "Orphan", orphanDependents: true },
      422,
      "orphanDependents and deletionPropagation cannot be both set",
    ],
  ])("with %j is refused", async (body, status, message) => {
    const answer = await api.delete(`${path}/one`, { body });
    expect(answer.body.message).toContain(message);
    expect(answer.status).toBe(status);
  });

  test("answers with what it was", async () => {
    const { body } = await api.delete(`${path}/one`);
    expect(body).toMatchObject({ kind: "Status", status: "Success", details: { name: "one", kind: "configmaps" } });
    expect((await api.delete(`${path}/one`)).status).toBe(404);
  });

  test("of a collection takes what is selected", async () => {
    for (const name of ["two", "three"]) await api.post(path, { metadata: { name, labels: { x: "y" } } });
    const { body } = await api.delete(`${path}?labelSelector=x=y&limit=1`);
    expect(body.items).toMatchObject([{ metadata: { name: "three" } }]);
    const left = (await api.get(path)).body.items.map((item: { metadata: { name: string } }) => item.metadata.name);
    expect(left).toEqual(["one", "two"]);
  });

  test("waits for finalizers", async () => {
    await api.patch(`${path}/one`, { metadata: { finalizers: ["example.com/hold"] } });
    expect((await api.delete(`${path}/one`)).body.metadata.deletionTimestamp).toBe("2025-01-01T00:00:00Z");
    await api.patch(`${path}/one`, { metadata: { finalizers: null } });
    expect((await api.get(`${path}/one`)).status).toBe(404);
  });
});

test("a delete that is to take dependents along, in the old words, is accepted before it is done", async () => {
  await api.post(path, { metadata: { name: "one", finalizers: ["example.com/wait"] } });
  const body = (orphanDependents: boolean): object => ({ kind: "DeleteOptions", apiVersion: "v1", orphanDependents });
  expect((await api.delete(`${path}/one`, { body: body(false) })).status).toBe(202);
  await api.post(path, { metadata: { name: "two", finalizers: ["example.com/wait"] } });
  expect((await api.delete(`${path}/two`, { body: { kind: "DeleteOptions", apiVersion: "v1" } })).status).toBe(200);
});

test("an owner that is named twice is kept once, with a warning", async () => {
  const owner = { apiVersion: "v1", kind: "ConfigMap", name: "owner", uid: "1" };
  const ownerReferences = [owner, owner, { ...owner, name: "other" }];
  const { body, headers } = await api.post(path, { metadata: { name: "one", ownerReferences } });
  expect(body.metadata.ownerReferences).toEqual([owner, { ...owner, name: "other" }]);
  expect(headers["warning"]).toEqual([
    '299 - ".metadata.ownerReferences contains duplicate entries; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: 1"',
  ]);
});

test("an apply may leave out the name of what there is", async () => {
  await api.post(path, { metadata: { name: "one" } });
  const headers = { "content-type": "application/apply-patch+yaml" };
  const apply = (name: string): Promise<Answer> =>
    api.patch(
      `${path}/${name}?fieldManager=me`,
      { apiVersion: "v1", kind: "ConfigMap", data: { a: "1" } },
      { headers },
    );
  expect((await apply("one")).body).toMatchObject({ metadata: { name: "one" }, data: { a: "1" } });
  expect((await apply("two")).body.message).toMatch(/^the name of the object \(two based on URL\) was undeterminable/u);
});

describe("what cannot be done", () => {
  test.each([
    [
      "POST",
      "/api/v1/namespaces/team/configmaps/one",
      405,
      "the server does not allow this method on the requested resource",
    ],
    [
      "GET",
      "/apis/authorization.k8s.io/v1/subjectaccessreviews",
      405,
      "the server does not allow this method on the requested resource",
    ],
    ["DELETE", "/api/v1/namespaces", 405, "the server does not allow this method on the requested resource"],
    ["DELETE", "/api/v1/configmaps", 405, "the server does not allow this method on the requested resource"],
    ["GET", "/api/v1/namespaces/team/configmaps/one", 404, 'configmaps "one" not found'],
    ["POST", "/api/v1/namespaces/nowhere/configmaps", 404, 'namespaces "nowhere" not found'],
  ])("%s %s is %i", async (method, target, status, message) => {
    const answer = await api.request(method, target, method === "POST" ? { body: one } : {});
    expect(answer.body.message).toBe(message);
    expect(answer.status).toBe(status);
  });

  test("an object of a namespace is nowhere without its namespace", async () => {
    await api.post(path, one);
    expect((await api.get("/api/v1/configmaps/one")).status).toBe(404);
  });

  test("a body of an unknown type is not read", async () => {
    const { status } = await api.post(path, "a=b", {
      headers: { "content-type": "application/x-www-form-urlencoded" },
    });
    expect(status).toBe(415);
  });
});
