import { expect, test } from "vitest";

import type { Flow } from "../../src/index.ts";
import { answer, host, pod, service, serviceCluster } from "../support/service-cluster.ts";

/** Those between this test's pods, without what the kubelet does. */
function own(flows: readonly Flow[]): readonly Flow[] {
  return flows.filter(
    ({ from, service: name }) => (from.pod === "default/client" || from.isHost) && name !== undefined,
  );
}

test("each connection is noted with both ends, the Service, the endpoint and what came of it", async () => {
  await using cluster = await serviceCluster();
  await cluster.apply(
    [
      pod("a", { app: "web" }, { nodeName: "picokube-worker2" }),
      service("web", {
        type: "NodePort",
        clusterIP: "10.96.0.50",
        ports: [{ port: 80, targetPort: 8080, nodePort: 30080 }],
      }),
      service("none", { selector: { app: "x" }, clusterIP: "10.96.0.51" }),
    ].join("\n---\n"),
  );
  await cluster.settle();
  const told: Flow[] = [];
  const stop = cluster.onFlow((flow) => told.push(flow));
  await answer(cluster, "http://web");
  await answer(cluster, "http://none");
  await answer(cluster, "http://localhost:30080", host);
  stop();
  await answer(cluster, "http://web");

  const flows = own(cluster.flows);
  expect(flows).toMatchObject([
    {
      time: "2025-01-01T00:00:00.000Z",
      protocol: "TCP",
      from: { pod: "default/client" },
      to: { ip: "10.96.0.50", port: 80 },
      service: "default/web",
      endpoint: { port: 8080, pod: "default/a" },
      verdict: "accepted",
      bytes: { sent: 0, received: 6 },
      durationMs: 0,
    },
    { to: { ip: "10.96.0.51" }, service: "default/none", verdict: "refused" },
    { from: { isHost: true }, to: { node: "picokube-control-plane", port: 30080 }, service: "default/web" },
    { service: "default/web", verdict: "accepted" },
  ]);
  expect(own(told)).toHaveLength(3);
});

test("what a policy blocks and what no pod has are told apart", async () => {
  await using cluster = await serviceCluster();
  const deny = { podSelector: { matchLabels: { app: "web" } } };
  await cluster.apply(
    [
      pod("a", { app: "web" }),
      service("web"),
      JSON.stringify({
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata: { name: "deny" },
        spec: deny,
      }),
    ].join("\n---\n"),
  );
  await cluster.settle();
  await answer(cluster, "http://web");
  await answer(cluster, "http://10.244.1.200");
  const verdicts = cluster.flows.filter(({ from }) => from.pod === "default/client").map(({ verdict }) => verdict);
  expect(verdicts).toEqual(["blocked", "unreachable"]);
});

test("a long connection has its bytes and its duration when it ends", async () => {
  await using cluster = await serviceCluster();
  await cluster.apply([pod("a", { app: "web" }), service("web", { ports: [{ port: 9000 }] })].join("\n---\n"));
  await cluster.settle();
  await cluster.exec("client", ["sh", "-c", "(echo hello; sleep 3) | nc web 9000"]);
  const flow = cluster.flows.findLast(({ service: name }) => name === "default/web");
  expect(flow?.bytes).toEqual({ sent: 6, received: 2 });
  expect(flow?.durationMs).toBe(3000);
});

test("only the latest ten thousand are kept", async () => {
  await using cluster = await serviceCluster();
  await cluster.apply([pod("a", { app: "web" }), service("web")].join("\n---\n"));
  await cluster.settle();
  for (let call = 0; call < 10_100; call++) await cluster.fetch("http://web", { from: "client" });
  expect(cluster.flows).toHaveLength(10_000);
});
