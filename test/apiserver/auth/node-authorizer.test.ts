import { expect, test } from "vitest";

import { ApiError } from "../../../src/api/status.ts";
import { nodeAuthorizer } from "../../../src/apiserver/auth/node-authorizer.ts";
import { createTestRegistry, pod } from "../test-registry.ts";

const user = { name: "system:node:a", groups: ["system:nodes", "system:authenticated"] };

async function reasons(): Promise<(verb: string, plural: string, more?: object) => string> {
  const { registry, create } = await createTestRegistry();
  const volumes = [
    { name: "s", secret: { secretName: "used" } },
    { name: "c", projected: { sources: [{ configMap: { name: "settings" } }] } },
    { name: "d", persistentVolumeClaim: { claimName: "disk" } },
  ];
  await create(pod("web", { nodeName: "a", volumes }));
  await create(pod("far", { nodeName: "b", volumes: [{ name: "s", secret: { secretName: "other" } }] }));
  const authorizer = nodeAuthorizer(registry);
  return (verb, plural, more = {}) => {
    const resource = { group: "", plural, subresource: "", namespace: "team", name: "", ...more };
    const { allowed, reason } = authorizer.decide(user, { verb, path: "", resource });
    return allowed ? "yes" : reason;
  };
}

const noRelation = "no relationship found between node 'a' and this object";

test.each<[string, string, object, string]>([
  ["get", "secrets", { name: "used" }, "yes"],
  ["get", "secrets", { name: "other" }, noRelation],
  ["list", "secrets", {}, "No Object name found"],
  ["update", "secrets", { name: "used" }, "can only read resources of this type"],
  ["watch", "configmaps", { name: "settings" }, "yes"],
  ["get", "configmaps", { name: "settings", namespace: "default" }, noRelation],
  ["get", "persistentvolumeclaims", { name: "disk" }, "yes"],
  ["patch", "persistentvolumeclaims", { name: "disk", subresource: "status" }, "yes"],
  ["list", "persistentvolumeclaims", {}, "can only get individual resources of this type"],
  ["create", "serviceaccounts", { name: "default", subresource: "token" }, "yes"],
  ["create", "serviceaccounts", { name: "other", subresource: "token" }, noRelation],
  ["get", "nodes", { namespace: "", name: "a" }, "yes"],
  ["get", "nodes", { namespace: "", name: "b" }, "node 'a' cannot read 'b', only its own Node object"],
  ["list", "nodes", { namespace: "", fieldSelector: "metadata.name=a" }, "yes"],
  ["list", "pods", {}, "can only list/watch pods with spec.nodeName field selector"],
  ["list", "pods", { fieldSelector: "spec.nodeName=a" }, "yes"],
  ["get", "pods", { name: "far" }, noRelation],
  ["list", "services", {}, "yes"],
  ["delete", "nodes", { namespace: "", name: "a" }, ""],
  ["get", "leases", { group: "coordination.k8s.io", namespace: "kube-node-lease", name: "a" }, "yes"],
  [
    "get",
    "leases",
    { group: "coordination.k8s.io", namespace: "kube-node-lease", name: "b" },
    "can only access node lease with the same name as the requesting node",
  ],
])("a node that wants to %s %s %j hears: %s", async (verb, plural, more, expected) => {
  expect((await reasons())(verb, plural, more)).toBe(expected);
});

test.each<[string, object, string]>([
  ["Node", { metadata: { name: "b" } }, 'nodes "b" is forbidden: node "a" is not allowed to modify node "b"'],
  [
    "Node",
    { metadata: { name: "a", labels: { "node-role.kubernetes.io/x": "" } } },
    'nodes "a" is forbidden: is not allowed to set the following labels: node-role.kubernetes.io/x',
  ],
  [
    "Pod",
    pod("p", { nodeName: "a" }),
    'pods "p" is forbidden: pod does not have "kubernetes.io/config.mirror" annotation, node "a" can only create mirror pods',
  ],
])("a node may not make %s %j", async (kind, object, expected) => {
  const { registry } = await createTestRegistry();
  const resource = registry.catalogue.findKind("v1", kind);
  if (!resource) throw new Error(kind);
  const place = kind === "Pod" ? { namespace: "team" } : {};
  const given = { apiVersion: "v1", kind, metadata: {}, ...object };
  const whole = { ...given, metadata: { ...place, ...given.metadata } } as never;
  const outcome = await registry.create(resource, whole, { user, manager: "kubelet" }).catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(ApiError);
  expect((outcome as ApiError).message).toBe(expected);
});
