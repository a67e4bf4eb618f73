import { afterAll, beforeAll, expect, test } from "vitest";

import { type Cluster, createCluster, type KubeObject } from "../../src/index.ts";

let cluster: Cluster;

beforeAll(async () => {
  cluster = await createCluster();
  const role = "rbac.authorization.k8s.io/v1";
  await cluster.apply([
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "box" },
      spec: { containers: [{ name: "c", image: "registry.k8s.io/e2e-test-images/agnhost:2.53", args: ["pause"] }] },
    },
    {
      apiVersion: role,
      kind: "ClusterRole",
      metadata: { name: "reads-metrics" },
      rules: [{ apiGroups: [""], resources: ["nodes/metrics"], verbs: ["get"] }],
    },
  ] as unknown as KubeObject[]);
  await cluster.settle();
});
afterAll(() => cluster.close());

async function curl(path: string, how: string): Promise<string> {
  const node = await cluster.objects.get("Node", "picokube-worker");
  const ip = node?.status?.addresses?.[0]?.address ?? "";
  const script = `curl -sk -w ' %{http_code}' ${how} https://${ip}:10250${path}`;
  return (await cluster.exec("box", ["sh", "-c", script])).stdout;
}

const withToken = `-H "Authorization: Bearer $(cat /var/run/secrets/kubernetes.io/serviceaccount/token)"`;

test("a kubelet answers nobody without credentials, and others as RBAC allows", async () => {
  expect(await curl("/metrics", "")).toBe("Unauthorized 401");
  expect(await curl("/metrics", '-H "Authorization: Bearer nonsense"')).toBe("Unauthorized 401");
  expect(await curl("/metrics", withToken)).toBe(
    "Forbidden (user=system:serviceaccount:default:default, verb=get, resource=nodes, subresource(s)=[metrics])\n 403",
  );
  await cluster.apply([
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name: "reads-metrics" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "reads-metrics" },
      subjects: [{ kind: "ServiceAccount", name: "default", namespace: "default" }],
    },
  ] as unknown as KubeObject[]);
  expect(await curl("/metrics/resource", withToken)).toMatch(/# HELP [\s\S]* 200$/u);
  expect(await curl("/pods", withToken)).toMatch(/subresource\(s\)=\[proxy\]\)\n 403$/u);
});
