import { createCluster } from "picokube";

import { call, until, untilReady } from "./api.ts";
import { replicaSet } from "./manifests.ts";
import { spentOn } from "./measure.ts";
import type { Row } from "./row.ts";

const pods = 5000;

/** An owner deleted in the background: the garbage collector takes its pods. */
export async function deletionRows(): Promise<readonly Row[]> {
  const cluster = await createCluster({ clock: "real", nodes: 100 });
  await cluster.apply(replicaSet("web", pods));
  await untilReady(cluster, "replicasets/web", pods);
  const { ms, cpuMs } = await spentOn(async () => {
    await call(cluster, "DELETE", "/apis/apps/v1/namespaces/default/replicasets/web");
    await until(cluster, async () => {
      const { items } = await call<{ items: readonly object[] }>(
        cluster,
        "GET",
        "/api/v1/namespaces/default/pods?limit=1",
      );
      return items.length === 0;
    });
  });
  await cluster.close();
  return [{ name: `${pods} pods deleted with their owner`, value: ms, unit: "ms", cpuMs }];
}
