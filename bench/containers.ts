import { type Cluster, createCluster } from "picokube";

import { createNetwork } from "../src/network/simulated-network.ts";
import { programs } from "../src/programs/index.ts";
import { createContainer } from "../src/runtime/create-container.ts";
import type { LiveContainer } from "../src/runtime/live-container.ts";
import { shellTools } from "../src/shell/index.ts";
import { silentLog } from "../src/sim/log.ts";
import { Random } from "../src/sim/random.ts";
import { VirtualClock } from "../src/sim/virtual-clock.ts";
import { perSecond, type Spent, spentOn } from "./measure.ts";
import type { Row } from "./row.ts";

const many = 5000;
const loops = 1_000_000;

/** What containers with a shell cost, and how fast they are. */
export async function containerRows(): Promise<readonly Row[]> {
  const { started, heapKiB } = await shells();
  const rows = await shellRows();
  const hour = await loggingHour();
  return [
    { name: "container with a shell and its child, memory", value: heapKiB, unit: "KiB", goal: "<= 20" },
    {
      name: "container with a shell and its child, started",
      value: started.ms / many,
      cpuMs: started.cpuMs / many,
      unit: "ms",
      goal: "<= 0.3",
    },
    ...rows,
    {
      name: "1000 containers logging every 5 s, a virtual hour",
      value: hour.ms / 1000,
      cpuMs: hour.cpuMs,
      unit: "s",
      goal: "<= 30",
    },
  ];
}

/** Containers by themselves, without pods around them. */
async function shells(): Promise<{ started: Spent; heapKiB: number }> {
  const clock = new VirtualClock();
  const network = createNetwork({ clock, random: new Random(1) });
  const tools = [...shellTools, ...programs];
  const containers: LiveContainer[] = [];
  const start = (): void => {
    const container = createContainer({
      id: "c",
      hostname: "web",
      image: { names: ["busybox"], base: "busybox" },
      imageName: "busybox",
      ports: [],
      tools,
      command: ["sh", "-c", "sleep 1000000; echo"],
      env: new Map(),
      workingDirectory: "/",
      user: { uid: 0, gid: 0, name: "root", groups: [] },
      mounts: [],
      readOnlyRoot: false,
      pod: { name: "web", namespace: "default", ip: "10.244.0.2", nodeName: "node" },
      network,
      resolver: { lookup: () => Promise.resolve([]) },
      clock,
      random: new Random(1),
      log: silentLog,
      stdin: false,
      stdinOnce: false,
      tty: false,
      output: () => {},
    });
    container.start();
    containers.push(container);
  };
  const startAll = async (count: number): Promise<void> => {
    for (let index = 0; index < count; index++) start();
    await clock.advance(100);
  };
  await startAll(200);
  const before = heapBytes();
  const started = await spentOn(() => startAll(many));
  const heapKiB = (heapBytes() - before) / 1024 / many;
  await Promise.all(containers.map((container) => container.stop(0)));
  return { started, heapKiB };
}

function heapBytes(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

async function shellRows(): Promise<Row[]> {
  const cluster = await createCluster({ clock: "real" });
  await cluster.apply(manifest("Pod", "box", { containers: [shell("sleep 1000000")] }));
  while (!(await text(cluster, "/api/v1/namespaces/default/pods/box")).includes('"phase":"Running"'))
    await cluster.settle();
  const script = `i=0; while [ $i -lt ${loops} ]; do i=$((i+1)); done`;
  const loop = await spentOn(() => cluster.exec("box", ["sh", "-c", script]));
  const plain = await perSecond(1000, () => cluster.exec("box", ["true"]));
  const withShell = await perSecond(1000, () => cluster.exec("box", ["sh", "-c", "echo $((1+1))"]));
  await cluster.close();
  return [
    {
      name: "shell loop iterations",
      value: (loops * 1000) / loop.ms,
      unit: "/s",
      goal: ">= 150000",
      cpuMs: loop.cpuMs,
    },
    { name: "exec round trips (true)", value: plain.rate, unit: "/s" },
    { name: "exec round trips (sh -c)", value: withShell.rate, unit: "/s" },
  ];
}

async function loggingHour(): Promise<Spent> {
  const cluster = await createCluster({ nodes: 10 });
  const labels = { app: "talkers" };
  const template = { metadata: { labels }, spec: { containers: [shell("while :; do echo tick; sleep 5; done")] } };
  await cluster.apply(
    manifest("ReplicaSet", "talkers", { replicas: 1000, selector: { matchLabels: labels }, template }),
  );
  await cluster.settle();
  const hour = await spentOn(() => cluster.advance("1h"));
  await cluster.close();
  return hour;
}

function shell(script: string): object {
  return { name: "main", image: "busybox", command: ["sh", "-c", script] };
}

function manifest(kind: "Pod" | "ReplicaSet", name: string, spec: object): string {
  return JSON.stringify({ apiVersion: kind === "Pod" ? "v1" : "apps/v1", kind, metadata: { name }, spec });
}

async function text(cluster: Cluster, path: string): Promise<string> {
  const { body } = await cluster.transport.request({ method: "GET", path, headers: {} });
  const chunks: Uint8Array[] = [];
  for await (const bytes of body) chunks.push(bytes);
  return Buffer.concat(chunks).toString();
}
