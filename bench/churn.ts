import { type Cluster, createCluster } from "picokube";

import { call, podNames, untilEndpoints, untilReady } from "./api.ts";
import { deployment, service } from "./manifests.ts";
import { median, residentMiB, type Spent, spentOn } from "./measure.ts";
import type { Row } from "./row.ts";

/** A thousand Services of ten endpoints each, one pod of one of them deleted again and again: others should not be felt. */
export async function churnRows(): Promise<readonly Row[]> {
  const few = await churn(10);
  const many = await churn(1000);
  return [
    { name: "1000 Services x 10 endpoints", value: many.made.ms, unit: "ms", cpuMs: many.made.cpuMs },
    { name: "1000 Services, resident memory", value: many.memoryMiB, unit: "MiB" },
    { name: "pod replaced beside 10 Services", value: few.replaced.ms, unit: "ms", cpuMs: few.replaced.cpuMs },
    { name: "pod replaced beside 1000 Services", value: many.replaced.ms, unit: "ms", cpuMs: many.replaced.cpuMs },
    {
      name: "CPU of a replacement, beside 1000 Services to 10",
      value: many.replaced.cpuMs / few.replaced.cpuMs,
      unit: "x",
      goal: "<= 1.5",
    },
  ];
}

interface Churn {
  readonly made: Spent;
  readonly memoryMiB: number;
  readonly replaced: Spent;
}

async function churn(services: number): Promise<Churn> {
  const cluster = await createCluster({ clock: "real", nodes: 200 });
  const names = Array.from({ length: services }, (_, index) => `web-${index}`);
  const made = await spentOn(async () => {
    await cluster.apply(names.map((name) => `${deployment(name, 10)}---${service(name)}`).join("---"));
    for (const name of names) await untilReady(cluster, `deployments/${name}`, 10);
    for (const name of names) await untilEndpoints(cluster, name, 10);
  });
  const memoryMiB = residentMiB();
  const runs: Spent[] = [];
  for (let round = 0; round < 50; round++) runs.push(await replaceOne(cluster));
  await cluster.close();
  return { made, memoryMiB, replaced: median(runs) };
}

async function replaceOne(cluster: Cluster): Promise<Spent> {
  const [pod = ""] = await podNames(cluster, "web-0");
  return spentOn(async () => {
    await call(cluster, "DELETE", `/api/v1/namespaces/default/pods/${pod}`, { gracePeriodSeconds: 0 });
    await untilEndpoints(cluster, "web-0", 10, pod);
  });
}
