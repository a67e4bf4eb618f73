import { describe, expect, test } from "vitest";

import { nodeLifecycleController } from "../../src/controllers/nodes/node-lifecycle.ts";
import { nodeTtlController } from "../../src/controllers/nodes/node-ttl.ts";
import { endedPodCollector, orphanedPodCollector } from "../../src/controllers/nodes/pod-garbage-collector.ts";
import { taintEvictionController } from "../../src/controllers/nodes/taint-eviction.ts";
import { serviceAccountController } from "../../src/controllers/service-account.ts";
import { leases } from "../../src/resources/coordination/lease.ts";
import { nodes } from "../../src/resources/core/node.ts";
import { pods } from "../../src/resources/core/pod.ts";
import { microTimestamp } from "../../src/sim/clock.ts";
import { readyNode, running, type TestControlPlane, testControlPlane } from "./test-control-plane.ts";

const since = "2025-01-01T00:00:00Z";

function pod(name: string, nodeName: string, spec: object = {}): object {
  const containers = [{ name: "main", image: "nginx" }];
  return { apiVersion: "v1", kind: "Pod", metadata: { name }, spec: { nodeName, containers, ...spec } };
}

const plane = (): Promise<TestControlPlane> =>
  testControlPlane(() => [
    serviceAccountController,
    nodeLifecycleController(),
    taintEvictionController(),
    orphanedPodCollector(),
    endedPodCollector(2),
  ]);

async function beat(t: TestControlPlane, name: string): Promise<void> {
  const key = { namespace: "kube-node-lease", name };
  await t.client.patch(leases, key, { spec: { renewTime: microTimestamp(t.clock) } });
}

/** Lets time pass in which only these nodes are heard of. */
async function pass(t: TestControlPlane, seconds: number, ...alive: readonly string[]): Promise<void> {
  for (let left = seconds; left > 0; left -= 10) {
    for (const name of alive) await beat(t, name);
    await t.advance(`${Math.min(10, left)}s`);
  }
}

async function taints(t: TestControlPlane, name: string): Promise<readonly string[]> {
  return ((await t.get(nodes, name)).spec.taints ?? []).map(({ key, effect }) => `${key}:${effect}`);
}

describe("a node", () => {
  test("that falls silent is lost: its pods are not ready, then they go", async () => {
    await using t = await plane();
    await t.create(...readyNode("a"), ...readyNode("b"), pod("web", "a"));
    await t.patch(pods, "web", running(since), "status");
    await pass(t, 40, "b");
    expect(await taints(t, "a")).toEqual([]);
    await pass(t, 20, "b");
    const { conditions } = (await t.get(nodes, "a")).status ?? {};
    expect(conditions?.find(({ type }) => type === "Ready")).toMatchObject({
      status: "Unknown",
      reason: "NodeStatusUnknown",
      message: "Kubelet stopped posting node status.",
      lastHeartbeatTime: since,
      lastTransitionTime: "2025-01-01T00:00:50Z",
    });
    expect(conditions?.find(({ type }) => type === "PIDPressure")).toMatchObject({ reason: "NodeStatusNeverUpdated" });
    expect((await taints(t, "a")).toSorted()).toEqual([
      "node.kubernetes.io/unreachable:NoExecute",
      "node.kubernetes.io/unreachable:NoSchedule",
    ]);
    expect((await t.get(pods, "web")).status?.conditions).toMatchObject([{ type: "Ready", status: "False" }]);
    expect(await t.events("web")).toEqual(["Warning NodeNotReady Node is not ready"]);
    expect(await t.events("a")).toContain("Normal NodeNotReady Node a status is now: NodeNotReady");
    await pass(t, 300, "b");
    const gone = await t.get(pods, "web");
    expect(gone.metadata.deletionTimestamp).toBeDefined();
    expect(gone.status?.conditions?.at(-1)).toMatchObject({
      type: "DisruptionTarget",
      reason: "DeletionByTaintManager",
      message: "Taint manager: deleting due to NoExecute taint",
    });
    expect(await t.events("web")).toContain("Normal TaintManagerEviction Marking for deletion Pod default/web");
  });

  test("that is heard of again keeps its pods", async () => {
    await using t = await plane();
    await t.create(...readyNode("a"), ...readyNode("b"), pod("web", "a"));
    await pass(t, 100, "b");
    expect(await taints(t, "a")).toHaveLength(2);
    const ready = { type: "Ready", status: "True", reason: "KubeletReady", lastHeartbeatTime: "2025-01-01T00:01:40Z" };
    await t.patch(nodes, "a", { status: { conditions: [ready] } }, "status");
    await pass(t, 400, "a", "b");
    expect(await taints(t, "a")).toEqual([]);
    expect((await t.get(pods, "web")).metadata.deletionTimestamp).toBeUndefined();
    expect(await t.events("web")).toContain("Normal TaintManagerEviction Cancelling deletion of Pod default/web");
  });

  test("drives nobody out when no other node is well either", async () => {
    await using t = await plane();
    await t.create(...readyNode("a"), ...readyNode("b"), pod("web", "a"));
    await pass(t, 600);
    expect(await taints(t, "a")).toEqual(["node.kubernetes.io/unreachable:NoSchedule"]);
    expect((await t.get(pods, "web")).metadata.deletionTimestamp).toBeUndefined();
  });

  test("is emptied ten seconds after the one before it, and not at all in a zone that is mostly lost", async () => {
    await using t = await plane();
    const zone = { labels: { "topology.kubernetes.io/zone": "z" } };
    const names = ["a", "b", "c", "d", "e", "f"];
    await t.create(...names.flatMap((name) => readyNode(name)), ...readyNode("z1", zone), ...readyNode("z2", zone));
    const emptied = async (): Promise<readonly string[]> => {
      const all = await Promise.all([...names, "z1", "z2"].map(async (name) => [name, await taints(t, name)] as const));
      return all.filter(([, keys]) => keys.some((key) => key.endsWith(":NoExecute"))).map(([name]) => name);
    };
    await pass(t, 55, "c", "d", "e", "f", "z2");
    expect(await emptied()).toEqual(["a", "z1"]);
    await pass(t, 10, "c", "d", "e", "f", "z2");
    expect(await emptied()).toEqual(["a", "b", "z1"]);
    await pass(t, 100, "e", "f", "z2");
    expect(await emptied()).toEqual(["a", "b", "z1"]);
    await pass(t, 60, "e", "f");
    expect(await emptied()).toEqual(["a", "b", "z1", "z2"]);
  });

  test("that is cordoned or under pressure is tainted", async () => {
    await using t = await plane();
    await t.create(...readyNode("a"));
    await t.patch(nodes, "a", { spec: { unschedulable: true } });
    expect(await taints(t, "a")).toEqual(["node.kubernetes.io/unschedulable:NoSchedule"]);
    const conditions = [
      { type: "Ready", status: "True", lastHeartbeatTime: since },
      { type: "DiskPressure", status: "True" },
    ];
    await t.patch(nodes, "a", { status: { conditions } }, "status");
    await t.patch(nodes, "a", { spec: { unschedulable: null } });
    expect(await taints(t, "a")).toEqual(["node.kubernetes.io/disk-pressure:NoSchedule"]);
  });
});

describe("a taint", () => {
  test("drives out pods that do not tolerate it, and others when their time is up", async () => {
    await using t = await plane();
    const tolerations = (seconds?: number): object => ({
      tolerations: [
        {
          key: "own",
          operator: "Exists",
          effect: "NoExecute",
          ...(seconds === undefined ? {} : { tolerationSeconds: seconds }),
        },
      ],
    });
    await t.create(
      ...readyNode("a"),
      pod("none", "a"),
      pod("some", "a", tolerations(30)),
      pod("all", "a", tolerations()),
    );
    await t.patch(nodes, "a", { spec: { taints: [{ key: "own", effect: "NoExecute" }] } });
    const leaving = async (): Promise<string[]> =>
      (await t.pods()).filter(({ metadata }) => metadata.deletionTimestamp).map(({ metadata }) => metadata.name);
    expect(await leaving()).toEqual(["none"]);
    await pass(t, 31, "a");
    expect(await leaving()).toEqual(["none", "some"]);
  });
});

describe("pods", () => {
  test("of a node that is no more are removed after a while", async () => {
    await using t = await plane();
    await t.create(...readyNode("a"), pod("web", "a"));
    await t.remove(nodes, "a");
    await t.advance("39s");
    expect(await t.podNames()).toEqual(["web"]);
    await t.advance("2s");
    expect(await t.podNames()).toEqual([]);
    expect(await t.events("a")).toContain("Normal RemovingNode Node a event: Removing Node a from Controller");
  });

  test("that wait for a node out of service to end are removed", async () => {
    await using t = await plane();
    await t.create(...readyNode("a"), ...readyNode("b"), pod("web", "a"));
    await pass(t, 60, "b");
    await t.remove(pods, "web");
    expect(await t.podNames()).toEqual(["web"]);
    const taint = { key: "node.kubernetes.io/out-of-service", effect: "NoExecute" };
    await t.patch(nodes, "a", { spec: { taints: [taint] } });
    expect(await t.podNames()).toEqual([]);
  });

  test("that have ended are removed when there are too many, the oldest first", async () => {
    await using t = await plane();
    await t.create(...readyNode("a"));
    for (const name of ["one", "two", "three"]) {
      await t.create(pod(name, "a"));
      await t.patch(pods, name, { status: { phase: "Succeeded" } }, "status");
      await t.advance("1s");
    }
    expect(await t.podNames()).toEqual(["three", "two"]);
  });
});

test("the more nodes there are, the longer they may keep what they have read", async () => {
  await using t = await testControlPlane(() => [nodeTtlController()]);
  const ttlOf = async (name: string): Promise<string | undefined> =>
    (await t.get(nodes, name)).metadata.annotations?.["node.alpha.kubernetes.io/ttl"];
  const names = Array.from({ length: 101 }, (_, index) => `node-${index}`);
  const [last = ""] = names.slice(-1);
  await t.create(...names.slice(0, -1).flatMap((name) => readyNode(name)));
  await t.advance("1s");
  await t.create(...readyNode(last));
  await t.advance("1s");
  expect([await ttlOf("node-0"), await ttlOf(last)]).toEqual(["0", "15"]);
  for (const name of names.slice(91)) await t.client.delete(nodes, { namespace: "", name });
  await t.client.patch(nodes, { namespace: "", name: "node-0" }, { metadata: { labels: { a: "b" } } });
  await t.advance("1s");
  expect(await ttlOf("node-0")).toBe("15");
  for (const name of names.slice(89, 91)) await t.client.delete(nodes, { namespace: "", name });
  await t.client.patch(nodes, { namespace: "", name: "node-0" }, { metadata: { labels: { a: "c" } } });
  await t.advance("1s");
  expect(await ttlOf("node-0")).toBe("0");
});
