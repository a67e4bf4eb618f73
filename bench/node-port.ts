import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { createCluster } from "picokube";

import type { Row } from "./row.ts";

const requests = 20_000;
const connections = 16;

/** NodePort over real sockets beside a plain Node server that answers the same, in one run: requests/s and CPU a request. */
export async function nodePortRows(): Promise<Row[]> {
  const cluster = await createCluster({ clock: "real" });
  const server = await cluster.listen();
  await cluster.apply(`
apiVersion: v1
kind: Pod
metadata: { name: web, labels: { app: web } }
spec: { containers: [{ name: web, image: "surjection/stable-server:latest" }] }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { type: NodePort, selector: { app: web }, ports: [{ port: 8090, nodePort: 31999 }] }`);
  await cluster.settle();
  const reply = await cluster.fetch("http://localhost:31999/");
  const plain = await plainServer(reply.body);
  const rows: Row[] = [];
  for (const keepAlive of [true, false]) {
    const how = keepAlive ? "keep-alive" : "a connection each";
    const ours = await best(31_999, keepAlive);
    const theirs = await best((plain.address() as AddressInfo).port, keepAlive);
    rows.push(
      { name: `NodePort requests, ${how}`, value: ours.perSecond, unit: "/s" },
      {
        name: `NodePort to plain Node, requests/s, ${how}`,
        value: ours.perSecond / theirs.perSecond,
        unit: "x",
        goal: keepAlive ? ">= 0.95" : ">= 0.9",
      },
      { name: `NodePort to plain Node, CPU a request, ${how}`, value: ours.cpuMicros / theirs.cpuMicros, unit: "x" },
    );
  }
  plain.close();
  plain.closeAllConnections();
  await server.close();
  await cluster.close();
  return rows;
}

function plainServer(body: string): Promise<Server> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "text/plain; charset=utf-8", "content-length": Buffer.byteLength(body) });
    response.end(body);
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(server));
  });
}

interface Load {
  readonly perSecond: number;
  readonly cpuMicros: number;
}

async function best(port: number, keepAlive: boolean): Promise<Load> {
  await load(port, keepAlive);
  const loads = [await load(port, keepAlive), await load(port, keepAlive), await load(port, keepAlive)];
  return loads.toSorted((a, b) => b.perSecond - a.perSecond)[0] ?? { perSecond: Number.NaN, cpuMicros: Number.NaN };
}

/** The client is another process, so that its work is not counted as the server's. */
async function load(port: number, keepAlive: boolean): Promise<Load> {
  const total = keepAlive ? requests : requests / 4;
  const child = spawn(process.execPath, [
    "-e",
    client,
    String(port),
    String(keepAlive),
    String(total),
    String(connections),
  ]);
  const [seconds] = (await once(child.stdout, "data")) as [Buffer];
  const [ready, done] = seconds.toString().split(" ").map(Number);
  await once(child, "close");
  const cpu = cpuMicros();
  return { perSecond: total / ((done ?? 0) - (ready ?? 0)), cpuMicros: cpu / total };
}

let spent = process.cpuUsage();

/** Of this process, since it was last asked. */
function cpuMicros(): number {
  const { user, system } = process.cpuUsage(spent);
  spent = process.cpuUsage();
  return user + system;
}

const client = `
const { Agent, get } = require("node:http");
const [port, keepAlive, total, connections] = process.argv.slice(1).map((text) => JSON.parse(text));
const agent = new Agent({ keepAlive, maxSockets: connections });
let started = 0, done = 0;
const seconds = () => Number(process.hrtime.bigint()) / 1e9;
const start = seconds();
const one = () => {
  if (started++ >= total) return;
  get({ port, host: "127.0.0.1", agent }, (response) => {
    response.resume();
    response.on("end", () => {
      if (++done === total) process.stdout.write(start + " " + seconds(), () => process.exit());
      else one();
    });
  });
};
for (let i = 0; i < connections; i++) one();
`;
