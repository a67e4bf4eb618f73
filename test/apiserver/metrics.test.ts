import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { NodeMetrics, PodMetrics } from "../../src/api/types.gen.ts";
import { type Cluster, createCluster, type KubeObject } from "../../src/index.ts";

const pod = (name: string, image: string): KubeObject =>
  ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, labels: { app: name } },
    spec: { containers: [{ name: "app", image }] },
  }) as KubeObject;

let cluster: Cluster;

beforeAll(async () => {
  cluster = await createCluster();
  await cluster.apply([
    pod("quiet", "nginx"),
    pod("busy", "registry.k8s.io/hpa-example"),
    pod("stuck", "nginx:no-such-tag-broken"),
  ]);
  await cluster.settle();
  const { stdout: ip } = await cluster.kubectl(["get", "pod", "busy", "-o", "jsonpath={.status.podIP}"]);
  // Each request computes for 50 ms.
  for (let request = 0; request < 100; request++) await cluster.fetch(`http://${ip}/`, { from: "quiet" });
  const start = Date.UTC(2025, 0, 1);
  await cluster.advance(20_000 - (cluster.clock.now() - start));
});
afterAll(() => cluster.close());

async function get<T>(path: string, accept = "application/json"): Promise<T> {
  const headers = { accept };
  const { body } = await cluster.transport.request({ method: "GET", path, headers });
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString()) as T;
}

const podsPath = "/apis/metrics.k8s.io/v1beta1/namespaces/default/pods";
const millicores = (quantity = ""): number => Number(quantity.replace("n", "")) / 1e6;
const kubectl = async (...args: string[]): Promise<string> => {
  const { stdout, stderr } = await cluster.kubectl(args);
  return stdout + stderr;
};

describe("metrics.k8s.io", () => {
  test("is a group like any other", async () => {
    const list = await get<{ resources: object[] }>("/apis/metrics.k8s.io/v1beta1");
    expect(list.resources).toEqual([
      expect.objectContaining({ name: "nodes", namespaced: false, kind: "NodeMetrics", verbs: ["get", "list"] }),
      expect.objectContaining({ name: "pods", namespaced: true, kind: "PodMetrics", verbs: ["get", "list"] }),
    ]);
    expect(await kubectl("get", "apiservices", "v1beta1.metrics.k8s.io", "--no-headers")).toMatch(/ Local +True /u);
  });

  test("tells little of a container that does little, and much of one that computes", async () => {
    const { items, kind } = await get<{ kind: string; items: PodMetrics[] }>(podsPath);
    expect(kind).toBe("PodMetricsList");
    const usages = new Map(items.map(({ metadata, containers }) => [metadata.name, containers[0]?.usage]));
    expect(millicores(usages.get("quiet")?.["cpu"])).toBeGreaterThan(0);
    expect(millicores(usages.get("quiet")?.["cpu"])).toBeLessThan(5);
    expect(millicores(usages.get("busy")?.["cpu"])).toBeGreaterThan(200);
    expect(usages.get("quiet")?.["memory"]).toMatch(/^[1-9]\d{3}Ki$/u);
  });

  test("knows nothing of a pod that does not run", async () => {
    const { message } = await get<{ message: string }>(`${podsPath}/stuck`);
    expect(message).toBe('podmetrics.metrics.k8s.io "default/stuck" not found');
  });

  test("has the labels of what it is about", async () => {
    const { items } = await get<{ items: PodMetrics[] }>(`${podsPath}?labelSelector=app%3Dquiet`);
    expect(items.map(({ metadata }) => metadata.name)).toEqual(["quiet"]);
    expect(items[0]).toMatchObject({ timestamp: "2025-01-01T00:00:20Z", window: "15s" });
  });

  test("adds up what runs on a node, and the node's own daemons", async () => {
    const { items } = await get<{ items: NodeMetrics[] }>("/apis/metrics.k8s.io/v1beta1/nodes");
    expect(items.map(({ metadata }) => metadata.name).toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
      "picokube-control-plane",
      "picokube-worker",
      "picokube-worker2",
    ]);
    const [busiest = 0] = items.map(({ usage }) => millicores(usage["cpu"])).toSorted((a, b) => b - a);
    expect(busiest).toBeGreaterThan(200);
  });

  test("cannot be written to", async () => {
    const { body, status } = await cluster.transport.request({ method: "POST", path: podsPath, body: "{}" });
    for await (const chunk of body) expect(Buffer.from(chunk).toString()).toContain('"reason":"MethodNotAllowed"');
    expect(status).toBe(405);
  });

  test("is what kubectl top shows", async () => {
    expect(await kubectl("top", "pods", "quiet", "--no-headers")).toMatch(/^quiet +1m +\d+Mi +\n$/u);
    expect(await kubectl("top", "pods", "--sort-by=cpu", "--no-headers")).toMatch(/^busy .*\nquiet /u);
    expect(await kubectl("top", "pods", "-l", "app=busy", "--containers", "--no-headers")).toMatch(
      /^busy +app +\d+m /u,
    );
    expect(await kubectl("top", "nodes", "--no-headers")).toMatch(
      /^picokube-control-plane +\d+m +\d+% +\d+Mi +\d+% +\n/u,
    );
  });
});
