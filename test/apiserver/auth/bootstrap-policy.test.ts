import { expect, test } from "vitest";

import type { ClusterRole, ClusterRoleBinding } from "../../../src/api/types.gen.ts";
import { bootstrapPolicy } from "../../../src/apiserver/auth/policy/bootstrap-policy.ts";
import { ruleOf } from "../../../src/apiserver/auth/policy/rule-line.ts";

const policy = bootstrapPolicy();

test("a line makes a rule, in order and with its groups, names or paths", () => {
  expect(ruleOf("read,delete pods/log,pods")).toEqual({
    apiGroups: [""],
    resources: ["pods", "pods/log"],
    verbs: ["delete", "get", "list", "watch"],
  });
  expect(ruleOf("report events @core,events.k8s.io #a")).toEqual({
    apiGroups: ["", "events.k8s.io"],
    resources: ["events"],
    resourceNames: ["a"],
    verbs: ["create", "patch", "update"],
  });
  expect(ruleOf("get /version,/healthz")).toEqual({ nonResourceURLs: ["/healthz", "/version"], verbs: ["get"] });
});

test("every bound role is there, and every one is marked as a default", () => {
  const names = new Set(
    policy.map(({ kind, metadata }) => `${kind ?? ""} ${metadata.namespace ?? ""} ${metadata.name}`),
  );
  for (const { kind, metadata, ...rest } of policy) {
    expect(metadata.labels).toMatchObject({ "kubernetes.io/bootstrapping": "rbac-defaults" });
    if (!kind?.endsWith("Binding")) continue;
    const { roleRef } = rest as ClusterRoleBinding;
    const namespace = roleRef.kind === "Role" ? (metadata.namespace ?? "") : "";
    expect(names).toContain(`${roleRef.kind} ${namespace} ${roleRef.name}`);
  }
  expect(names.size).toBe(policy.length);
});

test("only cluster-admin and controllers may do everything to everything", () => {
  const all = policy.filter((one): one is ClusterRole => one.kind === "ClusterRole");
  const mighty = all.filter(({ rules = [] }) =>
    rules.some(({ resources, verbs }) => resources?.includes("*") && verbs.includes("*")),
  );
  expect(mighty.map(({ metadata }) => metadata.name)).toEqual(["cluster-admin"]);
});
