import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { createCluster } from "picokube";

import { untilEndpoints } from "./api.ts";
import { freeNodePorts } from "./free-ports.ts";
import { bestOf, type LoadOptions } from "./load.ts";
import { replicaSet, service } from "./manifests.ts";
import type { Row } from "./row.ts";
import { type TcpProxy, tcpProxies } from "./tcp-proxies.ts";

const rounds = 4;

/**
 * NodePort over real sockets beside a plain Node server that answers the same, in one run: requests/s and CPU a request.
 * And that server behind the TCP proxies that are installed.
 */
export async function nodePortRows(): Promise<readonly Row[]> {
  const [nodePort = 0, ...proxyPorts] = await freeNodePorts(3);
  const cluster = await createCluster({ clock: "real" });
  await cluster.listen();
  const opened = new Promise<void>((resolve) => {
    cluster.onNews((line) => {
      if (line.startsWith("service/web answers on")) resolve();
    });
  });
  await cluster.apply(`${replicaSet("web", 3)}---${service("web", nodePort)}`);
  await untilEndpoints(cluster, "web", 3);
  await opened;
  const reply = await cluster.fetch(`http://localhost:${nodePort}/`);
  const plain = await plainServer(reply.body);
  const plainPort = (plain.address() as AddressInfo).port;
  const proxies = await tcpProxies(plainPort, proxyPorts);
  const rows: Row[] = [];
  for (const keepAlive of [true, false]) {
    rows.push(...(await nodePortBeside(plainPort, nodePort, keepAlive)));
    for (const proxy of proxies) rows.push(await proxyBeside(plainPort, proxy, keepAlive));
  }
  for (const proxy of proxies) await proxy.stop();
  plain.close();
  plain.closeAllConnections();
  await cluster.close();
  return rows;
}

async function nodePortBeside(plainPort: number, nodePort: number, keepAlive: boolean): Promise<readonly Row[]> {
  const how = howOf(keepAlive);
  const [ours, theirs] = await bestOf(rounds, [loadOn(nodePort, keepAlive), loadOn(plainPort, keepAlive)]);
  const goal = keepAlive ? ">= 0.95" : ">= 0.9";
  const ratio = ours.perSecond / theirs.perSecond;
  return [
    { name: `NodePort requests, ${how}`, value: ours.perSecond, unit: "/s" },
    { name: `NodePort to plain Node, requests/s, ${how}`, value: ratio, unit: "x", goal },
    { name: `NodePort, CPU a request, ${how}`, value: ours.cpuMicros, unit: "us" },
    { name: `NodePort to plain Node, CPU a request, ${how}`, value: ours.cpuMicros / theirs.cpuMicros, unit: "x" },
  ];
}

async function proxyBeside(plainPort: number, { name, port }: TcpProxy, keepAlive: boolean): Promise<Row> {
  const [behind, plain] = await bestOf(rounds, [loadOn(port, keepAlive), loadOn(plainPort, keepAlive)]);
  return {
    name: `plain Node behind ${name} to without, requests/s, ${howOf(keepAlive)}`,
    value: behind.perSecond / plain.perSecond,
    unit: "x",
  };
}

function howOf(keepAlive: boolean): string {
  return keepAlive ? "keep-alive" : "a connection each";
}

function loadOn(port: number, keepAlive: boolean): LoadOptions {
  const requests = keepAlive ? 20_000 : 5000;
  return { requests, connections: 16, keepAlive, url: `http://127.0.0.1:${port}/` };
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
