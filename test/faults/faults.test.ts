import { describe, expect, test } from "vitest";

import type { Event, Node } from "../../src/api/types.gen.ts";
import type { Cluster, Fault } from "../../src/index.ts";
import { configMaps } from "../../src/resources/core/config-map.ts";
import { events } from "../../src/resources/core/event.ts";
import { nodes } from "../../src/resources/core/node.ts";
import { pods } from "../../src/resources/core/pod.ts";
import { answer, answers, pod, service, serviceCluster } from "../support/service-cluster.ts";

async function cast(): Promise<Cluster> {
  const cluster = await serviceCluster();
  await cluster.apply(
    [
      pod("a", { app: "web" }, { nodeName: "picokube-worker2" }),
      pod("other", { app: "other" }, { nodeName: "picokube-worker2" }),
      service("web"),
      service("other", { selector: { app: "other" } }),
    ].join("\n---\n"),
  );
  await cluster.settle();
  return cluster;
}

/** How long a request takes on the cluster's clock, and what it brings. */
async function timed(cluster: Cluster, url: string): Promise<[string, number]> {
  const start = cluster.clock.now();
  return [await answer(cluster, url), cluster.clock.now() - start];
}

describe("a fault on connections", () => {
  test("takes its latency for the handshake and for the answer, and only where it applies", async () => {
    await using cluster = await cast();
    const end = cluster.faults.add({ from: "app=client", to: "app=web", latency: "200ms" });
    expect(await timed(cluster, "http://web")).toEqual(["a:8080", 400]);
    expect(await timed(cluster, "http://other")).toEqual(["other:8080", 0]);
    end();
    expect(await timed(cluster, "http://web")).toEqual(["a:8080", 0]);
  });

  test("refuses or drops, all or a share", async () => {
    await using cluster = await cast();
    cluster.faults.add({ to: "app=web", refuse: true });
    expect(await answer(cluster, "http://web")).toBe("ECONNREFUSED");
    cluster.faults.clear();
    cluster.faults.add({ to: "app=web", drop: true });
    expect(await answer(cluster, "http://web")).toBe("ETIMEDOUT");
    cluster.faults.clear();
    cluster.faults.add({ to: "app=web", refuse: "50%" });
    const refused = (await answers(cluster, "http://web", 100)).filter((one) => one === "ECONNREFUSED").length;
    expect(refused).toBeGreaterThan(30);
    expect(refused).toBeLessThan(70);
  });

  test("loses packets, which TCP sends again a second later", async () => {
    await using cluster = await cast();
    cluster.faults.add({ to: { labels: "app=web" }, port: 8080, loss: 0.5 });
    const taken: number[] = [];
    for (let call = 0; call < 20; call++) taken.push((await timed(cluster, "http://web"))[1]);
    expect(taken.some((ms) => ms === 0)).toBe(true);
    expect(taken.some((ms) => ms >= 1000)).toBe(true);
    expect(taken.every((ms) => ms % 200 === 0)).toBe(true);
  });

  test("cuts what is open", async () => {
    await using cluster = await cast();
    await cluster.apply(service("lines", { ports: [{ port: 9000 }] }));
    await cluster.settle();
    const talk = cluster.exec("client", ["sh", "-c", "(while true; do echo hi; sleep 1; done) | nc lines 9000"]);
    cluster.clock.after(2500, () => void cluster.faults.cut({ to: "app=web" }));
    expect((await talk).stdout).toBe("a\na\na\n");
  });

  test.each<[object, string]>([
    [{ to: "app=web" }, "a fault needs one of latency, jitter, loss, refuse, drop, cut"],
    [
      { to: "app=web", delay: 3 },
      'a fault has no field "delay"; it has from, to, port, latency, jitter, loss, refuse, drop, cut',
    ],
    [{ loss: "lots" }, 'loss must be a share such as 10% or 0.1, not "lots"'],
    [{ latency: "soon" }, 'not a duration: "soon"; write it like 250ms, 30s, 5m or 1h30m'],
    [{ node: "nowhere", state: "stopped" }, 'there is no node "nowhere"'],
    [{ node: "picokube-worker", state: "tired" }, "state must be one of stopped, cut-off"],
    [{ node: "picokube-worker", taken: {} }, "taken needs one of memory, ephemeral-storage, pids"],
    [{ node: "nowhere", taken: { memory: "1Gi" } }, 'there is no node "nowhere"'],
    [
      { node: "picokube-worker", taken: { memory: "most" } },
      'taken.memory must be a quantity such as 7Gi or a share such as 95%, not "most"',
    ],
  ])("%j is refused: %s", async (fault, message) => {
    await using cluster = await cast();
    expect(() => cluster.faults.add(fault as Fault)).toThrow(message);
    expect(cluster.faults.list()).toEqual([]);
  });
});

test("with DNS down names do not resolve, addresses go on", async () => {
  await using cluster = await cast();
  const end = cluster.faults.add({ dns: "down" });
  expect(await answer(cluster, "http://web")).toBe("getaddrinfo EAI_AGAIN web");
  end();
  expect(await answer(cluster, "http://web")).toBe("a:8080");
});

async function isReady(cluster: Cluster, name: string): Promise<string | undefined> {
  const node: Node | undefined = await cluster.client.get(nodes, { namespace: "", name });
  return node?.status?.conditions?.find(({ type }) => type === "Ready")?.status;
}

test.each([
  ["memory", "99%", "MemoryPressure", "memory-pressure"],
  ["ephemeral-storage", "52Gi", "DiskPressure", "disk-pressure"],
  ["pids", 4_000_000, "PIDPressure", "pid-pressure"],
])("a node of which %s is taken is under pressure, and tainted", async (resource, amount, type, taint) => {
  await using cluster = await cast();
  const end = cluster.faults.add({ node: "picokube-worker2", taken: { [resource]: amount } });
  await cluster.advance("15s");
  const node = async (): Promise<Node | undefined> =>
    cluster.client.get(nodes, { namespace: "", name: "picokube-worker2" });
  const conditions = (await node())?.status?.conditions ?? [];
  expect(conditions.filter(({ status }) => status === "True").map((one) => one.type)).toEqual([type, "Ready"]);
  expect((await node())?.spec.taints?.map(({ key }) => key)).toEqual([`node.kubernetes.io/${taint}`]);
  expect((await cluster.client.get(pods, { namespace: "default", name: "a" }))?.status?.reason).toBe("Evicted");
  end();
  await cluster.advance("6m");
  expect((await node())?.spec.taints ?? []).toEqual([]);
});

test("a node that is cut off goes on alone: no answer from its pods, its status unknown", async () => {
  await using cluster = await cast();
  const mend = cluster.faults.add({ node: "picokube-worker2", state: "cut-off" });
  expect(await answer(cluster, "http://web")).toBe("ETIMEDOUT");
  expect(await isReady(cluster, "picokube-worker2")).toBe("Unknown");
  await expect(cluster.exec("a", ["true"])).rejects.toThrow("dial tcp 172.18.0.4:10250: i/o timeout");

  mend();
  await cluster.advance("1m");
  expect(await isReady(cluster, "picokube-worker2")).toBe("True");
  expect(await answer(cluster, "http://web")).toBe("a:8080");
});

test("a node that is cut off hears nothing: a pod that is deleted runs on there until it does", async () => {
  await using cluster = await cast();
  const mend = cluster.faults.add({ node: "picokube-worker2", state: "cut-off" });
  await cluster.client.delete(pods, { namespace: "default", name: "a" });
  await cluster.apply(pod("late", {}, { nodeName: "picokube-worker2" }));
  await cluster.advance("2m");
  const seen = async (): Promise<[string | undefined, string | undefined][]> => {
    const all = await Promise.all(
      ["a", "late"].map((name) => cluster.client.get(pods, { namespace: "default", name })),
    );
    return all.map((one) => [one?.status?.phase, one?.metadata.deletionTimestamp && "deleting"]);
  };
  expect(await seen()).toEqual([
    ["Running", "deleting"],
    ["Pending", undefined],
  ]);

  mend();
  await cluster.advance("1m");
  expect(await seen()).toEqual([
    [undefined, undefined],
    ["Running", undefined],
  ]);
});

test("what a node has to say of a pod when it is heard again does not fall to another of that name", async () => {
  await using cluster = await cast();
  const mend = cluster.faults.add({ node: "picokube-worker2", state: "cut-off" });
  await cluster.apply(pod("b", {}, { nodeName: "picokube-worker2" }));
  await cluster.client.delete(pods, { namespace: "default", name: "b" }, { gracePeriodSeconds: 0 });
  await cluster.apply(pod("b", {}, { nodeName: "picokube-worker" }));
  await cluster.settle();
  mend();
  await cluster.advance("1m");
  const { status } = (await cluster.client.get(pods, { namespace: "default", name: "b" })) ?? {};
  expect([status?.phase, status?.podIP]).toEqual(["Running", expect.stringMatching(/^10\.244\.1\./u)]);
});

test("a node that is stopped takes its pods with it, and brings them back", async () => {
  await using cluster = await cast();
  const start = cluster.faults.add({ node: "picokube-worker2", state: "stopped" });
  await cluster.settle();
  expect(await answer(cluster, "http://web")).toBe("EHOSTUNREACH");
  await cluster.advance("1m");
  expect(await isReady(cluster, "picokube-worker2")).toBe("Unknown");

  start();
  await cluster.advance("1m");
  expect(await isReady(cluster, "picokube-worker2")).toBe("True");
  expect(await answer(cluster, "http://web")).toBe("a:8080");
});

test("faults may come from a ConfigMap, and last as long as it does", async () => {
  await using cluster = await cast();
  const config = (faults: string): string =>
    JSON.stringify({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "slow", labels: { "picokube.dev/faults": "true" } },
      data: { faults },
    });
  await cluster.apply(config("- to: app=web\n  latency: 1s\n"));
  await cluster.settle();
  expect(await timed(cluster, "http://web")).toEqual(["a:8080", 2000]);

  await cluster.apply(config("- to: app=web\n  latencie: 1s\n"));
  await cluster.settle();
  expect(await timed(cluster, "http://web")).toEqual(["a:8080", 0]);
  const told: readonly Event[] = await cluster.client.list(events, "default");
  expect(told.filter(({ reason }) => /Fault/u.test(reason ?? "")).map(({ message }) => message)).toEqual([
    "Faults begun: 1",
    'a fault has no field "latencie"; it has from, to, port, latency, jitter, loss, refuse, drop, cut',
  ]);

  await cluster.apply(config("- to: app=web\n  refuse: true\n"));
  await cluster.settle();
  expect(await answer(cluster, "http://web")).toBe("ECONNREFUSED");
  await cluster.client.delete(configMaps, { namespace: "default", name: "slow" });
  await cluster.settle();
  expect(await answer(cluster, "http://web")).toBe("a:8080");
});
