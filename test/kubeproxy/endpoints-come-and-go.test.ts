import { expect, test } from "vitest";

import { pods } from "../../src/resources/core/pod.ts";
import { answer, answers, pod, service, serviceCluster } from "../support/service-cluster.ts";

const web = (name: string, spec: object = {}, container: object = {}): string =>
  pod(name, { app: "web" }, spec, container);
const remove = { namespace: "default" };
/** Ready while `/ready` exists. */
const gated = { readinessProbe: { exec: { command: ["cat", "/ready"] }, periodSeconds: 1 } };

test("a deleted pod's address answers nobody, and clients by name go on", async () => {
  await using cluster = await serviceCluster();
  await cluster.apply([web("a"), web("b"), service("web")].join("\n---\n"));
  await cluster.settle();
  const ip = (await cluster.client.get(pods, { ...remove, name: "a" }))?.status?.podIP ?? "";
  await cluster.client.delete(pods, { ...remove, name: "a" });
  await cluster.advance("3s");

  expect(await answers(cluster, "http://web", 2)).toEqual(["b:8080", "b:8080"]);
  expect(await answer(cluster, `http://${ip}:8080`)).toBe("EHOSTUNREACH");
});

test("readiness gates traffic, and brings it back", async () => {
  await using cluster = await serviceCluster();
  await cluster.apply([web("a", {}, gated), web("b", {}, gated), service("web")].join("\n---\n"));
  await cluster.advance("2s");
  expect(await answer(cluster, "http://web")).toBe("ECONNREFUSED");

  await cluster.exec("a", ["touch", "/ready"]);
  await cluster.advance("2s");
  expect(await answers(cluster, "http://web", 2)).toEqual(["a:8080", "a:8080"]);

  await cluster.exec("a", ["rm", "/ready"]);
  await cluster.advance("5s");
  expect(await answer(cluster, "http://web")).toBe("ECONNREFUSED");
});

test("publishNotReadyAddresses sends traffic to pods that are not ready", async () => {
  await using cluster = await serviceCluster();
  await cluster.apply([web("a", {}, gated), service("web", { publishNotReadyAddresses: true })].join("\n---\n"));
  await cluster.advance("2s");
  expect(await answer(cluster, "http://web")).toBe("a:8080");
});

test("a relabelled pod leaves the Service", async () => {
  await using cluster = await serviceCluster();
  await cluster.apply([web("a"), web("b"), service("web")].join("\n---\n"));
  await cluster.settle();
  await cluster.client.patch(pods, { ...remove, name: "a" }, { metadata: { labels: { app: "debug" } } });
  await cluster.settle();
  expect(await answers(cluster, "http://web", 2)).toEqual(["b:8080", "b:8080"]);
});

test("while it terminates a pod still serves if no other is left", async () => {
  await using cluster = await serviceCluster();
  const lingering = web("a", { terminationGracePeriodSeconds: 30 }, { env: [{ name: "LINGER_MS", value: "20000" }] });
  await cluster.apply([lingering, web("b"), service("web")].join("\n---\n"));
  await cluster.settle();
  await cluster.client.delete(pods, { ...remove, name: "a" });
  await cluster.advance("1s");
  expect(await answers(cluster, "http://web", 2)).toEqual(["b:8080", "b:8080"]);

  await cluster.client.delete(pods, { ...remove, name: "b" });
  await cluster.advance("5s");
  expect(await answer(cluster, "http://web")).toBe("a:8080");
  await cluster.advance("30s");
  expect(await answer(cluster, "http://web")).toBe("ECONNREFUSED");
});

test("an established connection lives until its pod dies, though the pod has left the Service", async () => {
  await using cluster = await serviceCluster();
  await cluster.apply([web("a"), service("web", { ports: [{ port: 9000 }] })].join("\n---\n"));
  await cluster.settle();
  const script = "(for i in 1 2 3 4 5; do echo hi; sleep 10; done) | nc web 9000";
  const talk = cluster.exec("client", ["sh", "-c", script]);
  const relabelled = cluster.clock.after(15_000, () => {
    void cluster.client.patch(pods, { ...remove, name: "a" }, { metadata: { labels: { app: "debug" } } });
  });
  const deleted = cluster.clock.after(32_000, () => void cluster.client.delete(pods, { ...remove, name: "a" }));

  const { stdout } = await talk;
  relabelled();
  deleted();
  expect(stdout).toBe("a\n".repeat(4));
});
