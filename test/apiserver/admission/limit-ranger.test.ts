import { expect, test } from "vitest";

import type { Pod } from "../../../src/api/types.gen.ts";
import { createTestRegistry, pod } from "../test-registry.ts";

function limitRange(...limits: object[]): object {
  return { apiVersion: "v1", kind: "LimitRange", metadata: { name: "limits" }, spec: { limits } };
}

const withResources = (resources: object): object => ({ containers: [{ name: "app", image: "nginx", resources }] });

test("containers get the defaults that they leave out", async () => {
  const registry = await createTestRegistry();
  const defaults = { type: "Container", default: { cpu: "500m", memory: "1Gi" }, defaultRequest: { cpu: "100m" } };
  await registry.create(limitRange(defaults));
  const { spec, metadata } = (await registry.create(pod("a", withResources({ requests: { cpu: "200m" } })))) as Pod;
  expect(spec.containers[0]?.resources).toEqual({
    limits: { cpu: "500m", memory: "1Gi" },
    requests: { cpu: "200m", memory: "1Gi" },
  });
  expect(metadata.annotations?.["kubernetes.io/limit-ranger"]).toBe(
    "LimitRanger plugin set: memory request for container app; cpu, memory limit for container app",
  );
});

test.each<[object, object, string]>([
  [
    { type: "Container", min: { cpu: "100m" } },
    { requests: { cpu: "50m" } },
    'pods "a" is forbidden: minimum cpu usage per Container is 100m, but request is 50m',
  ],
  [
    { type: "Container", max: { memory: "1Gi" } },
    { limits: { memory: "2Gi" } },
    'pods "a" is forbidden: maximum memory usage per Container is 1Gi, but limit is 2Gi',
  ],
  [
    { type: "Container", maxLimitRequestRatio: { cpu: "2" } },
    { limits: { cpu: "1" }, requests: { cpu: "300m" } },
    'pods "a" is forbidden: cpu max limit to request ratio per Container is 2, but provided ratio is 3.333333',
  ],
  [
    { type: "Container", maxLimitRequestRatio: { cpu: "2" } },
    {},
    'pods "a" is forbidden: cpu max limit to request ratio per Container is 2, but no request is specified or request is 0',
  ],
  [
    { type: "Pod", max: { cpu: "1" }, min: { memory: "1Gi" } },
    { limits: { cpu: "2" } },
    'pods "a" is forbidden: [minimum memory usage per Pod is 1Gi.  No request is specified, maximum cpu usage per Pod is 1, but limit is 2]',
  ],
  [
    { type: "Pod", max: { cpu: "1" } },
    {},
    'pods "a" is forbidden: maximum cpu usage per Pod is 1.  No limit is specified',
  ],
])("%j refuses %j", async (item, resources, message) => {
  const registry = await createTestRegistry();
  await registry.create(limitRange(item));
  expect(await registry.refusal(pod("a", withResources(resources)))).toBe(message);
});

test("claims are held to their bounds", async () => {
  const registry = await createTestRegistry();
  await registry.create(
    limitRange({ type: "PersistentVolumeClaim", max: { storage: "1Gi" }, min: { storage: "1Mi" } }),
  );
  const claim = (storage: string): object => ({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "data" },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage } } },
  });
  expect(await registry.refusal(claim("2Gi"))).toBe(
    'persistentvolumeclaims "data" is forbidden: maximum storage usage per PersistentVolumeClaim is 1Gi, but request is 2Gi',
  );
  expect(await registry.refusal(claim("1Gi"))).toBe("created");
});
