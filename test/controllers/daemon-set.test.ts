import { describe, expect, test } from "vitest";

import { daemonSets } from "../../src/resources/apps/daemon-set.ts";
import { nodes } from "../../src/resources/core/node.ts";
import { pods } from "../../src/resources/core/pod.ts";
import { template, testCluster } from "./test-cluster.ts";

function daemonSet(spec: object = {}, pod: object = template("logs")): object {
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: "logs" },
    spec: { selector: { matchLabels: { app: "logs" } }, template: pod, ...spec },
  };
}

const newImage = { spec: { template: { spec: { containers: [{ name: "main", image: "nginx:1.27" }] } } } };

describe("a DaemonSet", () => {
  test("puts a pod on every node, with the tolerations of daemons", async () => {
    await using t = await testCluster();
    await t.create(daemonSet());
    const all = await t.pods();
    expect(new Set(all.map(({ spec }) => spec.nodeName)).size).toBe(3);
    expect(all[0]?.spec.tolerations?.map(({ key, effect }) => `${key ?? ""}:${effect ?? ""}`)).toEqual([
      "node.kubernetes.io/not-ready:NoExecute",
      "node.kubernetes.io/unreachable:NoExecute",
      "node.kubernetes.io/disk-pressure:NoSchedule",
      "node.kubernetes.io/memory-pressure:NoSchedule",
      "node.kubernetes.io/pid-pressure:NoSchedule",
      "node.kubernetes.io/unschedulable:NoSchedule",
    ]);
    expect((await t.get(daemonSets, "logs")).status).toEqual({
      currentNumberScheduled: 3,
      desiredNumberScheduled: 3,
      numberAvailable: 3,
      numberMisscheduled: 0,
      numberReady: 3,
      observedGeneration: 1,
      updatedNumberScheduled: 3,
    });
  });

  test("follows the nodes: labels, taints, new ones", async () => {
    await using t = await testCluster();
    await t.create(daemonSet({}, template("logs", undefined, { nodeSelector: { disk: "ssd" } })));
    expect(await t.podNames()).toEqual([]);
    await t.patch(nodes, "picokube-worker", { metadata: { labels: { disk: "ssd" } } });
    expect((await t.pods()).map(({ spec }) => spec.nodeName)).toEqual(["picokube-worker"]);
    await t.patch(nodes, "picokube-worker", { spec: { taints: [{ key: "own", effect: "NoSchedule" }] } });
    expect(await t.podNames()).toHaveLength(1);
    expect((await t.get(daemonSets, "logs")).status).toMatchObject({
      desiredNumberScheduled: 0,
      numberMisscheduled: 1,
    });
    await t.patch(nodes, "picokube-worker", { metadata: { labels: { disk: null } } });
    await t.advance("1m");
    expect(await t.podNames()).toEqual([]);
  });

  test("replaces one pod after the other", async () => {
    await using t = await testCluster();
    await t.create(daemonSet({ minReadySeconds: 5 }));
    await t.advance("10s");
    await t.patch(daemonSets, "logs", newImage);
    expect((await t.get(daemonSets, "logs")).status).toMatchObject({ numberAvailable: 2, updatedNumberScheduled: 1 });
    await t.advance("2m");
    expect((await t.get(daemonSets, "logs")).status).toMatchObject({ numberAvailable: 3, updatedNumberScheduled: 3 });
    expect((await t.pods()).map(({ spec }) => spec.containers[0]?.image)).toEqual(Array(3).fill("nginx:1.27"));
  });

  test("starts the new pod before the old one goes when it may surge", async () => {
    await using t = await testCluster();
    await t.create(
      daemonSet({ minReadySeconds: 5, updateStrategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } }),
    );
    await t.advance("10s");
    await t.patch(daemonSets, "logs", newImage);
    expect(await t.podNames()).toHaveLength(4);
    await t.advance("2m");
    expect((await t.pods()).map(({ spec }) => spec.containers[0]?.image)).toEqual(Array(3).fill("nginx:1.27"));
  });

  test("waits for its pods to be deleted when its strategy is OnDelete", async () => {
    await using t = await testCluster();
    await t.create(daemonSet({ updateStrategy: { type: "OnDelete" } }));
    await t.patch(daemonSets, "logs", newImage);
    await t.advance("1m");
    expect((await t.get(daemonSets, "logs")).status?.updatedNumberScheduled).toBeUndefined();
    await t.remove(pods, (await t.podNames())[0] ?? "");
    await t.advance("1m");
    expect((await t.get(daemonSets, "logs")).status?.updatedNumberScheduled).toBe(1);
  });

  test("kills failed pods at growing intervals", async () => {
    await using t = await testCluster({ nodes: 1 });
    await t.create(daemonSet());
    const fail = async (): Promise<void> => {
      const [name = ""] = await t.podNames();
      await t.patch(pods, name, { status: { phase: "Failed" } }, "status");
    };
    const [first] = await t.podNames();
    await fail();
    const [second] = await t.podNames();
    expect(second).not.toBe(first);
    await fail();
    expect(await t.podNames()).toEqual([second]);
    await t.advance("2s");
    expect(await t.podNames()).not.toEqual([second]);
    expect((await t.events("logs")).filter((event) => event.includes("FailedDaemonPod"))).toEqual([
      `Warning FailedDaemonPod Found failed daemon pod default/${first ?? ""} on node picokube-control-plane, will try to kill it`,
      `Warning FailedDaemonPod Found failed daemon pod default/${second ?? ""} on node picokube-control-plane, will try to kill it`,
    ]);
  });
});
