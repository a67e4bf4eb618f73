import { expect, test } from "vitest";

import type { Endpoints, EndpointSlice } from "../../../src/api/types.gen.ts";
import type { Cluster } from "../../../src/index.ts";
import { endpoints } from "../../../src/resources/core/endpoints.ts";
import { events } from "../../../src/resources/core/event.ts";
import { nodes } from "../../../src/resources/core/node.ts";
import { pods } from "../../../src/resources/core/pod.ts";
import { services } from "../../../src/resources/core/service.ts";
import { endpointSlices } from "../../../src/resources/discovery/endpoint-slice.ts";
import { answer, pod, service, serviceCluster } from "../../support/service-cluster.ts";

const key = { namespace: "default", name: "web" };

async function endpointsOf(cluster: Cluster, name = "web"): Promise<Endpoints | undefined> {
  return cluster.client.get(endpoints, { namespace: "default", name });
}

async function slicesOf(cluster: Cluster, name = "web"): Promise<readonly EndpointSlice[]> {
  const all = await cluster.client.list(endpointSlices, "default");
  return all.filter(({ metadata }) => metadata.labels?.["kubernetes.io/service-name"] === name);
}

test("Endpoints and slices say of each pod where it is and whether it is ready", async () => {
  await using cluster = await serviceCluster();
  const notReady = { readinessProbe: { exec: { command: ["false"] } } };
  await cluster.apply(
    [
      pod("a", { app: "web" }),
      pod("b", { app: "web" }, {}, notReady),
      service("web", {}, { labels: { team: "x" } }),
    ].join("\n---\n"),
  );
  await cluster.advance("2s");

  const found = await endpointsOf(cluster);
  expect(found?.metadata.labels).toEqual({ team: "x" });
  expect(found?.metadata.annotations).toEqual({
    "endpoints.kubernetes.io/last-change-trigger-time": "2025-01-01T00:00:00Z",
  });
  expect(found?.subsets).toEqual([
    {
      addresses: [expect.objectContaining({ targetRef: expect.objectContaining({ name: "a" }) })],
      notReadyAddresses: [expect.objectContaining({ targetRef: expect.objectContaining({ name: "b" }) })],
      ports: [{ port: 8080, protocol: "TCP" }],
    },
  ]);
  const [slice] = await slicesOf(cluster);
  expect(slice?.metadata).toMatchObject({
    generateName: "web-",
    labels: { team: "x", "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io" },
    ownerReferences: [{ kind: "Service", name: "web", controller: true, blockOwnerDeletion: true }],
  });
  expect(slice?.endpoints.map(({ conditions }) => conditions)).toEqual([
    { ready: true, serving: true, terminating: false },
    { ready: false, serving: false, terminating: false },
  ]);
});

test("a pod that is gone at once leaves the endpoints at once", async () => {
  await using cluster = await serviceCluster();
  await cluster.apply([pod("a", { app: "web" }), pod("b", { app: "web" }), service("web")].join("\n---\n"));
  await cluster.settle();
  await cluster.client.delete(pods, { namespace: "default", name: "a" }, { gracePeriodSeconds: 0 });
  await cluster.settle();
  const addresses = (await endpointsOf(cluster))?.subsets?.flatMap((subset) => subset.addresses ?? []) ?? [];
  expect(addresses.map(({ targetRef }) => targetRef?.name)).toEqual(["b"]);
  const [slice] = await slicesOf(cluster);
  expect(slice?.endpoints.map(({ targetRef }) => targetRef?.name)).toEqual(["b"]);
});

test("Endpoints stop at a thousand addresses and say so; slices go on", async () => {
  await using cluster = await serviceCluster({ nodes: 2 });
  await cluster.apply(service("web"));
  const ready = [{ type: "Ready", status: "True", lastTransitionTime: "2025-01-01T00:00:00Z" }];
  // Pods that no node looks after: only what the API says of them matters here.
  for (let index = 0; index < 1001; index++) {
    const name = `web-${index}`;
    const path = "/api/v1/namespaces/default/pods";
    const spec = { schedulerName: "nobody", containers: [{ name: "main", image: "test/echo" }] };
    const body = { apiVersion: "v1", kind: "Pod", metadata: { name, labels: { app: "web" } }, spec };
    await cluster.transport.request({ method: "POST", path, body: JSON.stringify(body), headers: json });
    const podIP = `10.244.${100 + (index >> 8)}.${index & 255}`;
    const patch = { status: { phase: "Running", podIP, podIPs: [{ ip: podIP }], conditions: ready } };
    const headers = { "content-type": "application/merge-patch+json" };
    await cluster.transport.request({
      method: "PATCH",
      path: `${path}/${name}/status`,
      body: JSON.stringify(patch),
      headers,
    });
  }
  await cluster.settle();

  const found = await endpointsOf(cluster);
  expect(found?.subsets?.[0]?.addresses).toHaveLength(1000);
  expect(found?.metadata.annotations?.["endpoints.kubernetes.io/over-capacity"]).toBe("truncated");
  const sizes = (await slicesOf(cluster)).map((slice) => slice.endpoints.length).toSorted((a, b) => b - a);
  expect(sizes).toEqual([...Array.from({ length: 10 }, () => 100), 1]);
});

const json = { "content-type": "application/json" };

test("hand-made Endpoints carry a Service without selector, through a mirrored slice", async () => {
  await using cluster = await serviceCluster();
  await cluster.apply([pod("a", { app: "web" }), service("web", { selector: undefined })].join("\n---\n"));
  await cluster.settle();
  const ip = (await cluster.client.get(pods, { namespace: "default", name: "a" }))?.status?.podIP;
  expect(await answer(cluster, "http://web")).toBe("ECONNREFUSED");

  const subsets = [{ addresses: [{ ip }], ports: [{ port: 8081 }] }];
  await cluster.apply(JSON.stringify({ apiVersion: "v1", kind: "Endpoints", metadata: { name: "web" }, subsets }));
  await cluster.settle();
  expect(await answer(cluster, "http://web")).toBe("a:8081");
  const [slice] = await slicesOf(cluster);
  expect(slice?.metadata.labels?.["endpointslice.kubernetes.io/managed-by"]).toBe(
    "endpointslicemirroring-controller.k8s.io",
  );
});

test("a mirrored slice has all addresses of its ports, and what is said of the Endpoints", async () => {
  await using cluster = await serviceCluster();
  const ports = [{ port: 80 }];
  const some = (third: number, count: number): object[] =>
    Array.from({ length: count }, (_, last) => ({ ip: `10.0.${third + Math.floor(last / 250)}.${1 + (last % 250)}` }));
  const made = (annotations: object): string =>
    JSON.stringify({
      apiVersion: "v1",
      kind: "Endpoints",
      metadata: { name: "web", annotations },
      subsets: [
        { addresses: some(0, 120), notReadyAddresses: some(10, 30), ports },
        { addresses: some(20, 1002), ports: [{ port: 81 }] },
      ],
    });
  const lastApplied = { "kubectl.kubernetes.io/last-applied-configuration": "{}" };
  await cluster.apply([service("web", { selector: undefined }), made({ ...lastApplied, team: "a" })].join("\n---\n"));
  await cluster.settle();
  const bySize = async (): Promise<readonly EndpointSlice[]> =>
    (await slicesOf(cluster)).toSorted((one, other) => one.endpoints.length - other.endpoints.length);
  const [first, second] = await bySize();
  expect([first?.endpoints.length, second?.endpoints.length]).toEqual([150, 1000]);
  expect(first?.metadata.annotations).toEqual({ team: "a" });
  const told = await cluster.client.list(events, "default");
  expect(told.map(({ message }) => message)).toContain(
    "A max of 1000 addresses can be mirrored to EndpointSlices per Endpoints subset. 2 addresses were skipped",
  );

  await cluster.apply(made({ team: "b" }));
  await cluster.settle();
  expect((await bySize())[0]?.metadata).toMatchObject({
    name: first?.metadata.name,
    annotations: { team: "b" },
  });
});

test("a hand-made EndpointSlice carries a Service too", async () => {
  await using cluster = await serviceCluster();
  await cluster.apply(
    [pod("a", { app: "web" }), service("web", { selector: undefined, clusterIP: "10.96.0.50" })].join("\n---\n"),
  );
  await cluster.settle();
  const ip = (await cluster.client.get(pods, { namespace: "default", name: "a" }))?.status?.podIP;
  const slice = {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: "web-1", labels: { "kubernetes.io/service-name": "web" } },
    addressType: "IPv4",
    ports: [{ name: "", port: 8080, protocol: "TCP" }],
    endpoints: [{ addresses: [ip] }],
  };
  await cluster.apply(JSON.stringify(slice));
  await cluster.settle();
  expect(await answer(cluster, "http://10.96.0.50")).toBe("a:8080");
});

test("a headless Service may have no ports, and names its pods by hostname", async () => {
  await using cluster = await serviceCluster();
  const headless = service("web", { clusterIP: "None", ports: undefined });
  await cluster.apply([pod("a", { app: "web" }, { hostname: "a", subdomain: "web" }), headless].join("\n---\n"));
  await cluster.settle();

  const found = await endpointsOf(cluster);
  expect(found?.metadata.labels).toEqual({ "service.kubernetes.io/headless": "" });
  expect(found?.subsets?.[0]?.ports).toBeUndefined();
  expect(found?.subsets?.[0]?.addresses?.[0]?.hostname).toBe("a");
  expect(await answer(cluster, "http://a.web:8080")).toBe("a:8080");
});

test("Endpoints and slices go with their Service", async () => {
  await using cluster = await serviceCluster();
  await cluster.apply([pod("a", { app: "web" }), service("web")].join("\n---\n"));
  await cluster.settle();
  await cluster.client.delete(services, key);
  await cluster.settle();
  expect(await endpointsOf(cluster)).toBeUndefined();
  expect(await slicesOf(cluster)).toEqual([]);
});

test("trafficDistribution PreferClose keeps clients in their zone", async () => {
  await using cluster = await serviceCluster();
  for (const [name, zone] of [
    ["picokube-worker", "east"],
    ["picokube-worker2", "west"],
  ] as const) {
    const labels = { "topology.kubernetes.io/zone": zone };
    await cluster.client.patch(nodes, { namespace: "", name }, { metadata: { labels } });
  }
  await cluster.apply(
    [
      pod("east", { app: "web" }, { nodeName: "picokube-worker" }),
      pod("west", { app: "web" }, { nodeName: "picokube-worker2" }),
      service("web", { trafficDistribution: "PreferClose" }),
    ].join("\n---\n"),
  );
  await cluster.settle();

  const [slice] = await slicesOf(cluster);
  expect(slice?.endpoints.map(({ zone, hints }) => [zone, hints])).toEqual([
    ["east", { forZones: [{ name: "east" }] }],
    ["west", { forZones: [{ name: "west" }] }],
  ]);
  for (let call = 0; call < 3; call++) expect(await answer(cluster, "http://web")).toBe("east:8080");
});
