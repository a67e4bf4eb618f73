import { expect, test } from "vitest";

import type { PodSpec, RuntimeClass } from "../../../src/api/types.gen.ts";
import { runtimeClasses } from "../../../src/resources/node/runtime-class.ts";
import { refusal, startTestNode, type TestNode } from "../../kubelet/test-node.ts";

const sleeper = { name: "main", image: "registry.k8s.io/pause:3.10" };

async function withClass(more: Partial<RuntimeClass> = {}): Promise<TestNode> {
  const node = await startTestNode();
  const metadata = { name: "fast" };
  await node.client.create(runtimeClasses, {
    apiVersion: "node.k8s.io/v1",
    kind: "RuntimeClass",
    metadata,
    handler: "runc",
    ...more,
  });
  return node;
}

test("a pod gets the overhead, node selector and tolerations of its runtime class", async () => {
  const toleration = { key: "fast", operator: "Exists" as const };
  const node = await withClass({
    overhead: { podFixed: { cpu: "10m" } },
    scheduling: { nodeSelector: { "kubernetes.io/os": "linux" }, tolerations: [toleration] },
  });
  await node.run("quick", { runtimeClassName: "fast", containers: [sleeper] });
  const { spec, status } = await node.pod("quick");
  expect(spec).toMatchObject({ overhead: { cpu: "10m" }, nodeSelector: { "kubernetes.io/os": "linux" } });
  expect(spec.tolerations).toContainEqual(toleration);
  expect(status?.phase).toBe("Running");
});

test.each<[Partial<PodSpec>, string]>([
  [{ runtimeClassName: "slow" }, 'pod rejected: RuntimeClass "slow" not found'],
  [{ overhead: { cpu: "1m" } }, "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead"],
  [
    { runtimeClassName: "fast", overhead: { cpu: "1m" } },
    "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead",
  ],
  [
    { runtimeClassName: "fast", nodeSelector: { zone: "b" } },
    "conflict: runtimeClass.scheduling.nodeSelector[zone] = a; pod.spec.nodeSelector[zone] = b",
  ],
  [
    { priority: 7 },
    "the integer value of priority (7) must not be provided in pod spec; priority admission controller computed 0 from the given PriorityClass name",
  ],
])("a pod with %j is rejected", async (spec, why) => {
  const node = await withClass({ overhead: { podFixed: { cpu: "10m" } }, scheduling: { nodeSelector: { zone: "a" } } });
  expect(await refusal(node.run("quick", { ...spec, containers: [sleeper] }))).toBe(
    `pods "quick" is forbidden: ${why}`,
  );
});

test("a runtime that the node does not have keeps the pod from starting", async () => {
  const node = await withClass({ handler: "gvisor" });
  await node.run("safe", { runtimeClassName: "fast", containers: [sleeper] });
  expect((await node.status("safe")).phase).toBe("Pending");
  expect(await node.events("safe")).toEqual([
    'FailedCreatePodSandBox Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox runtime: no runtime for "gvisor" is configured',
  ]);
});
