import { describe, expect, test } from "vitest";

import type { PodDisruptionBudget } from "../../src/api/types.gen.ts";
import { pods } from "../../src/resources/core/pod.ts";
import { podDisruptionBudgets } from "../../src/resources/policy/pod-disruption-budget.ts";
import { asking, startTestScheduler, type TestScheduler } from "./test-scheduler.ts";

const cpu = (amount: string, priorityClassName?: string): object => ({
  containers: [asking({ cpu: amount })],
  terminationGracePeriodSeconds: 0,
  ...(priorityClassName ? { priorityClassName } : {}),
});

async function withClasses(...nodes: string[]): Promise<TestScheduler> {
  const cluster = await startTestScheduler();
  for (const node of nodes) await cluster.addNode(node);
  const base = { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass" };
  for (const [name, value] of Object.entries({ low: 10, middle: 100, high: 1000 })) {
    await cluster.create({ ...base, metadata: { name }, value });
  }
  await cluster.create({ ...base, metadata: { name: "polite" }, value: 1000, preemptionPolicy: "Never" });
  return cluster;
}

async function names(cluster: TestScheduler): Promise<string[]> {
  return (await cluster.client.list(pods, "team")).map(({ metadata }) => metadata.name).toSorted();
}

describe("a pod for which there is no room", () => {
  test("makes less important pods go, is nominated for their node and runs there", async () => {
    const cluster = await withClasses("a");
    await cluster.run("low", cpu("3", "low"));
    // It stays for a while after it is told to go.
    await cluster.client.patch(pods, { namespace: "team", name: "low" }, { metadata: { finalizers: ["x/y"] } });
    const { metadata, status } = await cluster.run("high", cpu("3", "high"));
    expect(status?.nominatedNodeName).toBe("a");
    const victim = await cluster.get("low");
    expect(victim.metadata.deletionTimestamp).toBeDefined();
    expect(victim.status?.conditions).toContainEqual(
      expect.objectContaining({
        type: "DisruptionTarget",
        status: "True",
        reason: "PreemptionByScheduler",
        message: "default-scheduler: preempting to accommodate a higher priority pod",
      }),
    );
    expect(await cluster.events("low")).toContain(`Preempted: Preempted by pod ${metadata.uid} on node a`);
    expect(await cluster.events("high")).toEqual(["FailedScheduling: 0/1 nodes are available: 1 Insufficient cpu."]);

    await cluster.client.patch(pods, { namespace: "team", name: "low" }, { metadata: { finalizers: null } });
    await cluster.clock.advance(1000);
    expect(await cluster.nodeOf("high")).toBe("a");
    expect(cluster.errors).toEqual([]);
  });

  test("does not preempt twice while the room is being cleared", async () => {
    const cluster = await withClasses("a");
    await cluster.run("low", cpu("3", "low"));
    await cluster.client.patch(pods, { namespace: "team", name: "low" }, { metadata: { finalizers: ["x/y"] } });
    await cluster.run("high", cpu("3", "high"));
    await cluster.clock.advance(301_000);
    expect(await cluster.complaint("high")).toBe(
      "0/1 nodes are available: 1 Insufficient cpu. preemption: not eligible due to a terminating pod on the nominated node.",
    );
    expect((await cluster.get("high")).status?.nominatedNodeName).toBe("a");
  });

  test("does not preempt its equals", async () => {
    const cluster = await withClasses("a");
    await cluster.run("first", cpu("3", "high"));
    await cluster.run("second", cpu("3", "high"));
    expect(await cluster.complaint("second")).toBe(
      "0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.",
    );
  });

  test("does not preempt when even that would not do", async () => {
    const cluster = await withClasses("a");
    await cluster.run("low", cpu("1", "low"));
    await cluster.run("huge", cpu("5", "high"));
    expect(await cluster.complaint("huge")).toBe(
      "0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 Insufficient cpu.",
    );
    expect(await names(cluster)).toEqual(["huge", "low"]);
  });

  test("does not preempt when its policy is Never", async () => {
    const cluster = await withClasses("a");
    await cluster.run("low", cpu("3", "low"));
    await cluster.run("polite", cpu("3", "polite"));
    expect(await cluster.complaint("polite")).toBe(
      "0/1 nodes are available: 1 Insufficient cpu. preemption: not eligible due to preemptionPolicy=Never.",
    );
  });

  test("lets those stay for which there is still room, the most important first", async () => {
    const cluster = await withClasses("a");
    await cluster.run("middle", cpu("1", "middle"));
    await cluster.run("low", cpu("1", "low"));
    await cluster.run("lower", cpu("2"));
    await cluster.run("high", cpu("3", "high"));
    await cluster.clock.advance(1000);
    expect(await names(cluster)).toEqual(["high", "middle"]);
    expect(await cluster.nodeOf("high")).toBe("a");
  });

  test("takes the node where the least important pods go", async () => {
    const cluster = await withClasses("a", "b");
    await cluster.run("middle", { ...cpu("4", "middle"), nodeName: "a" });
    await cluster.run("low", { ...cpu("2", "low"), nodeName: "b" });
    await cluster.run("lower", { ...cpu("2", "low"), nodeName: "b" });
    await cluster.run("high", cpu("4", "high"));
    await cluster.clock.advance(1000);
    expect(await names(cluster)).toEqual(["high", "middle"]);
  });

  test("spares pods that a budget protects where it can", async () => {
    const cluster = await withClasses("a", "b");
    const budget = { apiVersion: "policy/v1", kind: "PodDisruptionBudget", metadata: { name: "db" } };
    await cluster.create({ ...budget, spec: { minAvailable: 1, selector: { matchLabels: { app: "db" } } } });
    await cluster.run("db", { ...cpu("4"), nodeName: "a" }, { labels: { app: "db" } });
    await cluster.run("middle", { ...cpu("4", "middle"), nodeName: "b" });
    await cluster.run("high", cpu("4", "high"));
    await cluster.clock.advance(1000);
    expect(await names(cluster)).toEqual(["db", "high"]);
  });

  test("breaks a budget when nothing else helps", async () => {
    const cluster = await withClasses("a");
    const budget = { apiVersion: "policy/v1", kind: "PodDisruptionBudget", metadata: { name: "db" } };
    const created = await cluster.create({
      ...budget,
      spec: { minAvailable: 1, selector: { matchLabels: { app: "db" } } },
    });
    const status = { currentHealthy: 2, desiredHealthy: 1, disruptionsAllowed: 1, expectedPods: 2 };
    await cluster.client.updateStatus(podDisruptionBudgets, { ...(created as PodDisruptionBudget), status });
    await cluster.run("db-0", { ...cpu("2"), nodeName: "a" }, { labels: { app: "db" } });
    await cluster.run("db-1", { ...cpu("2"), nodeName: "a" }, { labels: { app: "db" } });
    await cluster.run("high", cpu("4", "high"));
    await cluster.clock.advance(1000);
    expect(await names(cluster)).toEqual(["high"]);
  });

  test("may push away a pod it cannot be near", async () => {
    const cluster = await withClasses("a");
    await cluster.run("web", { ...cpu("1"), nodeName: "a" }, { labels: { app: "web" } });
    const term = { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: { app: "web" } } };
    const podAntiAffinity = { requiredDuringSchedulingIgnoredDuringExecution: [term] };
    await cluster.run("loner", { ...cpu("1", "high"), affinity: { podAntiAffinity } });
    await cluster.clock.advance(1000);
    expect(await names(cluster)).toEqual(["loner"]);
  });
});

describe("room that was made", () => {
  test("is kept from less important pods", async () => {
    const cluster = await withClasses("a");
    await cluster.run("low", cpu("3", "low"));
    await cluster.client.patch(pods, { namespace: "team", name: "low" }, { metadata: { finalizers: ["x/y"] } });
    await cluster.run("high", cpu("3", "high"));
    await cluster.run("middle", cpu("1", "middle"));
    await cluster.client.patch(pods, { namespace: "team", name: "low" }, { metadata: { finalizers: null } });
    await cluster.run("late", cpu("2", "middle"));
    expect(await cluster.nodeOf("late")).toBeUndefined();
    await cluster.clock.advance(1000);
    expect(await cluster.nodeOf("high")).toBe("a");
    expect(await cluster.nodeOf("middle")).toBe("a");
    expect(await cluster.nodeOf("late")).toBeUndefined();
  });
});
