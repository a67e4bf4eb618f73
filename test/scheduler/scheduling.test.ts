import { describe, expect, test } from "vitest";

import { events } from "../../src/resources/core/event.ts";
import { pods } from "../../src/resources/core/pod.ts";
import { asking, startTestScheduler, type TestScheduler } from "./test-scheduler.ts";

const cpu = (amount: string): object => ({ containers: [asking({ cpu: amount })] });

async function threeNodes(): Promise<TestScheduler> {
  const cluster = await startTestScheduler();
  for (const name of ["a", "b", "c"]) await cluster.addNode(name);
  return cluster;
}

describe("a pod that finds a node", () => {
  test("is bound to it, and an event tells", async () => {
    const cluster = await startTestScheduler();
    await cluster.addNode("a");
    const { spec, status } = await cluster.run("web");
    expect(spec.nodeName).toBe("a");
    expect(status?.conditions).toEqual([
      { type: "PodScheduled", status: "True", lastProbeTime: null, lastTransitionTime: "2025-01-01T00:00:00Z" },
    ]);
    expect(await cluster.events("web")).toEqual(["Scheduled: Successfully assigned team/web to a"]);
    expect(cluster.errors).toEqual([]);
  });

  test("leaves the other nodes to those that follow", async () => {
    const cluster = await threeNodes();
    const chosen = [];
    for (const name of ["p", "q", "r", "s", "t", "u"]) chosen.push((await cluster.run(name)).spec.nodeName);
    expect(new Set(chosen.slice(0, 3))).toEqual(new Set(["a", "b", "c"]));
    expect(new Set(chosen.slice(3))).toEqual(new Set(["a", "b", "c"]));
  });

  test("is spread with the pods of its own ReplicaSet and Service", async () => {
    const cluster = await startTestScheduler();
    // The Service's pods outweigh how much is left on a node.
    await cluster.addNode("a", { allocatable: { cpu: "64", memory: "64Gi" } });
    await cluster.addNode("b");
    const service = { apiVersion: "v1", kind: "Service", metadata: { name: "web" } };
    await cluster.create({ ...service, spec: { clusterIP: "None", selector: { app: "web" }, ports: [{ port: 80 }] } });
    const chosen = [];
    for (const name of ["p", "q"]) chosen.push((await cluster.run(name, {}, { labels: { app: "web" } })).spec.nodeName);
    expect(new Set(chosen)).toEqual(new Set(["a", "b"]));
  });

  test("of another scheduler is left alone", async () => {
    const cluster = await threeNodes();
    expect((await cluster.run("mine", { schedulerName: "my-scheduler" })).spec.nodeName).toBeUndefined();
    expect(await cluster.complaint("mine")).toBeUndefined();
  });
});

describe("a pod that finds none", () => {
  test("says why for all nodes", async () => {
    const cluster = await startTestScheduler();
    await cluster.addNode("a", { allocatable: { cpu: "1" } });
    await cluster.addNode("b", { taints: [{ key: "key", value: "value", effect: "NoSchedule" }] });
    await cluster.addNode("c", { taints: [{ key: "key", value: "value", effect: "NoSchedule" }] });
    await cluster.run("big", cpu("2"));
    const message =
      "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint {key: value}. preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.";
    expect(await cluster.complaint("big")).toBe(message);
    expect(await cluster.events("big")).toEqual([`FailedScheduling: ${message}`]);
  });

  test("says that there are no nodes, and takes the first that comes", async () => {
    const cluster = await startTestScheduler();
    await cluster.run("web");
    expect(await cluster.complaint("web")).toBe("no nodes available to schedule pods");
    await cluster.addNode("a");
    expect(await cluster.nodeOf("web")).toBeUndefined();
    await cluster.clock.advance(1000);
    expect(await cluster.nodeOf("web")).toBe("a");
  });

  test("counts the nodes that its affinity does not name apart", async () => {
    const cluster = await threeNodes();
    const named = { matchFields: [{ key: "metadata.name", operator: "In", values: ["a"] }] };
    const nodeAffinity = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [named] } };
    await cluster.run("big", { ...cpu("5"), affinity: { nodeAffinity } });
    expect(await cluster.complaint("big")).toMatch(
      /^0\/3 nodes are available: 1 Insufficient cpu, 2 node\(s\) didn't satisfy plugin\(s\) \[NodeAffinity\]\. preemption: /u,
    );
  });

  test("keeps the time of its condition while the words change", async () => {
    const cluster = await startTestScheduler();
    await cluster.addNode("a", { unschedulable: true });
    await cluster.run("web");
    await cluster.clock.advance(5000);
    await cluster.addNode("b", { allocatable: { pods: "0" } });
    await cluster.updateNode("a", {});
    await cluster.clock.advance(1000);
    expect(await cluster.complaint("web")).toMatch(/^0\/2 nodes are available: 1 Too many pods, 1 node/u);
    expect((await cluster.get("web")).status?.conditions?.[0]).toMatchObject({
      lastTransitionTime: "2025-01-01T00:00:00Z",
    });
    await cluster.clock.advance(1000);
    expect(await cluster.nodeOf("web")).toBe("a");
  });
});

describe("a waiting pod", () => {
  test("is tried again when something changes that can help it, and only then", async () => {
    const cluster = await startTestScheduler();
    await cluster.addNode("a");
    await cluster.run("full", cpu("3"));
    await cluster.run("big", cpu("2"));
    await cluster.clock.advance(60_000);
    await cluster.updateNode("a", { labels: { disk: "ssd" } });
    await cluster.addNode("b", { allocatable: { cpu: "1" } });
    expect(await cluster.events("big")).toHaveLength(1);
    await cluster.remove("full");
    expect(await cluster.nodeOf("big")).toBe("a");
  });

  test.each<[string, object, (cluster: TestScheduler) => Promise<unknown>]>([
    [
      "a label on a node",
      { nodeSelector: { disk: "ssd" } },
      ({ updateNode }) => updateNode("a", { labels: { disk: "ssd" } }),
    ],
    ["a larger node", cpu("8"), ({ updateNode }) => updateNode("a", { allocatable: { cpu: "8" } })],
    ["a new node", cpu("8"), ({ addNode }) => addNode("b", { allocatable: { cpu: "8" } })],
    [
      "the pod it wants to be near",
      {
        affinity: {
          podAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [
              { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: { app: "db" } } },
            ],
          },
        },
      },
      ({ run }) => run("db", {}, { labels: { app: "db" } }),
    ],
  ])("is helped by %s", async (_, spec, help) => {
    const cluster = await startTestScheduler();
    await cluster.addNode("a");
    await cluster.run("web", spec);
    expect(await cluster.nodeOf("web")).toBeUndefined();
    await cluster.clock.advance(60_000);
    await help(cluster);
    expect(await cluster.nodeOf("web")).toBeDefined();
    expect(cluster.errors).toEqual([]);
  });

  test("backs off longer each time, up to 10 seconds", async () => {
    const cluster = await startTestScheduler();
    await cluster.addNode("a");
    await cluster.run("big", cpu("5"));
    const tries = [];
    for (let seconds = 0; seconds < 40; seconds++) {
      // It looks as if this could help, but there is a taint.
      await cluster.addNode(`n${seconds}`, {
        allocatable: { cpu: "8" },
        taints: [{ key: "x", effect: "NoSchedule" }],
      });
      const before = (await cluster.events("big")).length;
      await cluster.clock.advance(1000);
      if ((await cluster.events("big")).length > before) tries.push(seconds + 1);
    }
    expect(tries.slice(0, 4)).toEqual([1, 3, 7, 15]);
    expect(tries[4]).toBe(25);
  });

  test("is tried again after five minutes whatever has happened", async () => {
    const cluster = await startTestScheduler();
    await cluster.addNode("a", { unschedulable: true });
    await cluster.run("web");
    const once = expect.stringMatching(/scheduling\.$/u) as string;
    await cluster.clock.advance(301_000);
    expect(await cluster.events("web")).toEqual([once, once]);
    await cluster.clock.advance(301_000);
    expect(await cluster.events("web")).toEqual([once, expect.stringMatching(/ x2$/u)]);
  });

  test("is told of in events as events.k8s.io has them", async () => {
    const cluster = await startTestScheduler();
    await cluster.addNode("a");
    await cluster.run("web");
    const event = (await cluster.client.list(events, "team")).find(({ reason }) => reason === "Scheduled");
    expect(event).toMatchObject({
      action: "Binding",
      eventTime: expect.stringMatching(/\.\d{6}Z$/u) as string,
      reportingComponent: "default-scheduler",
      reportingInstance: "default-scheduler-control-plane",
      source: {},
      lastTimestamp: null,
    });
  });

  test("is tried again when it is changed itself", async () => {
    const cluster = await startTestScheduler();
    await cluster.addNode("a", { taints: [{ key: "x", effect: "NoSchedule" }] });
    const pod = await cluster.run("web");
    await cluster.clock.advance(60_000);
    const tolerations = [...(pod.spec.tolerations ?? []), { key: "x", operator: "Exists" as const }];
    await cluster.client.patch(pods, { namespace: "team", name: "web" }, { spec: { tolerations } });
    await cluster.clock.settle();
    expect(await cluster.nodeOf("web")).toBe("a");
  });

  test("gives up its place when it is deleted", async () => {
    const cluster = await startTestScheduler();
    await cluster.addNode("a");
    await cluster.run("big", cpu("5"));
    await cluster.remove("big");
    await cluster.addNode("b", { allocatable: { cpu: "8" } });
    expect(cluster.errors).toEqual([]);
  });

  test("with gates is not looked at until the last is gone", async () => {
    const cluster = await startTestScheduler();
    await cluster.addNode("a");
    await cluster.run("gated", { schedulingGates: [{ name: "example.com/one" }, { name: "example.com/two" }] });
    expect(await cluster.complaint("gated")).toBe("Scheduling is blocked due to non-empty scheduling gates");
    expect(await cluster.events("gated")).toEqual([]);
    const gates = (schedulingGates: object[]): Promise<object> =>
      cluster.client.patch(pods, { namespace: "team", name: "gated" }, { spec: { schedulingGates } });
    await gates([{ name: "example.com/two" }]);
    await cluster.clock.settle();
    expect(await cluster.nodeOf("gated")).toBeUndefined();
    await gates([]);
    await cluster.clock.settle();
    expect(await cluster.nodeOf("gated")).toBe("a");
  });
});

describe("the queue", () => {
  test("takes the most important pod first, then the one that came first", async () => {
    const cluster = await startTestScheduler();
    const important = { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", metadata: { name: "high" } };
    await cluster.create({ ...important, value: 1000 });
    const order: string[] = [];
    const stop = cluster.client.watch(pods, ({ object }) => {
      const isNew = object.spec.nodeName && !order.includes(object.metadata.name);
      if (isNew) order.push(object.metadata.name);
    });
    for (const name of ["p", "q"]) await cluster.run(name);
    await cluster.run("r", { priorityClassName: "high" });
    // All of them have backed off by now.
    await cluster.clock.advance(2000);
    await cluster.addNode("a");
    stop();
    expect(order).toEqual(["r", "p", "q"]);
  });
});

describe("a cluster of many nodes", () => {
  test("fills them evenly though only some are looked at for each pod", async () => {
    const cluster = await startTestScheduler();
    for (let node = 0; node < 150; node++) await cluster.addNode(`n${node}`);
    for (let pod = 0; pod < 300; pod++) await cluster.run(`p${pod}`, cpu("100m"));
    const counts = new Map<string, number>();
    for (const { spec } of await cluster.client.list(pods, "team")) {
      counts.set(spec.nodeName ?? "", (counts.get(spec.nodeName ?? "") ?? 0) + 1);
    }
    expect(counts.size).toBe(150);
    expect(Math.max(...counts.values())).toBeLessThanOrEqual(3);
  });
});
