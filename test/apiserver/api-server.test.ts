import { beforeEach, describe, expect, test } from "vitest";

import { parseYaml } from "../../src/api/yaml.ts";
import { startTestApi, type TestApi } from "./test-api.ts";

let api: TestApi;

beforeEach(async () => {
  api = await startTestApi();
});

const whoami = "/apis/authentication.k8s.io/v1/selfsubjectreviews";

describe("impersonation", () => {
  const as = (headers: Readonly<Record<string, string>>): object => ({ headers });

  test("makes a request somebody else's", async () => {
    const headers = { "impersonate-user": "jane", "impersonate-group": "dev, ops", "impersonate-extra-scopes": "view" };
    const { body } = await api.post(whoami, {}, as(headers));
    expect(body.status.userInfo).toEqual({
      username: "jane",
      groups: ["dev", "ops", "system:authenticated"],
      extra: { scopes: ["view"] },
    });
    expect((await api.get("/api/v1/pods", as({ "impersonate-user": "jane" }))).body.message).toBe(
      'pods is forbidden: User "jane" cannot list resource "pods" in API group "" at the cluster scope',
    );
  });

  test("of a service account implies its groups", async () => {
    const { body } = await api.post(whoami, {}, as({ "impersonate-user": "system:serviceaccount:team:default" }));
    expect(body.status.userInfo.groups).toEqual([
      "system:serviceaccounts",
      "system:serviceaccounts:team",
      "system:authenticated",
    ]);
  });

  test("is for those who may", async () => {
    const user = { name: "bob", groups: [] };
    const { status, body } = await api.get("/api/v1/pods", { user, headers: { "impersonate-user": "jane" } });
    expect(status).toBe(403);
    expect(body.message).toBe(
      'users "jane" is forbidden: User "bob" cannot impersonate resource "users" in API group "" at the cluster scope',
    );
  });
});

test("a service account's token says who it is, until its account goes", async () => {
  const accounts = "/api/v1/namespaces/team/serviceaccounts";
  await api.post(accounts, { metadata: { name: "robot" } });
  const { body } = await api.post(`${accounts}/robot/token`, { spec: { audiences: [], expirationSeconds: 600 } });
  const { token } = body.status;
  const review = async (): Promise<{ authenticated?: boolean }> =>
    (await api.post("/apis/authentication.k8s.io/v1/tokenreviews", { spec: { token } })).body.status;
  expect(await review()).toMatchObject({
    authenticated: true,
    user: {
      username: "system:serviceaccount:team:robot",
      extra: { "authentication.kubernetes.io/credential-id": [expect.stringMatching(/^JTI=/u)] },
    },
  });
  const keys = await api.get("/openid/v1/jwks");
  expect(keys.body.keys[0].kid).toBe(JSON.parse(Buffer.from(token.split(".")[0], "base64url").toString()).kid);
  await api.delete(`${accounts}/robot`);
  expect((await review()).authenticated).toBeUndefined();
});

describe("flow control", () => {
  test("names the flow of a request in its answer's headers", async () => {
    const uidOf = async (kind: string, name: string): Promise<string> =>
      (await api.get(`/apis/flowcontrol.apiserver.k8s.io/v1/${kind}/${name}`)).body.metadata.uid;
    const exempt = await api.get("/api/v1/namespaces");
    expect(exempt.headers["x-kubernetes-pf-flowschema-uid"]).toBe(await uidOf("flowschemas", "exempt"));
    const bob = await api.get("/api/v1/namespaces", { user: { name: "bob", groups: ["system:authenticated"] } });
    expect(bob.status).toBe(403);
    expect(bob.headers).toMatchObject({
      "x-kubernetes-pf-flowschema-uid": await uidOf("flowschemas", "global-default"),
      "x-kubernetes-pf-prioritylevel-uid": await uidOf("prioritylevelconfigurations", "global-default"),
    });
  });

  test("prefers the schema that comes first", async () => {
    const rules = [
      {
        subjects: [{ kind: "User", user: { name: "bob" } }],
        resourceRules: [{ verbs: ["get"], apiGroups: [""], resources: ["nodes"], clusterScope: true }],
      },
    ];
    const { body } = await api.post("/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas", {
      metadata: { name: "bobs" },
      spec: { matchingPrecedence: 500, priorityLevelConfiguration: { name: "system" }, rules },
    });
    const user = { name: "bob", groups: [] };
    const { headers } = await api.get("/api/v1/nodes/x", { user });
    expect(headers["x-kubernetes-pf-flowschema-uid"]).toBe(body.metadata.uid);
  });

  test("tells which schemas lack their priority level", async () => {
    const spec = { priorityLevelConfiguration: { name: "nowhere" } };
    await api.post("/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas", { metadata: { name: "lost" }, spec });
    await api.clock.settle();
    const conditions = async (name: string): Promise<object[]> =>
      (await api.get(`/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas/${name}`)).body.status.conditions;
    expect(await conditions("lost")).toMatchObject([{ type: "Dangling", status: "True", reason: "NotFound" }]);
    expect(await conditions("exempt")).toMatchObject([{ type: "Dangling", status: "False", reason: "Found" }]);
  });
});

test("deprecated kinds warn", async () => {
  const { headers, body } = await api.get("/api/v1/componentstatuses");
  expect(headers["warning"]).toEqual(['299 - "v1 ComponentStatus is deprecated in v1.19+"']);
  expect(body.items.map((item: { metadata: { name: string } }) => item.metadata.name)).toEqual([
    "controller-manager",
    "etcd-0",
    "scheduler",
  ]);
});

describe("paths that are no resource's", () => {
  test.each(["/healthz", "/livez", "/readyz", "/readyz/ping", "/livez/etcd"])("%s is ok", async (path) => {
    expect(await api.get(path)).toMatchObject({ status: 200, body: "ok" });
  });

  test("health tells its checks", async () => {
    const { body } = await api.get("/readyz?verbose&exclude=etcd");
    expect(body).toMatch(/^\[\+\]ping ok\n\[\+\]log ok\n\[\+\]etcd excluded: ok\n/u);
    expect(body).toMatch(/readyz check passed\n$/u);
  });

  test("/api tells clients in the cluster where to ask", async () => {
    expect((await api.get("/api")).body.serverAddressByClientCIDRs).toEqual([
      { clientCIDR: "0.0.0.0/0", serverAddress: "192.168.0.1:6443" },
    ]);
  });

  test("aggregated discovery is not sent again to who has it, until it changes", async () => {
    const accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    const ask = (known = ""): ReturnType<TestApi["get"]> =>
      api.get("/apis", { headers: { accept, "if-none-match": known } });
    const { status, headers } = await ask();
    expect([status, headers["vary"], headers["content-type"]]).toEqual([200, "Accept", accept]);
    const etag = headers["etag"] as string;
    expect(await ask(etag)).toMatchObject({ status: 304, headers: { etag } });
    await api.post("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", {
      metadata: { name: "gadgets.example.com" },
      spec: {
        group: "example.com",
        scope: "Namespaced",
        names: { plural: "gadgets", kind: "Gadget" },
        versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } }],
      },
    });
    await api.clock.settle();
    expect((await ask(etag)).status).toBe(200);
  });

  test("metrics tell how many requests a priority level may serve", async () => {
    await api.post("/apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations", {
      metadata: { name: "small" },
      spec: { type: "Limited", limited: { nominalConcurrencyShares: 1, limitResponse: { type: "Reject" } } },
    });
    const { body } = await api.get("/metrics");
    expect(body).toContain('apiserver_flowcontrol_nominal_limit_seats{priority_level="small"} 3\n');
    expect(body).toContain('apiserver_flowcontrol_nominal_limit_seats{priority_level="exempt"} 0\n');
  });

  test("metrics count requests and objects", async () => {
    await api.get("/api/v1/namespaces/nowhere/pods/x");
    const { body, headers } = await api.get("/metrics");
    expect(headers["content-type"]).toMatch(/^text\/plain; version=0\.0\.4/u);
    expect(body).toMatch(/apiserver_request_total\{code="404".*resource="pods",scope="resource".*verb="get".*\} 1/iu);
    expect(body).toContain('apiserver_storage_objects{resource="namespaces"} 5');
  });

  test("others are not found, and none is written to", async () => {
    expect((await api.get("/nothing")).status).toBe(404);
    expect((await api.post("/version", {})).status).toBe(405);
  });
});

test.each(["/nothing", "/apis/example.com", "/apis/example.com/v1/widgets"])(
  "what is not there at all is told in Go's words: %s",
  async (path) => {
    const { status, headers, body } = await api.get(path);
    expect({ status, body }).toEqual({ status: 404, body: "404 page not found\n" });
    expect(headers["content-type"]).toBe("text/plain; charset=utf-8");
  },
);

test.each(["/api/v2", "/api/v1/widgets", "/apis/apps/v9/deployments", "/api/v1/namespaces/team/configmaps/a/b"])(
  "what is missing below the API's own paths is told in a Status: %s",
  async (path) => {
    const { status, body } = await api.get(path);
    expect(status).toBe(404);
    expect(body).toEqual({
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message: "the server could not find the requested resource",
      reason: "NotFound",
      details: {},
      code: 404,
    });
  },
);

test("answers are YAML where a client likes it best", async () => {
  const options = { headers: { accept: "application/yaml, application/json" } };
  const path = "/api/v1/namespaces/team/configmaps";
  await api.post(path, { metadata: { name: "one" }, data: { a: "yes", b: "1", c: "x: y" } });
  const { headers, body } = await api.get(`${path}/one`, options);
  expect(headers["content-type"]).toBe("application/yaml");
  expect(body).toContain("apiVersion: v1\ndata:\n  a: ");
  expect(parseYaml(body)).toEqual((await api.get(`${path}/one`)).body);
  expect((await api.get(path, options)).body).toContain("items:\n- apiVersion: v1\n");
  const missing = await api.get(`${path}/two`, options);
  expect([missing.status, parseYaml(missing.body)]).toMatchObject([404, { kind: "Status", reason: "NotFound" }]);
  const json = { headers: { accept: "application/json, application/yaml" } };
  expect((await api.get(`${path}/one`, json)).headers["content-type"]).toBe("application/json");
});

test.each([
  ["/api/v1/pods?timeout=soon", 'time: invalid duration "soon"'],
  ["/readyz?timeout=5", 'time: missing unit in duration "5"'],
  ["/api?timeout=5y", 'time: unknown unit "y" in duration "5y"'],
])("%s is no time to answer in", async (path, why) => {
  expect((await api.get(path)).body).toMatchObject({
    code: 400,
    message: `invalid timeout specified in the request URL - ${why}`,
  });
});

test.each(["/api/v1/pods?timeout=1m30s", "/api?timeout=32s", "/api/v1/pods?timeout=0", "/api/v1/pods?timeout="])(
  "%s is answered",
  async (path) => {
    expect((await api.get(path)).status).toBe(200);
  },
);
