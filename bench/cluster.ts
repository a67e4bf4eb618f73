import { type Cluster, createCluster } from "picokube";

import { durationMs, medianMs, perSecond, residentMiB } from "./measure.ts";
import type { Row } from "./row.ts";

const replicaSet = (replicas: number): string => `
apiVersion: apps/v1
kind: ReplicaSet
metadata: { name: web }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: "surjection/stable-server:latest", ports: [{ containerPort: 8090 }] }]
`;
const service = `
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 8090, targetPort: 8090 }] }
`;

/** How long the everyday things take, without sockets. */
export async function clusterRows(): Promise<Row[]> {
  const createMs = await medianMs(15, async () => {
    await (await createCluster()).close();
  });
  const endpointsMs = await medianMs(15, () =>
    withCluster(
      async () => {},
      (cluster) => threeEndpoints(cluster),
    ),
  );
  const healMs: number[] = [];
  for (let run = 0; run < 15; run++) healMs.push(await healed());
  const healedMs = healMs.toSorted((a, b) => a - b)[7] ?? Number.NaN;
  const hundred = await podsReady(100);
  const thousand = await podsReady(1000);
  return [
    { name: "createCluster ready", value: createMs, unit: "ms", goal: "<= 50" },
    {
      name: "cluster + ReplicaSet(3) + Service to 3 endpoints",
      value: endpointsMs - createMs,
      unit: "ms",
      goal: "<= 30",
    },
    { name: "pod deleted to 3 endpoints again", value: healedMs, unit: "ms", goal: "<= 20" },
    { name: "100 pods Ready on 10 nodes", value: hundred.ms, unit: "ms" },
    { name: "1000 pods Ready on 10 nodes", value: thousand.ms, unit: "ms", goal: "<= 3000" },
    { name: "resident memory with 1000 pods", value: thousand.memoryMiB, unit: "MiB", goal: "<= 200" },
    ...(await requestRows()),
  ];
}

async function withCluster(
  prepare: (cluster: Cluster) => Promise<void>,
  work: (cluster: Cluster) => Promise<void>,
): Promise<void> {
  const cluster = await createCluster({ clock: "real" });
  await prepare(cluster);
  await work(cluster);
  await cluster.close();
}

async function threeEndpoints(cluster: Cluster): Promise<void> {
  await cluster.apply(replicaSet(3) + "---" + service);
  await endpointsAre(cluster, 3);
}

async function healed(): Promise<number> {
  const cluster = await createCluster({ clock: "real" });
  await threeEndpoints(cluster);
  const [pod = ""] = await podNames(cluster);
  const ms = await durationMs(async () => {
    await request(cluster, "DELETE", `/api/v1/namespaces/default/pods/${pod}`, { gracePeriodSeconds: 0 });
    await endpointsAre(cluster, 3, pod);
  });
  await cluster.close();
  return ms;
}

async function podsReady(count: number): Promise<{ ms: number; memoryMiB: number }> {
  const cluster = await createCluster({ clock: "real", nodes: 10 });
  const ms = await durationMs(async () => {
    await cluster.apply(replicaSet(count));
    for (let ready = 0; ready < count; ready = (await readyReplicas(cluster)) ?? 0) await cluster.settle();
  });
  const memoryMiB = residentMiB();
  await cluster.close();
  return { ms, memoryMiB };
}

async function requestRows(): Promise<Row[]> {
  const cluster = await createCluster({ clock: "real" });
  await threeEndpoints(cluster);
  await cluster.apply(`
apiVersion: v1
kind: Pod
metadata: { name: client }
spec: { containers: [{ name: client, image: registry.k8s.io/pause }] }`);
  for (let phase = ""; phase !== "Running"; phase = await phaseOf(cluster, "client")) await cluster.settle();
  const [pod = ""] = await podNames(cluster);
  const podIp = (
    (await request(cluster, "GET", `/api/v1/namespaces/default/pods/${pod}`)) as { status: { podIP: string } }
  ).status.podIP;
  const clusterIp = (
    (await request(cluster, "GET", "/api/v1/namespaces/default/services/web")) as { spec: { clusterIP: string } }
  ).spec.clusterIP;
  const rows: Row[] = [];
  for (const [name, host, goal] of [
    ["pod IP", podIp, ""],
    ["ClusterIP", clusterIp, ">= 150000"],
    ["DNS name", "web", ">= 100000"],
  ] as const) {
    const value = await perSecond(1000, () => cluster.fetch(`http://${host}:8090/`, { from: "client" }));
    rows.push({ name: `in-cluster requests by ${name}`, value, unit: "/s", ...(goal ? { goal } : {}) });
  }
  await cluster.close();
  return rows;
}

async function request(cluster: Cluster, method: string, path: string, body?: object): Promise<unknown> {
  const headers = { "content-type": "application/json" };
  const response = await cluster.transport.request({
    method,
    path,
    headers,
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const chunks: Uint8Array[] = [];
  for await (const chunk of response.body) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
}

interface PodList {
  readonly items: readonly { readonly metadata: { readonly name: string } }[];
}

async function podNames(cluster: Cluster): Promise<string[]> {
  const list = (await request(cluster, "GET", "/api/v1/namespaces/default/pods?labelSelector=app%3Dweb")) as PodList;
  return list.items.map(({ metadata }) => metadata.name);
}

async function phaseOf(cluster: Cluster, pod: string): Promise<string> {
  return ((await request(cluster, "GET", `/api/v1/namespaces/default/pods/${pod}`)) as { status: { phase: string } })
    .status.phase;
}

async function readyReplicas(cluster: Cluster): Promise<number | undefined> {
  const set = (await request(cluster, "GET", "/apis/apps/v1/namespaces/default/replicasets/web")) as {
    status?: { readyReplicas?: number };
  };
  return set.status?.readyReplicas;
}

interface Addresses {
  readonly subsets?: readonly { readonly addresses?: readonly { readonly targetRef?: { readonly name: string } }[] }[];
}

async function endpointsAre(cluster: Cluster, count: number, without?: string): Promise<void> {
  for (;;) {
    const endpoints = (await request(cluster, "GET", "/api/v1/namespaces/default/endpoints/web")) as Addresses;
    const addresses = (endpoints.subsets ?? []).flatMap((subset) => subset.addresses ?? []);
    if (addresses.length === count && !addresses.some(({ targetRef }) => targetRef?.name === without)) return;
    await cluster.settle();
  }
}
