import { beforeEach, expect, test } from "vitest";

import { startTestApi, type TestApi } from "../test-api.ts";

const rbac = "/apis/rbac.authorization.k8s.io/v1";
const roles = `${rbac}/namespaces/team/roles`;
const bindings = `${rbac}/namespaces/team/rolebindings`;
const user = { name: "jane", groups: ["dev", "system:authenticated"] };
const may = (verbs: readonly string[], resources = ["pods"], apiGroups = [""]): object => ({
  apiGroups,
  resources,
  verbs,
});
const role = (name: string, ...rules: readonly object[]): object => ({ metadata: { name }, rules });
const binding = (name: string, to: string): object => ({
  metadata: { name },
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: to },
  subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "jane" }],
});

let api: TestApi;

beforeEach(async () => {
  api = await startTestApi();
  const manage = may(["create", "update", "patch", "get"], ["roles", "rolebindings"], ["rbac.authorization.k8s.io"]);
  await api.post(roles, role("janes", may(["get", "list"]), manage));
  await api.post(bindings, binding("janes", "janes"));
  await api.post(roles, role("strong", may(["*"], ["secrets"]), may(["get", "delete", "watch"])));
});

const introduction =
  'user "jane" (groups=["dev" "system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n';

test("nobody writes a role that may do more than they", async () => {
  const { status, body } = await api.post(roles, role("mine", may(["get", "delete", "watch"]), may(["list"], ["*"])), {
    user,
  });
  expect(status).toBe(403);
  const missing = [
    '{APIGroups:[""], Resources:["*"], Verbs:["list"]}',
    '{APIGroups:[""], Resources:["pods"], Verbs:["delete" "watch"]}',
  ];
  expect(body.message).toBe(
    `roles.rbac.authorization.k8s.io "mine" is forbidden: ${introduction}${missing.join("\n")}`,
  );
  expect((await api.post(roles, role("mine", may(["get"])), { user })).status).toBe(201);
  expect((await api.patch(`${roles}/mine`, { metadata: { labels: { a: "b" } } }, { user })).status).toBe(200);
  expect((await api.patch(`${roles}/mine`, { rules: [may(["create"])] }, { user })).status).toBe(403);
});

test("nobody binds a role that may do more than they", async () => {
  const { status, body } = await api.post(bindings, binding("more", "strong"), { user });
  expect(status).toBe(403);
  expect(body.message).toContain(`rolebindings.rbac.authorization.k8s.io "more" is forbidden: ${introduction}`);
  expect(body.message).toContain('{APIGroups:[""], Resources:["secrets"], Verbs:["*"]}');
  const unknown = await api.post(bindings, binding("none", "none"), { user });
  expect(unknown.body.message).toBe('roles.rbac.authorization.k8s.io "none" not found');
  expect((await api.post(bindings, binding("same", "janes"), { user })).status).toBe(201);
});

test("who may escalate and bind may do more", async () => {
  const extra = may(["escalate", "bind"], ["roles"], ["rbac.authorization.k8s.io"]);
  await api.post(roles, role("extra", extra));
  await api.post(bindings, binding("extra", "extra"));
  expect((await api.post(roles, role("mine", may(["*"])), { user })).status).toBe(201);
  expect((await api.post(bindings, binding("more", "strong"), { user })).status).toBe(201);
});
