import { beforeAll, expect, test } from "vitest";

import type { KubeObject } from "../../../src/api/object.ts";
import { rbacAuthorizer } from "../../../src/apiserver/auth/rbac.ts";
import { serviceAccountTokens } from "../../../src/apiserver/auth/service-account-tokens.ts";
import { Catalogue } from "../../../src/apiserver/catalogue.ts";
import { localClient } from "../../../src/apiserver/local-client.ts";
import { Registry } from "../../../src/apiserver/registry.ts";
import type { ApiRequest, UserInfo } from "../../../src/apiserver/request.ts";
import { accessReview, localAccessReview, selfAccessReview } from "../../../src/apiserver/reviews/access-reviews.ts";
import { bindingOrder } from "../../../src/apiserver/reviews/binding-order.ts";
import { Reviews } from "../../../src/apiserver/reviews/review.ts";
import { rulesReview } from "../../../src/apiserver/reviews/rules-review.ts";
import { selfReview } from "../../../src/apiserver/reviews/self-review.ts";
import { tokenReview } from "../../../src/apiserver/reviews/token-review.ts";
import { parseRoute } from "../../../src/apiserver/route.ts";
import { SubresourceTable } from "../../../src/apiserver/subresources/subresource.ts";
import { Informers } from "../../../src/client/informer.ts";
import { namespaces } from "../../../src/resources/core/namespace.ts";
import { pods } from "../../../src/resources/core/pod.ts";
import { builtinResources } from "../../../src/resources/index.ts";
import { clusterRoleBindings } from "../../../src/resources/rbac/cluster-role-binding.ts";
import { clusterRoles } from "../../../src/resources/rbac/cluster-role.ts";
import { roleBindings } from "../../../src/resources/rbac/role-binding.ts";
import { roles } from "../../../src/resources/rbac/role.ts";
import { Random } from "../../../src/sim/random.ts";
import { VirtualClock } from "../../../src/sim/virtual-clock.ts";
import { Store } from "../../../src/storage/store.ts";

const clock = new VirtualClock();
const catalogue = new Catalogue(builtinResources);
const registry = new Registry({
  store: new Store(),
  catalogue,
  clock,
  random: new Random(1),
  admission: [],
  allocators: [],
});
const client = localClient(registry, new SubresourceTable([]), "test");
const authorizer = rbacAuthorizer(new Informers(client), { roles, clusterRoles, roleBindings, clusterRoleBindings });
const uids: Record<string, string> = { ServiceAccount: "u1" };
const tokens = serviceAccountTokens({
  clock,
  random: new Random(1),
  secret: new Uint8Array(32),
  uidOf: (kind) => uids[kind],
});
const reviews = new Reviews([
  selfAccessReview(authorizer),
  accessReview(authorizer),
  localAccessReview(authorizer),
  rulesReview(authorizer),
  tokenReview([tokens]),
  selfReview,
  bindingOrder,
] as never);

const ann: UserInfo = { name: "ann", groups: ["system:authenticated"] };
const authorization = "/apis/authorization.k8s.io/v1";
const authentication = "/apis/authentication.k8s.io/v1";
const podReader = { apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] };

beforeAll(async () => {
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "reader" };
  const metadata = { name: "reader", namespace: "web" };
  await client.create(namespaces, { metadata: { name: "web" } } as never);
  await client.create(roles, { metadata, rules: [podReader] } as never);
  await client.create(roleBindings, { metadata, roleRef, subjects: [{ kind: "User", name: "ann" }] } as never);
});

test("a user learns what she may do", async () => {
  const ask = (verb: string, namespace: string): Promise<unknown> =>
    post(`${authorization}/selfsubjectaccessreviews`, {
      spec: { resourceAttributes: { verb, resource: "pods", namespace } },
    });

  expect(await ask("list", "web")).toMatchObject({ kind: "SelfSubjectAccessReview", status: { allowed: true } });
  expect(await ask("delete", "web")).toMatchObject({ status: { allowed: false } });
  expect(await ask("list", "other")).toMatchObject({ status: { allowed: false } });
});

test("others can be asked about, in a namespace only what is in it", async () => {
  const resourceAttributes = { verb: "get", resource: "pods", namespace: "web" };

  expect(
    await post(`${authorization}/subjectaccessreviews`, { spec: { user: "ann", resourceAttributes } }),
  ).toMatchObject({
    status: { allowed: true },
  });
  await expect(post(`${authorization}/subjectaccessreviews`, { spec: { resourceAttributes } })).rejects.toThrow(
    'spec.user: Invalid value: "": at least one of user or group must be specified',
  );
  await expect(
    post(`${authorization}/namespaces/other/localsubjectaccessreviews`, { spec: { user: "ann", resourceAttributes } }),
  ).rejects.toThrow('spec.resourceAttributes.namespace: Invalid value: "web": must match metadata.namespace');
});

test("an answer says which binding allows it, or which role is missing", async () => {
  const ask = (user: string): Promise<unknown> =>
    post(`${authorization}/subjectaccessreviews`, {
      spec: { user, resourceAttributes: { verb: "get", resource: "pods", namespace: "web" } },
    });
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "gone" };
  const metadata = { name: "broken", namespace: "web" };
  await client.create(roleBindings, { metadata, roleRef, subjects: [{ kind: "User", name: "joe" }] } as never);

  const reason = 'RBAC: allowed by RoleBinding "reader/web" of Role "reader" to User "ann"';
  expect(await ask("ann")).toMatchObject({ status: { allowed: true, reason } });
  expect(await ask("joe")).toMatchObject({
    status: { allowed: false, reason: 'RBAC: role.rbac.authorization.k8s.io "gone" not found' },
  });
});

test("a question asks for one thing", async () => {
  await expect(post(`${authorization}/selfsubjectaccessreviews`, { spec: {} })).rejects.toThrow(
    "spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified",
  );
});

test("a user learns every rule that holds for her", async () => {
  expect(await post(`${authorization}/selfsubjectrulesreviews`, { spec: { namespace: "web" } })).toMatchObject({
    status: { resourceRules: [podReader], nonResourceRules: [], incomplete: false },
  });
});

test("a user learns who she is", async () => {
  expect(await post(`${authentication}/selfsubjectreviews`, {})).toMatchObject({
    status: { userInfo: { username: "ann", groups: ["system:authenticated"] } },
  });
});

test("a token tells whose it is, to those it is meant for", async () => {
  const serviceAccount = { namespace: "web", name: "default", uid: "u1" };
  const { token } = tokens.issue({ serviceAccount, audiences: [], expirationSeconds: 600 });
  const review = (spec: object): Promise<unknown> => post(`${authentication}/tokenreviews`, { spec });

  expect(await review({ token })).toMatchObject({
    status: {
      authenticated: true,
      user: { username: "system:serviceaccount:web:default" },
      audiences: [tokens.issuer],
    },
  });
  expect(await review({ token: "x" })).toMatchObject({ status: { user: {}, error: "invalid bearer token" } });
  const wrong = `token audiences ["${tokens.issuer}"] is invalid for the target audiences ["vault"]`;
  expect(await review({ token, audiences: ["vault"] })).toMatchObject({
    status: { user: {}, error: `[invalid bearer token, ${wrong}]` },
  });
  const { token: other } = tokens.issue({ serviceAccount, audiences: ["vault", "x"], expirationSeconds: 600 });
  expect(await review({ token: other, audiences: ["vault"] })).toMatchObject({
    status: { authenticated: true, audiences: ["vault"] },
  });
  await expect(review({})).rejects.toThrow("token is required for TokenReview in authentication");
});

test("a Binding by itself binds the pod that it names", async () => {
  const spec = { containers: [{ name: "web", image: "nginx" }] };
  await client.create(pods, { metadata: { name: "web", namespace: "web" }, spec } as never);
  await post("/api/v1/namespaces/web/bindings", { metadata: { name: "web" }, target: { kind: "Node", name: "n1" } });

  expect((await client.get(pods, { namespace: "web", name: "web" }))?.spec.nodeName).toBe("n1");
});

async function post(path: string, body: object): Promise<KubeObject> {
  const request: ApiRequest = {
    method: "POST",
    path,
    query: new URLSearchParams(),
    headers: { "content-type": "application/json" },
    body: Buffer.from(JSON.stringify(body)),
    signal: new AbortController().signal,
  };
  const route = parseRoute(request, catalogue);
  if (!route || !reviews.handles(route)) throw new Error(`no review at ${path}`);
  const response = await reviews.handle({ request, route, registry, user: ann, warnings: [] });
  expect(response.status).toBe(201);
  return JSON.parse(response.body as string) as KubeObject;
}

test("a token ends with what it hangs on", async () => {
  const boundTo = { kind: "Pod", name: "web", uid: "p1" } as const;
  const serviceAccount = { namespace: "web", name: "default", uid: "u1" };
  const { token } = tokens.issue({ serviceAccount, audiences: [], expirationSeconds: 600, boundTo });
  const outcome = async (): Promise<unknown> =>
    ((await post(`${authentication}/tokenreviews`, { spec: { token } })) as unknown as { status: object }).status;

  expect(await outcome()).toEqual({
    user: {},
    error: "[invalid bearer token, service account token has been invalidated]",
  });
  uids["Pod"] = "p2";
  const why = "pod UID (p2) does not match service account pod ref claim (p1)";
  expect(await outcome()).toEqual({ user: {}, error: `[invalid bearer token, ${why}]` });
  uids["Pod"] = "p1";
  expect(await outcome()).toMatchObject({ authenticated: true });
});
