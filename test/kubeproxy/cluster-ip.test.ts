import { expect, test } from "vitest";

import { pods } from "../../src/resources/core/pod.ts";
import { answer, answers, pod, service, serviceCluster } from "../support/service-cluster.ts";

const web = (name: string, node = "picokube-worker2"): string => pod(name, { app: "web" }, { nodeName: node });

test("connections to a cluster IP go to each pod in turn", async () => {
  await using cluster = await serviceCluster();
  await cluster.apply([web("a"), web("b"), web("c"), service("web", { clusterIP: "10.96.0.50" })].join("\n---\n"));
  await cluster.settle();

  expect(await answers(cluster, "http://10.96.0.50", 4)).toEqual(["a:8080", "b:8080", "c:8080", "a:8080"]);
  expect(await answers(cluster, "http://web.default.svc", 2)).toEqual(["b:8080", "c:8080"]);
});

test("iptables mode picks at random, the same for the same seed", async () => {
  const histories = await Promise.all(
    [7, 7, 8].map(async (seed) => {
      await using cluster = await serviceCluster({ seed, proxyMode: "iptables" });
      await cluster.apply([web("a"), web("b"), web("c"), service("web")].join("\n---\n"));
      await cluster.settle();
      return (await answers(cluster, "http://web", 30)).join(" ");
    }),
  );

  expect(histories[0]).toBe(histories[1]);
  expect(histories[0]).not.toBe(histories[2]);
  expect(new Set(histories[0]?.split(" ")).size).toBe(3);
});

test("without endpoints a connection is refused, on a port that the Service lacks it times out", async () => {
  await using cluster = await serviceCluster();
  await cluster.apply([service("none", { selector: { app: "nobody" } }), service("web"), web("a")].join("\n---\n"));
  await cluster.settle();

  expect(await answer(cluster, "http://none")).toBe("ECONNREFUSED");
  expect(await answer(cluster, "http://web:81")).toBe("ETIMEDOUT");
  const ping = await cluster.exec("client", ["ping", "-c", "1", "-W", "1", "web"]);
  expect(ping.stdout).toContain("1 packets transmitted, 0 packets received, 100% packet loss");
});

test("a wrong targetPort is refused by the pod, though the endpoint is listed", async () => {
  await using cluster = await serviceCluster();
  await cluster.apply([web("a"), service("web", { ports: [{ port: 80, targetPort: 4444 }] })].join("\n---\n"));
  await cluster.settle();

  expect(await answer(cluster, "http://web")).toBe("ECONNREFUSED");
});

test("named target ports may differ from pod to pod", async () => {
  await using cluster = await serviceCluster();
  const named = (name: string, port: number): string =>
    pod(name, { app: "web" }, {}, { ports: [{ name: "http", containerPort: port }] });
  const ports = [
    { name: "web", port: 80, targetPort: "http" },
    { name: "other", port: 81, targetPort: 8081 },
  ];
  await cluster.apply([named("a", 8080), named("b", 8081), service("web", { ports })].join("\n---\n"));
  await cluster.settle();

  expect((await answers(cluster, "http://web", 2)).toSorted()).toEqual(["a:8080", "b:8081"]);
  expect((await answers(cluster, "http://web:81", 2)).toSorted()).toEqual(["a:8081", "b:8081"]);
});

test("a pod that reaches itself through its Service sees its node's address", async () => {
  await using cluster = await serviceCluster();
  await cluster.apply([web("a", "picokube-worker"), service("web")].join("\n---\n"));
  await cluster.settle();

  expect(await answer(cluster, "http://web/client", "a")).toBe("10.244.1.1");
  expect(await answer(cluster, "http://web/client")).toMatch(/^10\.244\.1\.\d+$/u);
});

test("session affinity keeps a client on its pod until it has been silent for the timeout", async () => {
  await using cluster = await serviceCluster();
  const sticky = { sessionAffinity: "ClientIP", sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } } };
  await cluster.apply([web("a"), web("b"), service("web", sticky)].join("\n---\n"));
  await cluster.settle();

  expect(await answers(cluster, "http://web", 3)).toEqual(["a:8080", "a:8080", "a:8080"]);
  await cluster.advance("59s");
  expect(await answer(cluster, "http://web")).toBe("a:8080");
  await cluster.advance("61s");
  expect(await answer(cluster, "http://web")).toBe("b:8080");
});

test("internalTrafficPolicy Local stays on the client's node, and is dropped where there is no pod", async () => {
  await using cluster = await serviceCluster();
  const local = { internalTrafficPolicy: "Local" };
  await cluster.apply([web("near", "picokube-worker"), web("far"), service("web", local)].join("\n---\n"));
  await cluster.settle();

  expect(await answers(cluster, "http://web", 2)).toEqual(["near:8080", "near:8080"]);
  await cluster.client.delete(pods, { namespace: "default", name: "near" });
  await cluster.advance("5s");
  expect(await answer(cluster, "http://web")).toBe("ETIMEDOUT");
});

test("an external IP leads to the Service from inside the cluster", async () => {
  await using cluster = await serviceCluster();
  await cluster.apply([web("a"), service("web", { externalIPs: ["198.51.100.7"] })].join("\n---\n"));
  await cluster.settle();

  expect(await answer(cluster, "http://198.51.100.7")).toBe("a:8080");
  expect(await answer(cluster, "http://198.51.100.7:81")).toBe("ETIMEDOUT");
});

test.each(["service-proxy-name", "headless"])("a Service labelled as %s is left alone", async (label) => {
  await using cluster = await serviceCluster();
  const labels = { labels: { [`service.kubernetes.io/${label}`]: "other" } };
  await cluster.apply([web("a"), service("web", {}, labels)].join("\n---\n"));
  await cluster.settle();

  expect(await answer(cluster, "http://web")).toBe("ETIMEDOUT");
});
