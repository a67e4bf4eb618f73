import { expect, test } from "vitest";

import type { Container, NodeCondition } from "../../src/api/types.gen.ts";
import { nodes } from "../../src/resources/core/node.ts";
import { type TestNode, shell, startTestNode } from "./test-node.ts";

const mebibyte = 1024 ** 2;
const sleeper = shell("sleep 100000");

/** Takes so much memory and keeps it. */
function hog(mebibytes: number, resources: object = {}): Container {
  const args = ["stress", "--vm", "1", "--vm-bytes", `${mebibytes}M`, "--vm-hang", "1"];
  return { name: "hog", image: "polinux/stress", command: args, resources };
}

async function condition({ client, kubelet }: TestNode, type: string): Promise<NodeCondition | undefined> {
  const node = await client.get(nodes, { namespace: "", name: kubelet.name });
  return node?.status?.conditions?.find((one) => one.type === type);
}

/** Leaves so much of what the node has now. */
function takeAllBut({ kubelet }: TestNode, resource: "memory" | "ephemeral-storage", left: number): () => void {
  const held = kubelet.load.amountOf(resource);
  return kubelet.load.take({ [resource]: held + kubelet.available[resource] - left });
}

test("a node short of memory ends the pod that holds most above its request, and takes none that asks for nothing", async () => {
  const node = await startTestNode();
  const guaranteed = { requests: { memory: "900Mi" }, limits: { memory: "900Mi" } };
  await node.run("asks", { containers: [hog(800, guaranteed)] });
  await node.run("small", { containers: [hog(50)] });
  await node.run("big", { containers: [hog(500)] });
  await node.run("important", { priorityClassName: "system-cluster-critical", containers: [hog(600)] });
  const give = takeAllBut(node, "memory", 60 * mebibyte);
  await node.clock.advance(15_000);

  const status = await node.status("big");
  expect(status).toMatchObject({ phase: "Failed", reason: "Evicted" });
  expect(status.message).toMatch(
    /^The node was low on resource: memory\. Threshold quantity: 100Mi, available: 60Mi\. Container hog was using \d+Ki, request is 0, has larger consumption of memory\. $/u,
  );
  expect(status.conditions?.find(({ type }) => type === "DisruptionTarget")).toMatchObject({
    status: "True",
    reason: "TerminationByKubelet",
    message: status.message,
  });
  expect(
    await Promise.all(["asks", "small", "important"].map(async (name) => (await node.status(name)).phase)),
  ).toEqual(["Running", "Running", "Running"]);
  expect(await node.events("big")).toContain(`Evicted ${status.message ?? ""}`);
  expect(await condition(node, "MemoryPressure")).toMatchObject({
    status: "True",
    reason: "KubeletHasInsufficientMemory",
    message: "kubelet has insufficient memory available",
  });

  await node.run("late", { containers: [sleeper] });
  const late = await node.status("late");
  expect(late).toMatchObject({
    phase: "Failed",
    reason: "Evicted",
    message: "Pod was rejected: The node had condition: [MemoryPressure]. ",
  });
  expect(late.containerStatuses).toBeUndefined();
  await node.run("burstable", { containers: [shell("sleep 1000", { resources: { requests: { cpu: "1m" } } })] });
  expect((await node.status("burstable")).phase).toBe("Running");

  give();
  await node.clock.advance(330_000);
  expect(await condition(node, "MemoryPressure")).toMatchObject({
    status: "False",
    reason: "KubeletHasSufficientMemory",
  });
  expect(await node.events(node.kubelet.name)).toEqual(
    expect.arrayContaining([
      "EvictionThresholdMet Attempting to reclaim memory",
      expect.stringContaining("status is now: NodeHasInsufficientMemory"),
      expect.stringContaining("status is now: NodeHasSufficientMemory"),
    ]),
  );
  expect(node.errors).toEqual([]);
});

test("a node short of disk removes images first, then pods", async () => {
  const node = await startTestNode();
  await node.run("done", {
    restartPolicy: "Never",
    containers: [{ name: "main", image: "mysql:8", command: ["true"] }],
  });
  await node.run("writer", { containers: [shell("dd if=/dev/zero of=/big bs=1M count=100; sleep 100000")] });
  await node.clock.advance(5000);
  const capacity = node.kubelet.capacityOf("ephemeral-storage");
  const give = takeAllBut(node, "ephemeral-storage", Math.floor(capacity * 0.15) - 50 * mebibyte);
  await node.clock.advance(10_000);
  expect((await node.status("writer")).phase).toBe("Running");
  expect((await condition(node, "DiskPressure"))?.status).toBe("True");
  give();
  takeAllBut(node, "ephemeral-storage", Math.floor(capacity * 0.12));
  await node.clock.advance(20_000);
  expect((await node.status("writer")).message).toMatch(
    /^The node was low on resource: ephemeral-storage\. Threshold quantity: \d+, available: \d+(?:Ki)?\. Container main was using \d+Ki, request is 0, has larger consumption of ephemeral-storage\. $/u,
  );
});

test.each([
  {
    why: "an emptyDir over its limit",
    spec: {
      volumes: [{ name: "data", emptyDir: { sizeLimit: "1024Ki" } }],
      containers: [
        shell("dd if=/dev/zero of=/data/f bs=1M count=2; sleep 1000", {
          volumeMounts: [{ name: "data", mountPath: "/data" }],
        }),
      ],
    },
    message: 'Usage of EmptyDir volume "data" exceeds the limit "1Mi". ',
  },
  {
    why: "a container over its own limit",
    spec: {
      containers: [
        shell("dd if=/dev/zero of=/f bs=1M count=2; sleep 1000", {
          resources: { limits: { "ephemeral-storage": "1Mi" } },
        }),
        shell("sleep 1000", { name: "other", resources: { limits: { "ephemeral-storage": "1Gi" } } }),
      ],
    },
    message: 'Container main exceeded its local ephemeral storage limit "1Mi". ',
  },
  {
    why: "a pod over the sum of its limits",
    spec: {
      containers: [
        shell("dd if=/dev/zero of=/f bs=1M count=2; sleep 1000", {
          resources: { limits: { "ephemeral-storage": "1Mi" } },
        }),
      ],
    },
    message: "Pod ephemeral local storage usage exceeds the total limit of containers 1Mi. ",
  },
])("$why is evicted", async ({ spec, message }) => {
  const node = await startTestNode();
  await node.run("full", spec);
  await node.clock.advance(15_000);
  const status = await node.status("full");
  expect(status).toMatchObject({ phase: "Failed", reason: "Evicted", message });
  expect(status.conditions?.some(({ type }) => type === "DisruptionTarget")).toBe(false);
});

test("a critical pod that finds no room drives out the fewest, or is told that nobody can help", async () => {
  const node = await startTestNode();
  const asking = (cpu: string) => shell("sleep 100000", { resources: { requests: { cpu } } });
  await node.run("large", { containers: [asking("2")], terminationGracePeriodSeconds: 1 });
  await node.run("small", { containers: [asking("1500m")], terminationGracePeriodSeconds: 1 });
  const critical = { priorityClassName: "system-node-critical" };
  await node.run("vital", { ...critical, containers: [asking("1")] });
  await node.clock.advance(5000);
  expect((await node.status("vital")).phase).toBe("Running");
  const phases = await Promise.all(["large", "small"].map(async (name) => node.status(name)));
  const victim = phases.find(({ phase }) => phase === "Failed");
  expect(phases.filter(({ phase }) => phase === "Running")).toHaveLength(1);
  expect(victim).toMatchObject({ reason: "Preempting", message: "Preempted in order to admit critical pod" });
  await node.run("greedy", { ...critical, containers: [asking("64")] });
  expect(await node.status("greedy")).toMatchObject({
    phase: "Failed",
    reason: "UnexpectedAdmissionError",
    message: expect.stringMatching(
      /^Pod was rejected: Unexpected error while attempting to recover from admission failure: preemption: error finding a set of pods to preempt: no set of running pods found to reclaim resources: \[\(res: cpu, q: \d+\), \]$/u,
    ),
  });
  expect(node.errors).toEqual([]);
});
