import { type Cluster, createCluster } from "picokube";

import { call, until, untilReady } from "./api.ts";
import { replicaSet } from "./manifests.ts";
import { spentOn } from "./measure.ts";
import type { Row } from "./row.ts";

const pods = 5000;
const replaced = 200;
const podsPath = "/api/v1/namespaces/default/pods";

interface Names {
  readonly items: readonly { readonly metadata: { readonly name: string } }[];
}

/** Pods of a large ReplicaSet deleted one by one, then all with their owner: the garbage collector takes them. */
export async function deletionRows(): Promise<readonly Row[]> {
  const cluster = await createCluster({ clock: "real", nodes: 100 });
  await cluster.apply(replicaSet("web", pods));
  await untilReady(cluster, "replicasets/web", pods);
  const replacing = await spentOn(() => replaceOneByOne(cluster));
  const { ms, cpuMs } = await spentOn(async () => {
    await call(cluster, "DELETE", "/apis/apps/v1/namespaces/default/replicasets/web");
    await until(cluster, async () => {
      const { items } = await call<Names>(cluster, "GET", `${podsPath}?limit=1`);
      return items.length === 0;
    });
  });
  await cluster.close();
  const each = { value: replacing.ms / replaced, unit: "ms each", cpuMs: replacing.cpuMs / replaced };
  return [
    { name: `a pod of a ReplicaSet of ${pods} replaced`, ...each },
    { name: `${pods} pods deleted with their owner`, value: ms, unit: "ms", cpuMs },
  ];
}

async function replaceOneByOne(cluster: Cluster): Promise<void> {
  const { items } = await call<Names>(cluster, "GET", `${podsPath}?limit=${replaced}`);
  for (const { metadata } of items) {
    await call(cluster, "DELETE", `${podsPath}/${metadata.name}?gracePeriodSeconds=0`);
    for (let turn = 0; turn < 5; turn++) await cluster.settle();
  }
  await untilReady(cluster, "replicasets/web", pods);
}
