import { expect, test } from "vitest";

import type { Event, Service } from "../../src/api/types.gen.ts";
import type { Cluster } from "../../src/index.ts";
import { events } from "../../src/resources/core/event.ts";
import { nodes } from "../../src/resources/core/node.ts";
import { services } from "../../src/resources/core/service.ts";
import { answer, host, pod, service, serviceCluster } from "../support/service-cluster.ts";

const key = { namespace: "default", name: "web" };
const balanced = (spec: object = {}, name = "web"): string => service(name, { type: "LoadBalancer", ...spec });

async function find(cluster: Cluster): Promise<Service> {
  const found = await cluster.client.get(services, key);
  if (!found) throw new Error("no Service");
  return found;
}

async function told(cluster: Cluster): Promise<string[]> {
  const all: readonly Event[] = await cluster.client.list(events, "default");
  return all
    .filter(({ involvedObject }) => involvedObject.kind === "Service")
    .map(({ reason, message }) => `${reason}: ${message}`);
}

test("a load balancer is pending first, then has a loopback address that answers this machine and pods", async () => {
  await using cluster = await serviceCluster({ pace: "realistic" });
  await cluster.advance("10s");
  await cluster.apply([pod("a", { app: "web" }), balanced()].join("\n---\n"));
  await cluster.settle();
  expect((await find(cluster)).status?.loadBalancer).toEqual({});
  await cluster.advance("5s");

  expect((await find(cluster)).status?.loadBalancer?.ingress).toEqual([{ ip: "127.128.0.2", ipMode: "VIP" }]);
  expect(await answer(cluster, "http://127.128.0.2", host)).toBe("a:8080");
  expect(await answer(cluster, "http://127.128.0.2:81", host)).toBe("ETIMEDOUT");
  expect(await answer(cluster, "http://127.128.0.2")).toBe("a:8080");
  expect(await told(cluster)).toEqual([
    "EnsuringLoadBalancer: Ensuring load balancer",
    "EnsuredLoadBalancer: Ensured load balancer",
  ]);
});

async function counted(cluster: Cluster): Promise<string[]> {
  const all: readonly Event[] = await cluster.client.list(events, "default");
  return all
    .filter(({ involvedObject }) => involvedObject.kind === "Service")
    .map(({ reason, message, count }) => `${count} ${reason}: ${message}`);
}

test("every later change of a load balancer is told, and made", async () => {
  await using cluster = await serviceCluster();
  await cluster.apply([pod("a", { app: "web" }), service("web", { type: "NodePort" })].join("\n---\n"));
  const changes: readonly object[] = [
    { type: "LoadBalancer" },
    { loadBalancerSourceRanges: ["127.0.0.0/8", "10.0.0.0/8"] },
    { loadBalancerIP: "127.9.9.9" },
    { externalTrafficPolicy: "Local" },
    { externalIPs: ["198.51.100.7"] },
    { sessionAffinity: "ClientIP" },
    { internalTrafficPolicy: "Local" },
    { type: "ClusterIP", externalTrafficPolicy: null, loadBalancerSourceRanges: null, loadBalancerIP: null },
  ];
  const seen: string[][] = [];
  for (const spec of changes) {
    const before = new Set(await counted(cluster));
    await cluster.client.patch(services, key, { spec });
    await cluster.settle();
    seen.push((await counted(cluster)).filter((line) => !before.has(line)));
  }
  expect(seen).toMatchInlineSnapshot(`
    [
      [
        "1 Type: NodePort -> LoadBalancer",
        "1 EnsuringLoadBalancer: Ensuring load balancer",
        "1 EnsuredLoadBalancer: Ensured load balancer",
      ],
      [
        "2 EnsuringLoadBalancer: Ensuring load balancer",
        "2 EnsuredLoadBalancer: Ensured load balancer",
        "1 LoadBalancerSourceRanges: [] -> [127.0.0.0/8 10.0.0.0/8]",
      ],
      [
        "3 EnsuringLoadBalancer: Ensuring load balancer",
        "3 EnsuredLoadBalancer: Ensured load balancer",
        "1 LoadbalancerIP:  -> 127.9.9.9",
      ],
      [
        "4 EnsuringLoadBalancer: Ensuring load balancer",
        "4 EnsuredLoadBalancer: Ensured load balancer",
        "1 ExternalTrafficPolicy: Cluster -> Local",
      ],
      [
        "5 EnsuringLoadBalancer: Ensuring load balancer",
        "5 EnsuredLoadBalancer: Ensured load balancer",
        "1 ExternalIP: Count: 0 -> 1",
      ],
      [
        "6 EnsuringLoadBalancer: Ensuring load balancer",
        "6 EnsuredLoadBalancer: Ensured load balancer",
      ],
      [],
      [
        "1 Type: LoadBalancer -> ClusterIP",
        "1 DeletingLoadBalancer: Deleting load balancer",
        "1 DeletedLoadBalancer: Deleted load balancer",
      ],
    ]
  `);
});

test("a changed loadBalancerIP takes the place of the old address, which comes free", async () => {
  await using cluster = await serviceCluster();
  await cluster.apply([pod("a", { app: "web" }), balanced()].join("\n---\n"));
  await cluster.settle();
  await cluster.client.patch(services, key, { spec: { loadBalancerIP: "127.9.9.9" } });
  await cluster.settle();
  expect((await find(cluster)).status?.loadBalancer?.ingress).toEqual([{ ip: "127.9.9.9", ipMode: "VIP" }]);
  expect(await answer(cluster, "http://127.9.9.9", host)).toBe("a:8080");
  expect(await answer(cluster, "http://127.128.0.2", host)).not.toBe("a:8080");

  await cluster.client.patch(services, key, { spec: { loadBalancerIP: "192.0.2.1" } });
  await cluster.settle();
  expect((await find(cluster)).status?.loadBalancer?.ingress?.[0]?.ip).toBe("127.9.9.9");
  expect((await told(cluster)).at(-1)).toContain("SyncLoadBalancerFailed: Error syncing load balancer");
});

test("load balancers are told of other nodes", async () => {
  await using cluster = await serviceCluster();
  await cluster.apply(balanced());
  await cluster.settle();
  const labels = { "node.kubernetes.io/exclude-from-external-load-balancers": "" };
  await cluster.client.patch(nodes, { namespace: "", name: "picokube-worker" }, { metadata: { labels } });
  await cluster.settle();
  expect(await told(cluster)).toContain("UpdatedLoadBalancer: Updated load balancer with new hosts");
});

test("loadBalancer none leaves it pending", async () => {
  await using cluster = await serviceCluster({ loadBalancer: "none" });
  await cluster.apply(balanced());
  await cluster.advance("1m");
  expect((await find(cluster)).status?.loadBalancer).toEqual({});
});

test("loadBalancerIP is taken when it can be had; one that is taken comes free with its Service", async () => {
  await using cluster = await serviceCluster();
  await cluster.apply(balanced({ loadBalancerIP: "127.9.9.9" }, "first"));
  await cluster.apply(balanced({ loadBalancerIP: "127.9.9.9" }));
  await cluster.settle();
  expect((await find(cluster)).status?.loadBalancer).toEqual({});
  expect((await told(cluster)).at(-1)).toBe(
    "SyncLoadBalancerFailed: Error syncing load balancer: failed to ensure load balancer: requested address 127.9.9.9 is already in use",
  );

  await cluster.client.delete(services, { namespace: "default", name: "first" });
  await cluster.settle();
  expect((await find(cluster)).status?.loadBalancer?.ingress?.[0]?.ip).toBe("127.9.9.9");
});

test("an address that is not this machine's is refused", async () => {
  await using cluster = await serviceCluster();
  await cluster.apply(balanced({ loadBalancerIP: "203.0.113.5" }));
  await cluster.settle();
  expect((await told(cluster)).at(-1)).toContain("203.0.113.5 is not one of this machine's loopback addresses");
});

test("allocateLoadBalancerNodePorts false gives no node port and still balances", async () => {
  await using cluster = await serviceCluster();
  await cluster.apply([pod("a", { app: "web" }), balanced({ allocateLoadBalancerNodePorts: false })].join("\n---\n"));
  await cluster.settle();

  expect((await find(cluster)).spec.ports?.[0]?.nodePort).toBeUndefined();
  expect(await answer(cluster, "http://127.128.0.2", host)).toBe("a:8080");
});

test("loadBalancerSourceRanges drops other clients at the load balancer, not at the node port", async () => {
  await using cluster = await serviceCluster();
  await cluster.apply(
    [pod("a", { app: "web" }), balanced({ loadBalancerSourceRanges: ["192.0.2.0/24"] })].join("\n---\n"),
  );
  await cluster.settle();
  const nodePort = (await find(cluster)).spec.ports?.[0]?.nodePort;

  expect(await answer(cluster, "http://127.128.0.2", host)).toBe("ETIMEDOUT");
  expect(await answer(cluster, `http://localhost:${nodePort}`, host)).toBe("a:8080");
  await cluster.client.patch(services, key, { spec: { loadBalancerSourceRanges: ["172.18.0.0/16"] } });
  await cluster.settle();
  expect(await answer(cluster, "http://127.128.0.2", host)).toBe("a:8080");
});

test("each node tells on the health check port how many ready endpoints it has", async () => {
  await using cluster = await serviceCluster();
  const local = { externalTrafficPolicy: "Local", healthCheckNodePort: 32_000 };
  await cluster.apply([pod("a", { app: "web" }, { nodeName: "picokube-worker2" }), balanced(local)].join("\n---\n"));
  await cluster.settle();

  const there = await cluster.fetch("http://172.18.0.4:32000/");
  expect(there.status).toBe(200);
  expect(there.headers["x-load-balancing-endpoint-weight"]).toBe("1");
  expect(there.body).toBe(
    '{\n\t"service": {\n\t\t"namespace": "default",\n\t\t"name": "web"\n\t},\n\t"localEndpoints": 1,\n\t"serviceProxyHealthy": true\n}',
  );
  const elsewhere = await cluster.fetch("http://172.18.0.3:32000/");
  expect(elsewhere.status).toBe(503);
  expect(JSON.parse(elsewhere.body)).toMatchObject({ localEndpoints: 0 });

  await cluster.client.delete(services, key);
  await cluster.settle();
  expect(await answer(cluster, "http://172.18.0.4:32000/", host)).toBe("ECONNREFUSED");
});

test("a taken health check port is refused", async () => {
  await using cluster = await serviceCluster();
  await cluster.apply(service("other", { type: "NodePort", ports: [{ port: 80, nodePort: 32_000 }] }));
  await expect(
    cluster.apply(balanced({ externalTrafficPolicy: "Local", healthCheckNodePort: 32_000 })),
  ).rejects.toThrow(
    "Internal error occurred: failed to allocate requested HealthCheck NodePort 32000: provided port is already allocated",
  );
});

test("an address that another controller writes is one that nodes answer to, unless it says otherwise", async () => {
  await using cluster = await serviceCluster();
  await cluster.apply(balanced({ loadBalancerClass: "example.com/lb" }));
  const ingress = [{ ip: "203.0.113.1" }, { ip: "203.0.113.2", ipMode: "Proxy" }, { hostname: "lb.example.com" }];
  await cluster.client.patch(services, key, { status: { loadBalancer: { ingress } } }, "status");
  expect((await find(cluster)).status?.loadBalancer?.ingress).toEqual([
    { ip: "203.0.113.1", ipMode: "VIP" },
    ...ingress.slice(1),
  ]);
});
