import { expect, test } from "vitest";

import type { Service } from "../../src/api/types.gen.ts";
import { hostPortsOf } from "../../src/kubeproxy/host-port.ts";

const places = { proxy: { entryFor: () => undefined }, nodePortAddress: "127.0.0.1" };

function balancer(spec: Partial<Service["spec"]>, ip = "127.128.0.2"): Service {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web", namespace: "default" },
    spec: { type: "LoadBalancer", ...spec },
    status: { loadBalancer: { ingress: [{ ip }] } },
  };
}

/** `kind address/protocol`, and what is tried instead. */
function wanted(service: Service): string[] {
  return hostPortsOf(service, places).map(({ kind, address, protocol, otherwise }) =>
    [`${kind} ${address.ip}:${address.port}/${protocol}`, ...otherwise.map(({ ip, port }) => `${ip}:${port}`)].join(
      " or ",
    ),
  );
}

test("a load balancer that cannot have its address or port takes the next best on this machine", () => {
  expect(wanted(balancer({ ports: [{ port: 80 }, { port: 9000, protocol: "UDP" }] }))).toEqual([
    "load balancer 127.128.0.2:80/TCP or 127.128.0.2:8080 or 127.0.0.1:80 or 127.0.0.1:8080 or 127.0.0.1:0",
    "load balancer 127.128.0.2:9000/UDP or 127.0.0.1:9000 or 127.0.0.1:0",
  ]);
});

test("node ports and the health check port are open at the nodes' address, SCTP nowhere", () => {
  const ports = [
    { port: 80, nodePort: 30_080 },
    { port: 9, nodePort: 30_009, protocol: "SCTP" as const },
  ];
  expect(wanted(balancer({ ports, healthCheckNodePort: 31_000 }, "203.0.113.1"))).toEqual([
    "node port 127.0.0.1:30080/TCP",
    "health check 127.0.0.1:31000/TCP",
  ]);
});
