import { expect, test } from "vitest";

import { type Cluster } from "../../src/index.ts";
import { answer, host, pod, service, serviceCluster } from "../support/service-cluster.ts";

function policy(name: string, spec: object): string {
  return JSON.stringify({ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name }, spec });
}

/** A web server behind a Service, and two clients: `client`, and `friend` with `role: friend`. */
async function cast(): Promise<Cluster> {
  const cluster = await serviceCluster();
  const ports = [
    { name: "http", port: 80, targetPort: "http" },
    { name: "other", port: 81, targetPort: 8081 },
  ];
  await cluster.apply(
    [
      pod("a", { app: "web" }, {}, { ports: [{ name: "http", containerPort: 8080 }] }),
      pod("friend", { role: "friend" }),
      service("web", { type: "NodePort", ports: [{ ...ports[0], nodePort: 30080 }, ports[1]] }),
    ].join("\n---\n"),
  );
  await cluster.settle();
  return cluster;
}

const toWeb = { podSelector: { matchLabels: { app: "web" } } };

test("default deny drops what comes in, so that clients time out", async () => {
  await using cluster = await cast();
  await cluster.apply(policy("deny", { podSelector: {}, policyTypes: ["Ingress"] }));
  await cluster.settle();

  expect(await answer(cluster, "http://web")).toBe("ETIMEDOUT");
  expect(await answer(cluster, "http://localhost:30080", host)).toBe("ETIMEDOUT");
});

test.each<[string, object, string, string]>([
  ["pods by label", { from: [{ podSelector: { matchLabels: { role: "friend" } } }] }, "friend", "client"],
  [
    "a named port",
    { ports: [{ port: "http" }], from: [{ podSelector: { matchLabels: { role: "friend" } } }] },
    "friend",
    "client",
  ],
  [
    "a range of ports",
    { ports: [{ port: 8000, endPort: 8080 }], from: [{ podSelector: { matchLabels: { role: "friend" } } }] },
    "friend",
    "client",
  ],
])("ingress allows %s and nobody else", async (_what, rule, welcome, stranger) => {
  await using cluster = await cast();
  await cluster.apply(policy("allow", { ...toWeb, ingress: [rule] }));
  await cluster.settle();

  expect(await answer(cluster, "http://web", welcome)).toBe("a:8080");
  expect(await answer(cluster, "http://web", stranger)).toBe("ETIMEDOUT");
});

test("a port that no rule names is closed", async () => {
  await using cluster = await cast();
  await cluster.apply(policy("allow", { ...toWeb, ingress: [{ ports: [{ port: 8080 }] }] }));
  await cluster.settle();
  expect(await answer(cluster, "http://web")).toBe("a:8080");
  expect(await answer(cluster, "http://web:81")).toBe("ETIMEDOUT");
});

test("an IP block lets a range in, with exceptions", async () => {
  await using cluster = await cast();
  const [friend = ""] = (await cluster.exec("friend", ["hostname", "-i"])).stdout.trim().split(" ");
  const ipBlock = { cidr: "10.244.0.0/16", except: [`${friend}/32`] };
  await cluster.apply(policy("allow", { ...toWeb, ingress: [{ from: [{ ipBlock }] }] }));
  await cluster.settle();
  expect(await answer(cluster, "http://web")).toBe("a:8080");
  expect(await answer(cluster, "http://web", "friend")).toBe("ETIMEDOUT");
});

test("a namespace selector looks at the labels of the client's namespace", async () => {
  await using cluster = await cast();
  const namespaceSelector = { matchLabels: { "kubernetes.io/metadata.name": "shop" } };
  await cluster.apply(JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } }));
  const shopper = JSON.parse(pod("shopper", {})) as { metadata: object };
  await cluster.apply(JSON.stringify({ ...shopper, metadata: { name: "shopper", namespace: "shop" } }));
  await cluster.apply(policy("allow", { ...toWeb, ingress: [{ from: [{ namespaceSelector }] }] }));
  await cluster.settle();

  expect((await cluster.fetch("http://web.default", { from: "shopper", namespace: "shop" })).body).toBe("a:8080");
  expect(await answer(cluster, "http://web")).toBe("ETIMEDOUT");
});

test("egress counts at the client, DNS included", async () => {
  await using cluster = await cast();
  const clients = { podSelector: { matchLabels: { app: "client" } } };
  await cluster.apply(policy("web-only", { ...clients, policyTypes: ["Egress"], egress: [{ to: [toWeb] }] }));
  await cluster.settle();
  expect(await answer(cluster, "http://web")).toBe("getaddrinfo EAI_AGAIN web");

  const dns = {
    to: [{ namespaceSelector: {}, podSelector: { matchLabels: { "k8s-app": "kube-dns" } } }],
    ports: [{ port: 53, protocol: "UDP" }],
  };
  await cluster.apply(policy("dns", { ...clients, policyTypes: ["Egress"], egress: [dns] }));
  await cluster.settle();
  expect(await answer(cluster, "http://web")).toBe("a:8080");
  expect(await answer(cluster, "http://friend-is-no-service")).toBe("getaddrinfo ENOTFOUND friend-is-no-service");
});

test("policies add up: what one allows, another cannot forbid", async () => {
  await using cluster = await cast();
  await cluster.apply(
    [policy("deny", { podSelector: {} }), policy("allow", { ...toWeb, ingress: [{}] })].join("\n---\n"),
  );
  await cluster.settle();
  expect(await answer(cluster, "http://web")).toBe("a:8080");
});

test("a pod that gets other labels is judged anew", async () => {
  await using cluster = await cast();
  await cluster.apply(
    policy("allow", { ...toWeb, ingress: [{ from: [{ podSelector: { matchLabels: { role: "friend" } } }] }] }),
  );
  await cluster.settle();
  expect(await answer(cluster, "http://web")).toBe("ETIMEDOUT");
  await cluster.apply(pod("client", { app: "client", role: "friend" }, { nodeName: "picokube-worker" }));
  await cluster.settle();
  expect(await answer(cluster, "http://web")).toBe("a:8080");
});
