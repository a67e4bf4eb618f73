import { expect, test } from "vitest";

import type { Service } from "../../src/api/types.gen.ts";
import { services } from "../../src/resources/core/service.ts";
import { answer, answers, host, pod, service, serviceCluster } from "../support/service-cluster.ts";

const web = (name: string, nodeName: string): string => pod(name, { app: "web" }, { nodeName });
const key = { namespace: "default", name: "web" };

test("every node answers on a node port, and this machine's localhost too", async () => {
  await using cluster = await serviceCluster();
  await cluster.apply(
    [
      web("a", "picokube-worker"),
      web("b", "picokube-worker2"),
      service("web", { type: "NodePort", ports: [{ port: 80, targetPort: 8080, nodePort: 30080 }] }),
    ].join("\n---\n"),
  );
  await cluster.settle();

  for (const ip of ["172.18.0.2", "172.18.0.3", "172.18.0.4", "localhost"]) {
    expect(new Set(await answers(cluster, `http://${ip}:30080`, 2, host))).toEqual(new Set(["a:8080", "b:8080"]));
  }
  expect(await answer(cluster, "http://172.18.0.4:30080")).toMatch(/^[ab]:8080$/u);
  expect(await answer(cluster, "http://localhost:30081", host)).toBe("ECONNREFUSED");
});

test("the pod sees the node's address, or the client's with externalTrafficPolicy Local", async () => {
  await using cluster = await serviceCluster();
  const spec = (policy: string): string =>
    service("web", {
      type: "NodePort",
      externalTrafficPolicy: policy,
      ports: [{ port: 80, targetPort: 8080, nodePort: 30080 }],
    });
  await cluster.apply([web("a", "picokube-worker2"), spec("Cluster")].join("\n---\n"));
  await cluster.settle();

  expect(await answer(cluster, "http://172.18.0.2:30080/client", host)).toBe("172.18.0.2");
  expect(await answer(cluster, "http://172.18.0.4:30080/client", host)).toBe("10.244.2.1");

  await cluster.apply(spec("Local"));
  await cluster.settle();

  expect(await answer(cluster, "http://172.18.0.4:30080/client", host)).toBe("172.18.0.1");
  expect(await answer(cluster, "http://172.18.0.2:30080", host)).toBe("ETIMEDOUT");
  expect(await answer(cluster, "http://localhost:30080", host)).toBe("a:8080");
  // From a pod its own node is a short cut, another node is not.
  expect(await answer(cluster, "http://172.18.0.3:30080")).toBe("a:8080");
  expect(await answer(cluster, "http://172.18.0.2:30080")).toBe("ETIMEDOUT");
});

test("a Service may change its type in every direction, and what it gives up is free at once", async () => {
  await using cluster = await serviceCluster();
  const ports = [{ port: 80, targetPort: 8080, nodePort: 30080 }];
  await cluster.apply([web("a", "picokube-worker"), service("web", { type: "NodePort", ports })].join("\n---\n"));
  const become = async (spec: object): Promise<Service> => {
    await cluster.client.patch(services, key, { spec });
    await cluster.settle();
    const now = await cluster.client.get(services, key);
    if (!now) throw new Error("the Service is gone");
    return now;
  };

  const asClusterIp = await become({ type: "ClusterIP" });
  expect(asClusterIp.spec.ports?.[0]?.nodePort).toBeUndefined();
  expect(await answer(cluster, "http://localhost:30080", host)).toBe("ECONNREFUSED");
  await cluster.apply(service("other", { type: "NodePort", ports }));

  const asLoadBalancer = await become({ type: "LoadBalancer", externalTrafficPolicy: "Local" });
  expect(asLoadBalancer.status?.loadBalancer?.ingress).toEqual([{ ip: "127.128.0.2", ipMode: "VIP" }]);
  expect(asLoadBalancer.spec.healthCheckNodePort).toBeGreaterThanOrEqual(30_000);
  expect(await answer(cluster, "http://127.128.0.2", host)).toBe("a:8080");

  const asExternalName = await become({ type: "ExternalName", externalName: "example.org", selector: null });
  expect(asExternalName.spec.clusterIP).toBeUndefined();
  expect(asExternalName.spec.healthCheckNodePort).toBeUndefined();
  expect(asExternalName.status?.loadBalancer?.ingress).toBeUndefined();
  expect(await answer(cluster, "http://127.128.0.2", host)).toBe("ECONNREFUSED");

  const again = await become({ type: "NodePort", externalName: null, selector: { app: "web" } });
  expect(again.spec.clusterIP).toMatch(/^10\./u);
  expect(again.spec.ports?.[0]?.nodePort).toBeGreaterThanOrEqual(30_086);
  expect(await answer(cluster, `http://localhost:${again.spec.ports?.[0]?.nodePort}`, host)).toBe("a:8080");

  await become({ type: "ExternalName", externalName: "example.org" });
  const asHeadless = await become({ type: "ClusterIP", clusterIP: "None", externalName: null });
  expect(asHeadless.spec.clusterIPs).toEqual(["None"]);
});

test("taken and out-of-range node ports are refused in the API server's words", async () => {
  await using cluster = await serviceCluster();
  const nodePort = (name: string, port: number): string =>
    service(name, { type: "NodePort", ports: [{ port: 80, nodePort: port }] });
  await cluster.apply(nodePort("web", 30080));

  await expect(cluster.apply(nodePort("other", 30080))).rejects.toThrow(
    'Service "other" is invalid: spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated',
  );
  await expect(cluster.apply(nodePort("other", 80))).rejects.toThrow(
    'Service "other" is invalid: spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767',
  );
});

test("TCP and UDP of one port share one node port, which no other Service can have", async () => {
  await using cluster = await serviceCluster();
  const ports = ["TCP", "UDP"].map((protocol) => ({
    name: protocol.toLowerCase(),
    port: 53,
    protocol,
    targetPort: 8080,
  }));
  await cluster.apply(service("web", { type: "NodePort", ports }));
  const [tcp, udp] = (await cluster.client.get(services, key))?.spec.ports ?? [];

  expect(tcp?.nodePort).toBe(udp?.nodePort);
  const taken = service("other", { type: "NodePort", ports: [{ port: 1, protocol: "UDP", nodePort: tcp?.nodePort }] });
  await expect(cluster.apply(taken)).rejects.toThrow("provided port is already allocated");
});
