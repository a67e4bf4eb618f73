import { describe, expect, test } from "vitest";

import type { KubeObject } from "../../src/api/object.ts";
import { daemonSets } from "../../src/resources/apps/daemon-set.ts";
import { deployments } from "../../src/resources/apps/deployment.ts";
import { replicaSets } from "../../src/resources/apps/replica-set.ts";
import { statefulSets } from "../../src/resources/apps/stateful-set.ts";
import { jobs } from "../../src/resources/batch/job.ts";
import { namespaces } from "../../src/resources/core/namespace.ts";
import { nodes } from "../../src/resources/core/node.ts";
import { persistentVolumeClaims } from "../../src/resources/core/persistent-volume-claim.ts";
import { pods } from "../../src/resources/core/pod.ts";
import { podDisruptionBudgets } from "../../src/resources/policy/pod-disruption-budget.ts";
import { template, type TestCluster, testCluster } from "./test-cluster.ts";

/** Lets time pass, of the real clock little, until it is so. */
type Eventually = (isSo: () => Promise<boolean | undefined>) => Promise<void>;

const mostRounds = 600;

/** What holds on the virtual clock holds in real time, at instant pace. */
describe.each([
  { clock: "virtual", round: "1s" },
  { clock: "real", round: "10ms" },
] as const)("on the $clock clock", ({ clock, round }) => {
  test.each(Object.entries(stories))("%s", async (_, story) => {
    await using t = await testCluster({ clock, pace: "instant" });
    await story(t, async (isSo) => {
      for (let rounds = 0; !(await isSo()); rounds++) {
        expect(rounds).toBeLessThan(mostRounds);
        await t.advance(round);
      }
    });
  });
});

function workload(kind: string, spec: object, apiVersion = "apps/v1"): object {
  const selector = { matchLabels: { app: "web" } };
  return { apiVersion, kind, metadata: { name: "web" }, spec: { selector, template: template("web"), ...spec } };
}

async function running(t: TestCluster): Promise<number> {
  const all = await t.pods();
  return all.filter(({ status, metadata }) => status?.phase === "Running" && !metadata.deletionTimestamp).length;
}

async function isGone(t: TestCluster, resource: Parameters<TestCluster["remove"]>[0], name: string): Promise<boolean> {
  const namespace = resource.namespaced ? "default" : "";
  return (await t.client.get(resource, { namespace, name })) === undefined;
}

const stories: Readonly<Record<string, (t: TestCluster, eventually: Eventually) => Promise<void>>> = {
  async "a Deployment rolls out, and back"(t, eventually) {
    const isDone = async (image: string): Promise<boolean> => {
      const { status, metadata } = await t.get(deployments, "web");
      const images = (await t.pods()).map(({ spec }) => spec.containers[0]?.image);
      const isSeen = status?.observedGeneration === metadata.generation;
      return isSeen && status?.availableReplicas === 3 && images.length === 3 && images.every((one) => one === image);
    };
    const use = (image: string): Promise<KubeObject> =>
      t.patch(deployments, "web", { spec: { template: { spec: { containers: [{ name: "main", image }] } } } });
    await t.create(workload("Deployment", { replicas: 3 }));
    await eventually(() => isDone("nginx"));
    await use("httpd");
    await eventually(() => isDone("httpd"));
    await use("nginx");
    await eventually(() => isDone("nginx"));
    const annotations = (await t.get(deployments, "web")).metadata.annotations ?? {};
    expect(annotations["deployment.kubernetes.io/revision"]).toBe("3");
  },

  async "a ReplicaSet replaces pods that go, and lets go those that do not match"(t, eventually) {
    await t.create(workload("ReplicaSet", { replicas: 2 }));
    await eventually(async () => (await running(t)) === 2);
    const [a = "", b = ""] = await t.podNames();
    await t.remove(pods, a);
    await t.patch(pods, b, { metadata: { labels: { app: "other" } } });
    await eventually(async () => (await running(t)) === 3 && (await isGone(t, pods, a)));
    expect((await t.get(pods, b)).metadata.ownerReferences).toBeUndefined();
    await eventually(async () => (await t.get(replicaSets, "web")).status?.readyReplicas === 2);
  },

  async "a StatefulSet grows and shrinks in order"(t, eventually) {
    await t.create(workload("StatefulSet", { replicas: 3, serviceName: "web" }));
    await eventually(async () => (await t.get(statefulSets, "web")).status?.readyReplicas === 3);
    await t.patch(statefulSets, "web", { spec: { replicas: 1 } });
    await eventually(async () => (await t.podNames()).join(" ") === "web-0");
    const told = (await t.events("web")).filter((line) => /Successful(?:Create|Delete)/u.test(line));
    expect(told.map((line) => /web-\d/u.exec(line)?.[0])).toEqual(["web-0", "web-1", "web-2", "web-2", "web-1"]);
  },

  async "a DaemonSet follows the labels of nodes"(t, eventually) {
    const pod = template("web", undefined, { nodeSelector: { disk: "ssd" } });
    await t.create(workload("DaemonSet", { template: pod }));
    await t.patch(nodes, "picokube-worker", { metadata: { labels: { disk: "ssd" } } });
    await eventually(async () => (await t.get(daemonSets, "web")).status?.numberReady === 1);
    await t.patch(nodes, "picokube-worker", { metadata: { labels: { disk: null } } });
    await eventually(async () => (await t.pods()).length === 0);
  },

  async "a Job counts what succeeds and stops at its back-off limit"(t, eventually) {
    const job = (name: string, script: string, spec: object): object => ({
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { name },
      spec: { template: template(name, script, { restartPolicy: "Never" }), ...spec },
    });
    await t.create(
      job("good", "exit 0", { completions: 4, parallelism: 2, completionMode: "Indexed" }),
      job("bad", "exit 1", { backoffLimit: 0 }),
    );
    const ended = async (name: string): Promise<string | undefined> =>
      (await t.get(jobs, name)).status?.conditions?.find(({ type }) => type === "Complete" || type === "Failed")
        ?.reason;
    await eventually(async () => (await ended("good")) === "CompletionsReached");
    await eventually(async () => (await ended("bad")) === "BackoffLimitExceeded");
    expect((await t.get(jobs, "good")).status?.completedIndexes).toBe("0-3");
  },

  async "a PodDisruptionBudget follows the health of its pods"(t, eventually) {
    const allowed = async (): Promise<number | undefined> =>
      (await t.get(podDisruptionBudgets, "web")).status?.disruptionsAllowed;
    const budget = { apiVersion: "policy/v1", kind: "PodDisruptionBudget", metadata: { name: "web" } };
    const selector = { matchLabels: { app: "web" } };
    await t.create(workload("ReplicaSet", { replicas: 3 }), { ...budget, spec: { minAvailable: 2, selector } });
    await eventually(async () => (await allowed()) === 1);
    await t.patch(replicaSets, "web", { spec: { replicas: 2 } });
    await eventually(async () => (await allowed()) === 0);
  },

  async "owners take what they own with them, or leave it"(t, eventually) {
    for (const [propagation, left] of [
      ["Background", 0],
      ["Foreground", 0],
      ["Orphan", 2],
    ] as const) {
      await t.create(workload("ReplicaSet", { replicas: 2 }));
      await eventually(async () => (await running(t)) === 2);
      await t.remove(replicaSets, "web", propagation);
      await eventually(async () => (await isGone(t, replicaSets, "web")) && (await t.pods()).length === left);
    }
    for (const { metadata } of await t.pods()) expect(metadata.ownerReferences).toBeUndefined();
  },

  async "a namespace goes when all that is in it has gone"(t, eventually) {
    await t.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } });
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "web", namespace: "shop" } };
    await t.create({ ...pod, spec: { containers: [{ name: "main", image: "nginx" }] } });
    await t.remove(namespaces, "shop");
    await eventually(() => isGone(t, namespaces, "shop"));
    expect(await t.client.list(pods, "shop")).toEqual([]);
  },

  async "a claim has a volume when its first pod is placed"(t, eventually) {
    const spec = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
    await t.create({ apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: "data" }, spec });
    const volumes = [{ name: "data", persistentVolumeClaim: { claimName: "data" } }];
    await t.create({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "web" },
      spec: { containers: [{ name: "main", image: "nginx" }], volumes },
    });
    await eventually(async () => (await running(t)) === 1);
    expect((await t.get(persistentVolumeClaims, "data")).status?.phase).toBe("Bound");
  },

  async "an urgent pod takes the place of another"(t, eventually) {
    await t.create({
      apiVersion: "scheduling.k8s.io/v1",
      kind: "PriorityClass",
      metadata: { name: "urgent" },
      value: 1000,
    });
    const resources = { requests: { cpu: "3" } };
    const big = template("web", undefined, { containers: [{ name: "main", image: "nginx", resources }] });
    await t.create(workload("ReplicaSet", { replicas: 3, template: big }));
    await eventually(async () => (await running(t)) === 3);
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "now" } };
    await t.create({ ...pod, spec: { ...big.spec, priorityClassName: "urgent" } });
    await eventually(async () => (await t.get(pods, "now")).status?.phase === "Running");
    expect(await running(t)).toBe(3);
  },
};
