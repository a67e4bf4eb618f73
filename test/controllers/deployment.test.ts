import { describe, expect, test } from "vitest";

import type { ReplicaSet } from "../../src/api/types.gen.ts";
import { deployments } from "../../src/resources/apps/deployment.ts";
import { replicaSets } from "../../src/resources/apps/replica-set.ts";
import { pods } from "../../src/resources/core/pod.ts";
import { template, type TestCluster, testCluster } from "./test-cluster.ts";

function deployment(spec: object = {}, pod: object = template("web")): object {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web" },
    spec: { replicas: 4, selector: { matchLabels: { app: "web" } }, template: pod, ...spec },
  };
}

const imaged = (image: string, more: object = {}): object => ({
  spec: { template: { spec: { containers: [{ name: "main", image, ...more }] } } },
});
const unready = { readinessProbe: { exec: { command: ["false"] }, periodSeconds: 1 } };

async function sets(t: TestCluster): Promise<readonly ReplicaSet[]> {
  const own = (await t.list(replicaSets)).filter(({ metadata }) => metadata.namespace === "default");
  return own.toSorted((a, b) => revision(a) - revision(b));
}

function revision({ metadata }: ReplicaSet): number {
  return Number(metadata.annotations?.["deployment.kubernetes.io/revision"]);
}

async function sizes(t: TestCluster): Promise<readonly (number | undefined)[]> {
  return (await sets(t)).map(({ spec }) => spec.replicas);
}

async function progress(t: TestCluster): Promise<object> {
  const { conditions } = (await t.get(deployments, "web")).status ?? {};
  const { status, reason, message } = conditions?.find(({ type }) => type === "Progressing") ?? {};
  return { status, reason, message };
}

describe("a Deployment", () => {
  test("makes a ReplicaSet, and is done when its pods are available", async () => {
    await using t = await testCluster();
    await t.create(deployment());
    const [set] = await sets(t);
    const name = set?.metadata.name ?? "";
    expect(set?.metadata.annotations).toEqual({
      "deployment.kubernetes.io/desired-replicas": "4",
      "deployment.kubernetes.io/max-replicas": "5",
      "deployment.kubernetes.io/revision": "1",
    });
    expect((await t.get(deployments, "web")).metadata.annotations).toEqual({
      "deployment.kubernetes.io/revision": "1",
    });
    const { status } = await t.get(deployments, "web");
    expect(status).toMatchObject({ replicas: 4, updatedReplicas: 4, readyReplicas: 4, availableReplicas: 4 });
    expect(status?.unavailableReplicas).toBeUndefined();
    expect(status?.conditions?.map(({ type, reason, message }) => [type, reason, message])).toEqual([
      ["Available", "MinimumReplicasAvailable", "Deployment has minimum availability."],
      ["Progressing", "NewReplicaSetAvailable", `ReplicaSet "${name}" has successfully progressed.`],
    ]);
    expect((await t.events("web")).filter((event) => event.includes("ScalingReplicaSet"))).toEqual([
      `Normal ScalingReplicaSet Scaled up replica set ${name} from 0 to 4`,
    ]);
  });

  test("rolls within its limits, telling each step", async () => {
    await using t = await testCluster();
    const rollingUpdate = { maxSurge: 1, maxUnavailable: "25%" };
    await t.create(deployment({ strategy: { rollingUpdate } }));
    await t.patch(deployments, "web", imaged("nginx:1.27"));
    await t.advance("1m");
    expect(await sizes(t)).toEqual([0, 4]);
    const [old = "", fresh = ""] = (await sets(t)).map(({ metadata }) => metadata.name);
    expect((await t.events("web")).filter((event) => event.includes("ScalingReplicaSet")).slice(1, 4)).toEqual([
      `Normal ScalingReplicaSet Scaled up replica set ${fresh} from 0 to 1`,
      `Normal ScalingReplicaSet Scaled down replica set ${old} from 4 to 3`,
      `Normal ScalingReplicaSet Scaled up replica set ${fresh} from 1 to 2`,
    ]);
  });

  test("stops half-way when new pods do not become ready, and says so after the deadline", async () => {
    await using t = await testCluster();
    await t.create(deployment({ progressDeadlineSeconds: 60 }));
    await t.patch(deployments, "web", imaged("nginx:1.27", unready));
    expect(await sizes(t)).toEqual([3, 2]);
    const name = (await sets(t))[1]?.metadata.name ?? "";
    expect(await progress(t)).toMatchObject({
      status: "True",
      reason: "ReplicaSetUpdated",
      message: `ReplicaSet "${name}" is progressing.`,
    });
    await t.advance("90s");
    expect(await progress(t)).toEqual({
      status: "False",
      reason: "ProgressDeadlineExceeded",
      message: `ReplicaSet "${name}" has timed out progressing.`,
    });
    expect(await sizes(t)).toEqual([3, 2]);
  });

  test("shares a new size among its sets in the middle of a rollout", async () => {
    await using t = await testCluster();
    const strategy = { rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } };
    await t.create(deployment({ replicas: 10, strategy }));
    await t.patch(deployments, "web", imaged("nginx:1.27", unready));
    expect(await sizes(t)).toEqual([8, 5]);
    await t.patch(deployments, "web", { spec: { replicas: 15 } });
    expect(await sizes(t)).toEqual([11, 7]);
  });

  test("goes on from a revision of 64 bits, whose set it adopts", async () => {
    await using t = await testCluster();
    const labels = { app: "web", pod: "old" };
    await t.create({
      apiVersion: "apps/v1",
      kind: "ReplicaSet",
      metadata: { name: "old", labels, annotations: { "deployment.kubernetes.io/revision": "3546343826724305832" } },
      spec: { replicas: 1, selector: { matchLabels: labels }, template: { ...template("web"), metadata: { labels } } },
    });
    await t.create(deployment({ replicas: 1 }));
    const { metadata } = await t.get(deployments, "web");
    expect(metadata.annotations?.["deployment.kubernetes.io/revision"]).toBe("3546343826724305833");
    expect((await t.get(replicaSets, "old")).spec.replicas).toBe(0);
  });

  test("adopts a set that has its template already, and stays with one of the two", async () => {
    await using t = await testCluster();
    await t.create(deployment({ replicas: 2 }));
    await t.create({
      apiVersion: "apps/v1",
      kind: "ReplicaSet",
      metadata: { name: "another", labels: { app: "web" } },
      spec: { replicas: 1, selector: { matchLabels: { app: "web" } }, template: template("web") },
    });
    await t.advance("1m");
    expect((await t.get(replicaSets, "another")).metadata.ownerReferences).toHaveLength(1);
    expect(await sizes(t)).toEqual([0, 2]);
  });

  test("keeps its labels when its status is written", async () => {
    await using t = await testCluster();
    await t.create(deployment({ replicas: 1 }));
    await t.patch(
      deployments,
      "web",
      { metadata: { labels: { a: "b" } }, status: { readyReplicas: 0, availableReplicas: 0 } },
      "status",
    );
    const { metadata, status } = await t.get(deployments, "web");
    expect(metadata.labels).toBeUndefined();
    expect(status?.readyReplicas).toBe(1);
  });

  test("goes back to an earlier template under a new revision", async () => {
    await using t = await testCluster();
    await t.create(deployment());
    await t.patch(deployments, "web", imaged("nginx:1.27"));
    await t.advance("1m");
    await t.patch(deployments, "web", imaged("nginx"));
    await t.advance("1m");
    const all = await sets(t);
    expect(all.map((set) => [revision(set), set.spec.replicas])).toEqual([
      [2, 0],
      [3, 4],
    ]);
    expect(all[1]?.metadata.annotations?.["deployment.kubernetes.io/revision-history"]).toBe("1");
    expect((await t.get(deployments, "web")).metadata.annotations?.["deployment.kubernetes.io/revision"]).toBe("3");
  });

  test("holds changes back while it is paused, but not its size", async () => {
    await using t = await testCluster();
    await t.create(deployment());
    await t.patch(deployments, "web", { spec: { paused: true, replicas: 6 } });
    await t.patch(deployments, "web", imaged("nginx:1.27"));
    expect(await sizes(t)).toEqual([6]);
    expect(await progress(t)).toEqual({
      status: "Unknown",
      reason: "DeploymentPaused",
      message: "Deployment is paused",
    });
    await t.patch(deployments, "web", { spec: { paused: false } });
    await t.advance("1m");
    expect(await sizes(t)).toEqual([0, 6]);
    expect(await progress(t)).toMatchObject({ status: "True", reason: "NewReplicaSetAvailable" });
  });

  test("removes all old pods before it makes new ones when it recreates", async () => {
    await using t = await testCluster();
    await t.create(deployment({ strategy: { type: "Recreate" } }, template("web", "trap '' TERM; sleep 3600")));
    await t.patch(deployments, "web", imaged("nginx"));
    expect(await sizes(t)).toEqual([0]);
    await t.advance("1m");
    expect(await sizes(t)).toEqual([0, 4]);
  });

  test("waits for minReadySeconds before old pods go", async () => {
    await using t = await testCluster();
    await t.create(
      deployment({ minReadySeconds: 10, strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } }),
    );
    await t.advance("15s");
    await t.patch(deployments, "web", imaged("nginx:1.27"));
    expect(await sizes(t)).toEqual([4, 1]);
    await t.advance("11s");
    expect(await sizes(t)).toEqual([3, 2]);
  });

  test("keeps as many old sets as its limit says", async () => {
    await using t = await testCluster();
    await t.create(deployment({ replicas: 1, revisionHistoryLimit: 1 }));
    for (const image of ["nginx:1.25", "nginx:1.26", "nginx:1.27"]) {
      await t.patch(deployments, "web", imaged(image));
      await t.advance("1m");
    }
    expect((await sets(t)).map((set) => revision(set))).toEqual([3, 4]);
  });

  test("takes another name when its hash is taken", async () => {
    await using t = await testCluster();
    await t.create(deployment({ replicas: 1 }));
    const [set] = await sets(t);
    await t.remove(deployments, "web");
    await t.advance("1m");
    const { labels = {} } = set?.metadata ?? {};
    const stranger = { ...template("other"), metadata: { labels: { app: "other" } } };
    await t.create({
      apiVersion: "apps/v1",
      kind: "ReplicaSet",
      metadata: { name: set?.metadata.name ?? "", labels: { ...labels, app: "other" } },
      spec: { replicas: 0, selector: { matchLabels: { app: "other" } }, template: stranger },
    });
    await t.create(deployment({ replicas: 1 }));
    await t.advance("1s");
    expect((await t.get(deployments, "web")).status).toMatchObject({ collisionCount: 1, availableReplicas: 1 });
  });

  test("is still done after it has been resized", async () => {
    await using t = await testCluster();
    await t.create(deployment({ replicas: 1 }));
    const before = (await t.get(deployments, "web")).status?.conditions?.find(({ type }) => type === "Progressing");
    await t.advance("1m");
    await t.patch(deployments, "web", { spec: { replicas: 3 } });
    const after = (await t.get(deployments, "web")).status?.conditions?.find(({ type }) => type === "Progressing");
    expect(after).toEqual(before);
  });

  test("of many pods rolls soon", async () => {
    await using t = await testCluster({ nodes: 4 });
    await t.create(deployment({ replicas: 200 }));
    expect((await t.get(deployments, "web")).status).toMatchObject({ availableReplicas: 200 });
    await t.patch(deployments, "web", imaged("nginx:1.27"));
    await t.advance("2m");
    expect((await t.get(deployments, "web")).status).toMatchObject({ updatedReplicas: 200, availableReplicas: 200 });
  });
});

describe("a ReplicaSet", () => {
  const set = {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: { name: "web" },
    spec: { replicas: 2, selector: { matchLabels: { app: "web" } }, template: template("web") },
  };

  test("adopts pods it would select, and releases those it no longer does", async () => {
    await using t = await testCluster();
    await t.create({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "own", labels: { app: "web" } },
      spec: template("web").spec,
    });
    await t.create(set);
    expect(await t.podNames()).toHaveLength(2);
    expect((await t.get(pods, "own")).metadata.ownerReferences?.[0]).toMatchObject({ kind: "ReplicaSet", name: "web" });
    await t.patch(pods, "own", { metadata: { labels: { app: "free" } } });
    expect(await t.podNames()).toHaveLength(3);
    expect((await t.get(pods, "own")).metadata.ownerReferences).toBeUndefined();
  });

  test("removes the cheapest pods first", async () => {
    await using t = await testCluster();
    await t.create({ ...set, spec: { ...set.spec, replicas: 4 } });
    const [cheap = "", ...others] = await t.podNames();
    await t.patch(pods, cheap, { metadata: { annotations: { "controller.kubernetes.io/pod-deletion-cost": "-1" } } });
    await t.patch(replicaSets, "web", { spec: { replicas: 3 } });
    await t.advance("1m");
    expect(await t.podNames()).toEqual(others);
  });

  test("tells why it cannot make pods", async () => {
    await using t = await testCluster();
    const hard = { pods: "1" };
    await t.create({ apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "few" }, spec: { hard } });
    await t.create(set);
    const { conditions } = (await t.get(replicaSets, "web")).status ?? {};
    expect(conditions).toMatchObject([{ type: "ReplicaFailure", status: "True", reason: "FailedCreate" }]);
    expect(conditions?.[0]?.message).toMatch(
      /is forbidden: exceeded quota: few, requested: pods=1, used: pods=1, limited: pods=1$/u,
    );
  });
});
