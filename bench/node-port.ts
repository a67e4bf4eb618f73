import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { createCluster } from "picokube";

import { untilEndpoints } from "./api.ts";
import { bestOf } from "./load.ts";
import { replicaSet, service } from "./manifests.ts";
import type { Row } from "./row.ts";

const nodePort = 31_999;

/** NodePort over real sockets beside a plain Node server that answers the same, in one run: requests/s and CPU a request. */
export async function nodePortRows(): Promise<readonly Row[]> {
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
  const rows: Row[] = [];
  for (const keepAlive of [true, false]) {
    const how = keepAlive ? "keep-alive" : "a connection each";
    const common = { requests: keepAlive ? 20_000 : 5000, connections: 16, keepAlive };
    const urlOf = (port: number): string => `http://127.0.0.1:${port}/`;
    const [ours, theirs] = await bestOf(4, [
      { ...common, url: urlOf(nodePort) },
      { ...common, url: urlOf((plain.address() as AddressInfo).port) },
    ]);
    const goal = keepAlive ? ">= 0.95" : ">= 0.9";
    rows.push(
      { name: `NodePort requests, ${how}`, value: ours.perSecond, unit: "/s" },
      {
        name: `NodePort to plain Node, requests/s, ${how}`,
        value: ours.perSecond / theirs.perSecond,
        unit: "x",
        goal,
      },
      { name: `NodePort, CPU a request, ${how}`, value: ours.cpuMicros, unit: "us" },
      { name: `NodePort to plain Node, CPU a request, ${how}`, value: ours.cpuMicros / theirs.cpuMicros, unit: "x" },
    );
  }
  plain.close();
  plain.closeAllConnections();
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
