import { request } from "node:http";
import { connect } from "node:net";

import { expect, test } from "vitest";

import { type Cluster, connectCluster, type Flow, openTunnel, type RemoteCluster } from "../../src/index.ts";
import { pod, service, serviceCluster } from "../support/service-cluster.ts";

/** A cluster with one web server, and another process's view of it. */
async function cast(): Promise<{ cluster: Cluster; remote: RemoteCluster }> {
  const cluster = await serviceCluster({ clock: "real" });
  const { kubeconfig } = await cluster.listen();
  await cluster.apply([pod("a", { app: "web" }), service("web", { clusterIP: "10.96.0.50" })].join("\n---\n"));
  await cluster.settle();
  return { cluster, remote: connectCluster(JSON.stringify(kubeconfig)) };
}

/** Speaks SOCKS5 as curl's `socks5h` does, then HTTP. */
function overSocks(port: number, host: string, target = 80): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  const name = Buffer.from(host);
  socket.write(Uint8Array.of(5, 1, 0));
  socket.write(Buffer.concat([Uint8Array.of(5, 1, 0, 3, name.length), name, Uint8Array.of(target >> 8, target & 255)]));
  socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("close", () => resolve(Buffer.concat(chunks).subarray(12).toString()));
    socket.on("error", () => {});
  });
}

function overHttpProxy(port: number, url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: "127.0.0.1", port, path: url, headers: { host: "web" } }, (response) => {
      let body = "";
      response.on("data", (chunk: Buffer) => (body += chunk.toString()));
      response.on("end", () => resolve(`${response.statusCode} ${body}`));
    });
    outgoing.on("error", reject);
    outgoing.end();
  });
}

function connectMethod(port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: "127.0.0.1", port, method: "CONNECT", path });
    outgoing.on("connect", (_response, socket) => {
      let text = "";
      socket.on("data", (chunk: Buffer) => (text += chunk.toString()));
      socket.on("close", () => resolve(text));
      socket.write("GET / HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n");
    });
    outgoing.on("error", reject);
    outgoing.end();
  });
}

test("one port is a SOCKS5 and an HTTP proxy into the cluster, by name and by address", async () => {
  const { cluster, remote } = await cast();
  const tunnel = await openTunnel({ port: 0, dial: (host, port) => remote.dial(host, port) });

  expect(await overSocks(tunnel.port, "web")).toMatch(/^HTTP\/1\.1 200 OK.*a:8080$/su);
  expect(await overSocks(tunnel.port, "10.96.0.50")).toMatch(/a:8080$/u);
  expect(await overHttpProxy(tunnel.port, "http://web.default.svc.cluster.local/x")).toBe("200 a:8080");
  expect(await connectMethod(tunnel.port, "web:80")).toMatch(/a:8080$/u);
  expect(await overHttpProxy(tunnel.port, "http://nobody/")).toBe("502 no such host: nobody\n");
  expect(await overHttpProxy(tunnel.port, "http://10.244.2.200:8080/")).toMatch(/^502 connect EHOSTUNREACH/u);
  await expect(remote.dial("172.18.0.3", 4444)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  expect(await overHttpProxy(tunnel.port, "/not-for-a-proxy")).toMatch(/^400 this is a proxy/u);
  tunnel.close();
  remote.close();
  await cluster.close();
});

test("another process asks why, follows flows, and learns where Services are", async () => {
  const { cluster, remote } = await cast();
  const nodePort = { type: "NodePort", ports: [{ name: "http", port: 80, targetPort: 8080 }] };
  const opened = new Promise<void>((resolve) => {
    cluster.onNews((line) => {
      if (line.startsWith("service/shop answers on")) resolve();
    });
  });
  await cluster.apply(service("shop", nodePort));
  await opened;

  expect((await remote.why("client", "web:81")).steps.at(-1)?.name).toBe("port");
  await expect(remote.why("client", "http://")).rejects.toThrow("not a URL");
  const [shop] = await remote.serviceAddresses("default", "shop");
  expect(shop).toMatchObject({ kind: "node port", portName: "http", port: 80, address: { ip: "127.0.0.1" } });
  expect(await remote.serviceAddresses("default", "web")).toEqual([
    { kind: "cluster IP", portName: "", port: 80, protocol: "TCP" },
  ]);
  await expect(remote.serviceAddresses("default", "nobody")).rejects.toThrow('services "nobody" not found');

  await cluster.fetch("http://web", { from: "client" });
  const seen: Flow[] = [];
  const reading = (async () => {
    for await (const flow of remote.flows({ follow: true })) {
      if (flow.service !== "default/web") continue;
      seen.push(flow);
      if (seen.length === 2) return;
    }
  })();
  await cluster.fetch("http://web", { from: "client" });
  await reading;
  expect(seen.map(({ verdict }) => verdict)).toEqual(["accepted", "accepted"]);
  remote.close();
  await cluster.close();
});

test("only an admin may look", async () => {
  const { cluster, remote } = await cast();
  const response = await fetch("data:,");
  expect(response.ok).toBe(true);
  const anonymous = connectCluster(
    JSON.stringify({
      clusters: [{ name: "a", cluster: { server: (await cluster.listen()).url, "insecure-skip-tls-verify": true } }],
      contexts: [{ name: "a", context: { cluster: "a" } }],
      "current-context": "a",
    }),
  );
  await expect(anonymous.why("client", "web")).rejects.toThrow(/forbidden: User "system:anonymous" cannot get path/u);
  anonymous.close();
  remote.close();
  await cluster.close();
});
