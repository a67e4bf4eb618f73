import { createCluster } from "picokube";

import { untilReady } from "./api.ts";
import { replicaSet } from "./manifests.ts";
import { residentMiB, spentOn } from "./measure.ts";
import type { Row } from "./row.ts";

/** Pods Ready on ten nodes, from an empty cluster. */
export async function podRows(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const [count, goal] of [
    [100, undefined],
    [1000, "<= 3000"],
  ] as const) {
    const cluster = await createCluster({ clock: "real", nodes: 10 });
    const { ms, cpuMs } = await spentOn(async () => {
      await cluster.apply(replicaSet("web", count));
      await untilReady(cluster, "replicasets/web", count);
    });
    const name = `${count} pods Ready on 10 nodes`;
    rows.push(
      { name, value: ms, unit: "ms", cpuMs, ...(goal ? { goal } : {}) },
      { name: `${name}, resident memory`, value: residentMiB(), unit: "MiB", ...(goal ? { goal: "<= 200" } : {}) },
    );
    await cluster.close();
  }
  return rows;
}
