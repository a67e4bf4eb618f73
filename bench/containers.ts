import { type Cluster, createCluster } from "picokube";

import { perSecond, residentMiB, type Spent, spentOn } from "./measure.ts";
import type { Row } from "./row.ts";

const shells = 1000;
const loops = 300_000;

/** What containers with a shell cost, and how fast they are. */
export async function containerRows(): Promise<Row[]> {
  const { ready, memoryKiB } = await shellContainers();
  const hour = await loggingHour();
  return [
    { name: `${shells} pods with a shell: memory each, pod and objects included`, value: memoryKiB, unit: "KiB" },
    {
      name: `${shells} pods with a shell: ready each`,
      value: ready.ms / shells,
      unit: "ms",
      cpuMs: ready.cpuMs / shells,
    },
    ...(await shellRows()),
    {
      name: "1000 containers logging every 5 s, a virtual hour",
      value: hour.ms,
      cpuMs: hour.cpuMs,
      unit: "ms",
      goal: "<= 30000",
    },
  ];
}

async function shellContainers(): Promise<{ ready: Spent; memoryKiB: number }> {
  const cluster = await createCluster({ nodes: 10 });
  await cluster.apply(replicaSet("warm", 10, "sleep 1000000"));
  await cluster.settle();
  const before = residentMiB();
  const ready = await spentOn(async () => {
    await cluster.apply(replicaSet("shells", shells, "x=1; sleep 1000000; echo $x"));
    await cluster.settle();
  });
  const memoryKiB = ((residentMiB() - before) * 1024) / shells;
  await cluster.close();
  return { ready, memoryKiB };
}

async function shellRows(): Promise<Row[]> {
  const cluster = await createCluster({ clock: "real" });
  await cluster.apply(pod("box", "sleep 1000000"));
  await running(cluster, "box");
  const script = `i=0; while [ $i -lt ${loops} ]; do i=$((i+1)); done`;
  const loop = await spentOn(() => cluster.exec("box", ["sh", "-c", script]));
  const exec = await perSecond(1000, () => cluster.exec("box", ["true"]));
  const shell = await perSecond(1000, () => cluster.exec("box", ["sh", "-c", "echo $((1+1))"]));
  await cluster.close();
  return [
    { name: "shell loop iterations", value: (loops * 1000) / loop.ms, unit: "/s", goal: ">= 150000" },
    { name: "exec round trips (true)", value: exec.rate, unit: "/s" },
    { name: "exec round trips (sh -c)", value: shell.rate, unit: "/s" },
  ];
}

async function loggingHour(): Promise<Spent> {
  const cluster = await createCluster({ nodes: 10 });
  await cluster.apply(replicaSet("talkers", 1000, "while :; do date; sleep 5; done"));
  await cluster.settle();
  const hour = await spentOn(() => cluster.advance("1h"));
  await cluster.close();
  return hour;
}

async function running(cluster: Cluster, name: string): Promise<void> {
  const path = `/api/v1/namespaces/default/pods/${name}`;
  for (let text = ""; !text.includes('"phase":"Running"');) {
    await cluster.settle();
    const { body } = await cluster.transport.request({ method: "GET", path, headers: {} });
    text = "";
    for await (const bytes of body) text += Buffer.from(bytes).toString();
  }
}

function pod(name: string, script: string): string {
  return `
apiVersion: v1
kind: Pod
metadata: { name: ${name} }
spec: { containers: [{ name: main, image: busybox, command: [sh, -c, "${script}"] }] }
`;
}

function replicaSet(name: string, replicas: number, script: string): string {
  return `
apiVersion: apps/v1
kind: ReplicaSet
metadata: { name: ${name} }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: main, image: busybox, command: [sh, -c, "${script}"] }] }
`;
}
