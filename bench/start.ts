import { type Cluster, createCluster } from "picokube";

import { call, podNames, untilEndpoints } from "./api.ts";
import { replicaSet, service } from "./manifests.ts";
import { median, type Spent, spentOn } from "./measure.ts";
import type { Row } from "./row.ts";

const runs = 21;

/** The first things a learner does, each in a cluster of its own. */
export async function startRows(): Promise<readonly Row[]> {
  const times: Record<"create" | "endpoints" | "heal", Spent[]> = { create: [], endpoints: [], heal: [] };
  for (let run = 0; run < runs; run++) {
    let cluster: Cluster | undefined;
    times.create.push(
      await spentOn(async () => {
        cluster = await createCluster({ clock: "real" });
      }),
    );
    if (!cluster) continue;
    const ours = cluster;
    times.endpoints.push(await spentOn(() => threeEndpoints(ours)));
    const [pod = ""] = await podNames(ours, "web");
    times.heal.push(await spentOn(() => healed(ours, pod)));
    await ours.close();
  }
  const row = (name: string, spent: readonly Spent[], goal: string): Row => {
    const { ms, cpuMs } = median(spent);
    return { name, value: ms, unit: "ms", goal, cpuMs };
  };
  return [
    row("createCluster, nodes Ready", times.create, "<= 50"),
    row("ReplicaSet(3) and Service to 3 endpoints", times.endpoints, "<= 30"),
    row("pod deleted to 3 endpoints again", times.heal, "<= 20"),
  ];
}

async function threeEndpoints(cluster: Cluster): Promise<void> {
  await cluster.apply(`${replicaSet("web", 3)}---${service("web")}`);
  await untilEndpoints(cluster, "web", 3);
}

async function healed(cluster: Cluster, pod: string): Promise<void> {
  await call(cluster, "DELETE", `/api/v1/namespaces/default/pods/${pod}`, { gracePeriodSeconds: 0 });
  await untilEndpoints(cluster, "web", 3, pod);
}
