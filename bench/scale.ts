import { type Cluster, createCluster } from "picokube";

import { untilReady } from "./api.ts";
import { deployment } from "./manifests.ts";
import { residentMiB, type Spent, spentOn } from "./measure.ts";
import type { Row } from "./row.ts";

const podsPerNode = 10;

/** Ten pods a node, from ten nodes to a thousand: a pod should cost the same in a big cluster as in a small one. */
export async function scaleRows(): Promise<readonly Row[]> {
  const small = await leastOf(10, 100);
  const middle = await podsReady(1000);
  const large = await podsReady(10_000);
  const dearest = Math.max(small.microsPerPod, middle.microsPerPod, large.microsPerPod);
  const cheapest = Math.min(small.microsPerPod, middle.microsPerPod, large.microsPerPod);
  return [
    { name: "1000 nodes Ready", value: large.nodes.ms, unit: "ms", cpuMs: large.nodes.cpuMs },
    {
      name: "10,000 pods Ready on 1000 nodes",
      value: large.pods.ms,
      unit: "ms",
      goal: "<= 30000",
      cpuMs: large.pods.cpuMs,
    },
    { name: "10,000 pods, resident memory", value: large.memoryMiB, unit: "MiB", goal: "<= 1024" },
    { name: "CPU a pod, of 100", value: small.microsPerPod, unit: "us" },
    { name: "CPU a pod, of 1000", value: middle.microsPerPod, unit: "us" },
    { name: "CPU a pod, of 10,000", value: large.microsPerPod, unit: "us" },
    { name: "CPU a pod, dearest to cheapest", value: dearest / cheapest, unit: "x", goal: "<= 1.5" },
  ];
}

/** The first times are dear: code is not warm yet. */
async function leastOf(runs: number, count: number): Promise<Scaled> {
  let least = await podsReady(count);
  for (let run = 1; run < runs; run++) {
    const next = await podsReady(count);
    if (next.microsPerPod < least.microsPerPod) least = next;
  }
  return least;
}

interface Scaled {
  readonly nodes: Spent;
  readonly pods: Spent;
  readonly microsPerPod: number;
  readonly memoryMiB: number;
}

async function podsReady(count: number): Promise<Scaled> {
  let cluster: Cluster | undefined;
  const nodes = await spentOn(async () => {
    cluster = await createCluster({ clock: "real", nodes: count / podsPerNode });
  });
  if (!cluster) throw new Error("no cluster");
  const ours = cluster;
  const pods = await spentOn(async () => {
    await ours.apply(deployment("web", count));
    await untilReady(ours, "deployments/web", count);
  });
  const memoryMiB = residentMiB();
  await ours.close();
  return { nodes, pods, microsPerPod: (pods.cpuMs * 1000) / count, memoryMiB };
}
