import { createSocket } from "node:dgram";
import { Resolver } from "node:dns/promises";
import { request } from "node:http";
import { type AddressInfo, createServer } from "node:net";

import { expect, test } from "vitest";

import type { Event } from "../../src/api/types.gen.ts";
import type { Cluster } from "../../src/index.ts";
import { events } from "../../src/resources/core/event.ts";
import { pod, service, serviceCluster } from "../support/service-cluster.ts";

const web = (name: string): string => pod(name, { app: "web" });

/** What a real HTTP client on this machine gets. */
function get(host: string, port: number, path = "/"): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host, port, path, agent: false }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (body += chunk));
      response.on("end", () => resolve(body));
    });
    outgoing.on("error", reject);
    outgoing.end();
  });
}

function ask(port: number): Promise<string> {
  const socket = createSocket("udp4");
  return new Promise((resolve) => {
    socket.on("message", (bytes) => {
      socket.close();
      resolve(bytes.toString());
    });
    socket.send("who?", port, "127.0.0.1");
  });
}

/** A port that nobody has just now. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Resolves with the address of the next host port that opens. */
function opened(cluster: Cluster, pattern: RegExp): Promise<string> {
  return new Promise((resolve) => {
    const stop = cluster.onNews((line) => {
      const found = pattern.exec(line)?.[1];
      if (found === undefined) return;
      stop();
      resolve(found);
    });
  });
}

test("a node port answers real clients on this machine, TCP and UDP", async () => {
  await using cluster = await serviceCluster({ clock: "real" });
  await cluster.listen();
  const ports = ["TCP", "UDP"].map((protocol) => ({
    name: protocol.toLowerCase(),
    port: 80,
    protocol,
    targetPort: 8080,
  }));
  const tcp = opened(cluster, /answers on (127\.0\.0\.1:\d+)\/TCP/u);
  const udp = opened(cluster, /answers on (127\.0\.0\.1:\d+)\/UDP/u);
  await cluster.apply([web("a"), web("b"), service("web", { type: "NodePort", ports })].join("\n---\n"));
  const port = Number((await tcp).split(":")[1]);
  await udp;

  expect(new Set([await get("127.0.0.1", port), await get("127.0.0.1", port)])).toEqual(new Set(["a:8080", "b:8080"]));
  expect(await ask(port)).toMatch(/^[ab]:8080$/u);
});

test("a load balancer answers real clients on its loopback address, or says where else", async () => {
  await using cluster = await serviceCluster({ clock: "real" });
  await cluster.listen();
  const port = await freePort();
  const news = opened(cluster, new RegExp(`answers on (127\\.128\\.0\\.2:${port}|127\\.0\\.0\\.1:${port})/TCP`, "u"));
  const spec = { type: "LoadBalancer", allocateLoadBalancerNodePorts: false, ports: [{ port, targetPort: 8080 }] };
  await cluster.apply([web("a"), service("web", spec)].join("\n---\n"));
  const [address = ""] = (await news).split(":");

  expect(await get(address, port)).toBe("a:8080");
});

test("a port that is taken on this machine is told in an Event", async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const { port } = other.address() as AddressInfo;
  await using cluster = await serviceCluster({ clock: "real" });
  await cluster.listen();
  const ip = "127.0.0.1";
  const spec = { type: "LoadBalancer", loadBalancerIP: ip, allocateLoadBalancerNodePorts: false, ports: [{ port }] };
  const refused = opened(cluster, /(cannot have .*)/u);
  await cluster.apply(service("web", spec));

  expect(await refused).toBe(`cannot have 127.0.0.1:${port}/TCP: the port is taken on this machine`);
  await cluster.settle();
  const all: readonly Event[] = await cluster.client.list(events, "default");
  const event = all.find(({ reason }) => reason === "PortNotOpened");
  expect(event?.message).toBe(
    `cannot listen on 127.0.0.1:${port}/TCP: the port is already in use on this machine; will be tried again`,
  );
  await new Promise((resolve) => other.close(resolve));
});

test("the cluster's DNS answers on a port of this machine", async () => {
  await using cluster = await serviceCluster({ clock: "real" });
  const { dnsPort = 0 } = await cluster.listen({ dnsPort: 0 });
  await cluster.apply(service("web", { clusterIP: "10.96.0.50" }));
  const resolver = new Resolver();
  resolver.setServers([`127.0.0.1:${dnsPort}`]);

  expect(await resolver.resolve4("web.default.svc.cluster.local")).toEqual(["10.96.0.50"]);
  expect(await resolver.reverse("10.96.0.50")).toEqual(["web.default.svc.cluster.local"]);
});
