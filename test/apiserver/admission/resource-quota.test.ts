import { expect, test } from "vitest";

import type { KubeObject } from "../../../src/api/object.ts";
import type { Service } from "../../../src/api/types.gen.ts";
import { createTestRegistry, messageOf, pod, type TestRegistry } from "../test-registry.ts";

async function registryWith(spec: object, name = "q"): Promise<TestRegistry> {
  const registry = await createTestRegistry();
  await registry.create({ apiVersion: "v1", kind: "ResourceQuota", metadata: { name }, spec });
  return registry;
}

const withResources = (resources: object): object => ({ containers: [{ name: "app", image: "nginx", resources }] });
const configMap = (name: string): object => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name } });
const deployment = (name: string): object => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name },
  spec: {
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: "app", image: "nginx" }] } },
  },
});
const service = (name: string, type: string): object => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name },
  spec: {
    type,
    ports: [
      { name: "a", port: 80 },
      { name: "b", port: 81 },
    ],
  },
});

test("a namespace holds as many pods as its quota says", async () => {
  const registry = await registryWith({ hard: { pods: "2" } });
  await registry.create(pod("a"));
  await registry.create(pod("b"));
  expect(await registry.refusal(pod("c"))).toBe(
    'pods "c" is forbidden: exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2',
  );
});

test("pods created at the same time cannot slip past", async () => {
  const registry = await registryWith({ hard: { pods: "1" } });
  const results = await Promise.all(["a", "b", "c"].map((name) => registry.refusal(pod(name))));
  expect(results.filter((result) => result === "created")).toHaveLength(1);
});

test("what is exceeded is listed, and nothing else", async () => {
  const registry = await registryWith({ hard: { "requests.cpu": "1", "limits.memory": "2Gi", pods: "10" } });
  const resources = { requests: { cpu: "600m", memory: "1Gi" }, limits: { memory: "1Gi" } };
  await registry.create(pod("a", withResources(resources)));
  expect(await registry.refusal(pod("b", withResources(resources)))).toBe(
    'pods "b" is forbidden: exceeded quota: q, requested: requests.cpu=600m, used: requests.cpu=600m, limited: requests.cpu=1',
  );
});

test("where cpu or memory is limited, each container must ask for it", async () => {
  const registry = await registryWith({ hard: { "limits.cpu": "1", memory: "1Gi" } });
  expect(await registry.refusal(pod("a"))).toBe(
    'pods "a" is forbidden: failed quota: q: must specify limits.cpu for: app; memory for: app',
  );
});

test("any kind can be counted by its full name", async () => {
  const registry = await registryWith({ hard: { "count/deployments.apps": "1", "count/configmaps": "1" } });
  await registry.create(deployment("a"));
  await registry.create(configMap("a"));
  expect(await registry.refusal(deployment("b"))).toBe(
    'deployments.apps "b" is forbidden: exceeded quota: q, requested: count/deployments.apps=1, used: count/deployments.apps=1, limited: count/deployments.apps=1',
  );
  expect(await registry.refusal(configMap("b"))).toContain("requested: count/configmaps=1");
});

test("node ports are counted by the ports of services", async () => {
  const registry = await registryWith({ hard: { "services.nodeports": "3", "services.loadbalancers": "0" } });
  await registry.create(service("a", "NodePort"));
  expect(await registry.refusal(service("b", "LoadBalancer"))).toBe(
    'services "b" is forbidden: exceeded quota: q, requested: services.loadbalancers=1,services.nodeports=2, used: services.loadbalancers=0,services.nodeports=2, limited: services.loadbalancers=0,services.nodeports=3',
  );
  expect(await registry.refusal(service("c", "ClusterIP"))).toBe("created");
});

test("an update is charged for what it adds", async () => {
  const registry = await registryWith({ hard: { "services.nodeports": "3" } });
  const a = (await registry.create(service("a", "NodePort"))) as Service;
  const b = (await registry.create(service("b", "ClusterIP"))) as Service;
  const relabelled: KubeObject = { ...a, metadata: { ...a.metadata, labels: { x: "y" } } };
  await registry.update(relabelled);
  const opened = { ...b, spec: { ...b.spec, type: "NodePort" } } as KubeObject;
  expect(await registry.update(opened).then(() => "updated", messageOf)).toContain("requested: services.nodeports=2");
});

test("claims are charged to their class", async () => {
  const hard = { "requests.storage": "10Gi", "fast.storageclass.storage.k8s.io/requests.storage": "1Gi" };
  const registry = await registryWith({ hard });
  const claim = (storageClassName: string): object => ({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: storageClassName },
    spec: { storageClassName, accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "2Gi" } } },
  });
  expect(await registry.refusal(claim("slow"))).toBe("created");
  expect(await registry.refusal(claim("fast"))).toBe(
    'persistentvolumeclaims "fast" is forbidden: exceeded quota: q, requested: fast.storageclass.storage.k8s.io/requests.storage=2Gi, used: fast.storageclass.storage.k8s.io/requests.storage=0, limited: fast.storageclass.storage.k8s.io/requests.storage=1Gi',
  );
});

test.each<[object, object, object]>([
  [{ scopes: ["BestEffort"] }, {}, withResources({ requests: { cpu: "1" } })],
  [{ scopes: ["Terminating"] }, { activeDeadlineSeconds: 5 }, {}],
  [{ scopes: ["NotTerminating"] }, {}, { activeDeadlineSeconds: 5 }],
  [
    {
      scopeSelector: {
        matchExpressions: [{ scopeName: "PriorityClass", operator: "In", values: ["high"] }],
      },
    },
    { priorityClassName: "high" },
    {},
  ],
])("%j limits %j, not %j", async (scope, within, without) => {
  const registry = await registryWith({ hard: { pods: "0" }, ...scope });
  await registry.create({
    apiVersion: "scheduling.k8s.io/v1",
    kind: "PriorityClass",
    metadata: { name: "high" },
    value: 1000,
  });
  expect(await registry.refusal(pod("a", within))).toContain("exceeded quota: q");
  expect(await registry.refusal(pod("b", without))).toBe("created");
});

test.each<[object, string]>([
  [
    { hard: { "requests.cpu": "1" }, scopes: ["BestEffort"] },
    'spec.scopes: Invalid value: []string{"BestEffort"}: unsupported scope applied to resource',
  ],
  [
    {
      hard: { services: "1" },
      scopeSelector: { matchExpressions: [{ scopeName: "PriorityClass", operator: "Exists" }] },
    },
    "unsupported scope applied to resource",
  ],
  [
    { hard: { pods: "1" }, scopeSelector: { matchExpressions: [{ scopeName: "PriorityClass", operator: "In" }] } },
    "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
  ],
  [
    {
      hard: { pods: "1" },
      scopeSelector: { matchExpressions: [{ scopeName: "Terminating", operator: "DoesNotExist" }] },
    },
    "must be 'Exist' when scope is any of ResourceQuotaScopeTerminating",
  ],
  [{ hard: { pods: "1" }, scopes: ["Terminating", "NotTerminating"] }, "conflicting scopes"],
])("a quota with %j is refused", async (spec, why) => {
  const registry = await createTestRegistry();
  const quota = { apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "q" }, spec };
  expect(await registry.refusal(quota)).toContain(why);
});
