import { type Cluster, createCluster } from "picokube";

import { call, podNames, until, untilEndpoints } from "./api.ts";
import { replicaSet, service } from "./manifests.ts";
import { perSecond } from "./measure.ts";
import type { Row } from "./row.ts";

const client = `
apiVersion: v1
kind: Pod
metadata: { name: client }
spec: { containers: [{ name: client, image: registry.k8s.io/pause }] }`;

/** Requests of a pod to three pods of a Service, without sockets, one after the other. */
export async function requestRows(): Promise<readonly Row[]> {
  const cluster = await createCluster({ clock: "real" });
  await cluster.apply(`${replicaSet("web", 3)}---${service("web")}---${client}`);
  await untilEndpoints(cluster, "web", 3);
  await until(cluster, async () => (await podOf(cluster, "client")).status.phase === "Running");
  const [pod = ""] = await podNames(cluster, "web");
  const { podIP } = (await podOf(cluster, pod)).status;
  const { spec } = await call<{ spec: { clusterIP: string } }>(
    cluster,
    "GET",
    "/api/v1/namespaces/default/services/web",
  );
  const rows: Row[] = [];
  const cpuOf = new Map<string, number>();
  for (const [name, host, goal] of [
    ["pod IP", podIP, undefined],
    ["ClusterIP", spec.clusterIP, ">= 150000"],
    ["DNS name", "web", ">= 100000"],
    ["full DNS name", "web.default.svc.cluster.local", undefined],
  ] as const) {
    const { rate, cpuMs, ms } = await perSecond(1500, () => cluster.fetch(`http://${host}:8090/`, { from: "client" }));
    const micros = (cpuMs / ms / rate) * 1e6;
    cpuOf.set(name, micros);
    rows.push(
      { name: `in-cluster requests by ${name}`, value: rate, unit: "/s", ...(goal ? { goal } : {}) },
      { name: `in-cluster requests by ${name}, CPU each`, value: micros, unit: "us" },
    );
  }
  const chosen = (cpuOf.get("ClusterIP") ?? Number.NaN) - (cpuOf.get("pod IP") ?? Number.NaN);
  rows.push({ name: "way of a connection through a Service, CPU each", value: chosen, unit: "us", goal: "<= 5" });
  await cluster.close();
  return rows;
}

function podOf(cluster: Cluster, name: string): Promise<{ status: { phase: string; podIP: string } }> {
  return call(cluster, "GET", `/api/v1/namespaces/default/pods/${name}`);
}
