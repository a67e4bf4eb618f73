import { spawn } from "node:child_process";
import { once } from "node:events";

import { createCluster } from "picokube";

import { untilEndpoints } from "./api.ts";
import { freeNodePorts } from "./free-ports.ts";
import { replicaSet, service } from "./manifests.ts";
import { residentMiB, spentOn } from "./measure.ts";
import type { Row } from "./row.ts";

const sampleEveryMs = 20;

const sink = `
apiVersion: v1
kind: Pod
metadata: { name: sink, labels: { app: sink } }
spec:
  containers:
    - { name: sink, image: busybox, command: [sh, -c, "nc -lk -p 8090 -e wc -c"] }
`;

/** Many connections through a NodePort at once, and much through one of them. */
export async function connectionRows(): Promise<readonly Row[]> {
  const [webPort = 0, sinkPort = 0] = await freeNodePorts(2);
  const cluster = await createCluster({ clock: "real" });
  await cluster.listen();
  await cluster.apply([replicaSet("web", 3), service("web", webPort), sink, service("sink", sinkPort)].join("---"));
  await untilEndpoints(cluster, "web", 3);
  await untilEndpoints(cluster, "sink", 1);
  const rows = [...(await manyConnections(webPort, 1000)), ...(await muchData(sinkPort, 1024))];
  await cluster.close();
  return rows;
}

async function manyConnections(port: number, count: number): Promise<readonly Row[]> {
  const { answer, ms, cpuMs, grownMiB } = await clientRun(crowd, port, count);
  if (answer !== String(count)) throw new Error(`${answer} of ${count} connections were answered`);
  return [
    { name: `${count} NodePort connections at once, all answered`, value: ms, unit: "ms", cpuMs },
    { name: `${count} NodePort connections, memory grown by`, value: grownMiB, unit: "MiB", goal: "<= 64" },
  ];
}

async function muchData(port: number, mebibytes: number): Promise<readonly Row[]> {
  const { answer, ms, cpuMs, grownMiB } = await clientRun(flood, port, mebibytes);
  if (answer !== String(mebibytes * 2 ** 20)) throw new Error(`${answer} bytes of ${mebibytes} MiB were counted`);
  return [
    { name: `${mebibytes} MiB through one connection`, value: (mebibytes * 1000) / ms, unit: "MiB/s", cpuMs },
    { name: `${mebibytes} MiB, memory grown by`, value: grownMiB, unit: "MiB", goal: "<= 64" },
  ];
}

interface ClientRun {
  readonly answer: string;
  readonly ms: number;
  readonly cpuMs: number;
  /** How far resident memory rose above what it was before, at most. */
  readonly grownMiB: number;
}

async function clientRun(code: string, port: number, amount: number): Promise<ClientRun> {
  const before = residentMiB();
  let most = before;
  const sampling = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss() / 2 ** 20);
  }, sampleEveryMs);
  let answer = "";
  const spent = await spentOn(async () => {
    const child = spawn(process.execPath, ["-e", code, String(port), String(amount)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    child.stdout.on("data", (chunk: Buffer) => {
      answer += chunk.toString();
    });
    await once(child, "close");
  });
  clearInterval(sampling);
  return { answer: answer.trim(), ...spent, grownMiB: most - before };
}

/** Opens all, then asks on all, then counts the answers. */
const crowd = `
const { connect } = require("node:net");
const [port, count] = process.argv.slice(1).map(Number);
const sockets = [];
let open = 0, answered = 0;
const ask = () => {
  for (const socket of sockets) {
    socket.once("data", (chunk) => {
      if (chunk.toString().startsWith("HTTP/1.1 200")) answered++;
      if (answered === count) process.stdout.write(String(answered), () => process.exit());
    });
    socket.write("GET / HTTP/1.1\\r\\nHost: web\\r\\n\\r\\n");
  }
};
for (let i = 0; i < count; i++) {
  const socket = connect(port, "127.0.0.1", () => ++open === count && ask());
  sockets.push(socket);
}
setTimeout(() => process.stdout.write(String(answered), () => process.exit()), 60_000).unref();
`;

/** Writes as fast as it is taken, then prints what the other side says. */
const flood = `
const [port, mebibytes] = process.argv.slice(1).map(Number);
const socket = require("node:net").connect({ port, host: "127.0.0.1", allowHalfOpen: true });
const piece = Buffer.alloc(64 * 1024, 120);
let left = mebibytes * 16;
const write = () => {
  while (left-- > 0) if (!socket.write(piece)) return void socket.once("drain", write);
  socket.end();
};
socket.on("connect", write);
socket.pipe(process.stdout);
`;
