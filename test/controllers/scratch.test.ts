import { test, vi } from "vitest";
vi.mock("../../src/cluster/apply.ts", () => ({ apply: () => {} }));
import { createCluster } from "../../src/cluster.ts";
import { pods } from "../../src/resources/core/pod.ts";
import { deployments } from "../../src/resources/apps/deployment.ts";
import { events } from "../../src/resources/core/event.ts";
test("x", async () => {
  let t = performance.now();
  const cluster = await createCluster({ log: { write: (l, m) => console.log(l, m) } });
  console.log("created", performance.now() - t);
  await cluster.client.create(deployments, { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web", namespace: "default" }, spec: { replicas: 300, selector: { matchLabels: { app: "web" } }, template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "c", image: "nginx" }] } } } } as never);
  t = performance.now();
  await cluster.settle();
  console.log("300", performance.now() - t);
  for (const p of (await cluster.client.list(pods)).slice(0, 8)) console.log(p.metadata.namespace, p.metadata.name, p.status?.phase, p.spec.nodeName);
  await cluster.close();
});
