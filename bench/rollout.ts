import { type Cluster, createCluster } from "picokube";

import { call, until, untilReady } from "./api.ts";
import { deployment } from "./manifests.ts";
import { spentOn } from "./measure.ts";
import type { Row } from "./row.ts";

interface Rolled {
  readonly metadata: { readonly generation: number };
  readonly spec: { readonly replicas: number };
  readonly status: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
  };
}

/** A Deployment of 1000 pods given another template, and a hundred Deployments made at once. */
export async function rolloutRows(): Promise<readonly Row[]> {
  return [await rolledOver(), await manyDeployments()];
}

async function rolledOver(): Promise<Row> {
  const cluster = await createCluster({ clock: "real", nodes: 20 });
  await cluster.apply(deployment("web", 1000));
  await untilReady(cluster, "deployments/web", 1000);
  const { ms, cpuMs } = await spentOn(async () => {
    await cluster.kubectl(["set", "env", "deployment/web", "ROUND=2"]);
    await until(cluster, () => isRolledOut(cluster, "web"));
  });
  await cluster.close();
  return { name: "Deployment of 1000 pods rolled over", value: ms, unit: "ms", goal: "<= 6000", cpuMs };
}

/** As `kubectl rollout status` decides it. */
async function isRolledOut(cluster: Cluster, name: string): Promise<boolean> {
  const path = `/apis/apps/v1/namespaces/default/deployments/${name}`;
  const { metadata, spec, status } = await call<Rolled>(cluster, "GET", path);
  return (
    status.observedGeneration === metadata.generation &&
    status.updatedReplicas === spec.replicas &&
    status.replicas === spec.replicas &&
    status.availableReplicas === spec.replicas
  );
}

async function manyDeployments(): Promise<Row> {
  const cluster = await createCluster({ clock: "real", nodes: 20 });
  const names = Array.from({ length: 100 }, (_, index) => `web-${index}`);
  const { ms, cpuMs } = await spentOn(async () => {
    await cluster.apply(names.map((name) => deployment(name, 10)).join("---"));
    for (const name of names) await until(cluster, () => isRolledOut(cluster, name));
  });
  await cluster.close();
  return { name: "100 Deployments of 10 pods Ready", value: ms, unit: "ms", cpuMs };
}
