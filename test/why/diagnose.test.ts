import { expect, test } from "vitest";

import { deployments } from "../../src/resources/apps/deployment.ts";
import { answer, pod, service, serviceCluster } from "../support/service-cluster.ts";
import { type Case, expectedOf, findings, lastOf, never, policy, web } from "./case.ts";

const cases: readonly Case[] = [
  {
    what: "a request that works",
    manifests: [web("a"), service("web")],
    url: "web",
    really: "a:8080",
    told: /^listener: pod a \(.*:8080\) listens$/u,
  },
  {
    what: "a name in the wrong namespace",
    manifests: [
      '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop"}}',
      service("cart", {}, { namespace: "shop" }),
    ],
    url: "http://cart/",
    really: "getaddrinfo ENOTFOUND cart",
    told: /^name: there is no Service cart in namespace default$/u,
    remedy: /^cart\.shop: a Service of that name is in namespace shop$/u,
  },
  {
    what: "a typing error",
    manifests: [web("a"), service("web-server")],
    url: "web-sever",
    really: "getaddrinfo ENOTFOUND web-sever",
    told: /^name: there is no Service web-sever/u,
    remedy: /^web-server: is that the Service you mean\?$/u,
  },
  {
    what: "no DNS",
    manifests: [web("a"), service("web")],
    url: "web",
    really: "getaddrinfo EAI_AGAIN web",
    told: /^name: nobody answers DNS: the Service kube-system\/kube-dns \(10\.96\.0\.10\) has no ready endpoints$/u,
    remedy: /scale deployment coredns/u,
    async also(cluster) {
      await cluster.client.patch(deployments, { namespace: "kube-system", name: "coredns" }, { spec: { replicas: 0 } });
      await cluster.advance("40s");
    },
  },
  {
    what: "an alias out of the cluster",
    manifests: [
      service("out", { type: "ExternalName", externalName: "example.org", selector: undefined, ports: undefined }),
    ],
    url: "out",
    really: "getaddrinfo ENOTFOUND out",
    told: /^name: out is an alias \(ExternalName\) for example\.org, a name outside the cluster$/u,
  },
  {
    what: "a headless Service whose pods are not ready",
    manifests: [web("a", {}, never), service("web", { clusterIP: "None" })],
    url: "web",
    really: "getaddrinfo ENOTFOUND web",
    told: /^name: web is a headless Service without a ready pod/u,
    remedy: /describe pod a$/u,
  },
  {
    what: "a port that the Service lacks",
    manifests: [web("a"), service("web")],
    url: "web:8080",
    really: "ETIMEDOUT",
    told: /^port: the Service has no port 8080\/TCP; it has 80\/TCP$/u,
    remedy: /^use port 80/u,
  },
  {
    what: "a selector that no pod has",
    manifests: [pod("a", { app: "webb" }), service("web")],
    url: "web",
    really: "ECONNREFUSED",
    told: /^endpoints: the Service has no endpoints: 0 of 0 pods with app=web can take requests$/u,
    remedy: /^make the selector of Service web \(app=web\) and the labels of the pods \(app=webb\) agree$/u,
  },
  {
    what: "no pod at all",
    manifests: [service("web", { selector: { tier: "front" } })],
    url: "web",
    really: "ECONNREFUSED",
    told: /^endpoints: the Service has no endpoints/u,
    remedy: /^there is no pod with tier=front/u,
  },
  {
    what: "pods that are not ready",
    manifests: [web("a", {}, never), service("web")],
    url: "web",
    really: "ECONNREFUSED",
    told: /^endpoints: the Service has no endpoints: 0 of 1 pods/u,
    remedy: /^kubectl -n default describe pod a$/u,
  },
  {
    what: "a target port by a name that pods lack",
    manifests: [web("a"), service("web", { ports: [{ port: 80, targetPort: "http" }] })],
    url: "web",
    really: "ECONNREFUSED",
    told: /^endpoints: the Service has no endpoints: 0 of 1 pods/u,
  },
  {
    what: "a Service without selector and endpoints",
    manifests: [service("web", { selector: undefined })],
    url: "web",
    really: "ECONNREFUSED",
    told: /^endpoints: the Service has no endpoints: the Service has no selector/u,
    remedy: /^give the Service a selector/u,
  },
  {
    what: "a wrong target port",
    manifests: [web("a"), service("web", { ports: [{ port: 80, targetPort: 4444 }] })],
    url: "web",
    really: "ECONNREFUSED",
    told: /^listener: pod a \(.*\): nothing listens on port 4444, but on 8080, 8081, 9000$/u,
    remedy: /^set the Service's targetPort to 8080$/u,
  },
  {
    what: "internalTrafficPolicy Local without a pod on the node",
    manifests: [web("a", { nodeName: "picokube-worker2" }), service("web", { internalTrafficPolicy: "Local" })],
    url: "web",
    really: "ETIMEDOUT",
    told: /^endpoints: internalTrafficPolicy is Local, and no endpoint is on the node picokube-worker$/u,
  },
  {
    what: "a policy at the server",
    manifests: [web("a"), service("web"), policy({ podSelector: { matchLabels: { app: "web" } } })],
    url: "web",
    really: "ETIMEDOUT",
    told: /^policy: pod a \(.*\): the NetworkPolicy default\/rules lets only what it lists reach the server's pod/u,
    remedy: /ingress rule/u,
  },
  {
    what: "a policy at the client that forbids DNS",
    manifests: [
      web("a"),
      service("web"),
      policy({ podSelector: { matchLabels: { app: "client" } }, policyTypes: ["Egress"] }),
    ],
    url: "web",
    really: "getaddrinfo EAI_AGAIN web",
    told: /^name: the DNS server may not be asked: the NetworkPolicy default\/rules/u,
    remedy: /port 53/u,
  },
  {
    what: "a policy at the client",
    manifests: [
      web("a"),
      service("web"),
      policy({
        podSelector: { matchLabels: { app: "client" } },
        policyTypes: ["Egress"],
        egress: [{ ports: [{ port: 53, protocol: "UDP" }] }],
      }),
    ],
    url: "web",
    really: "ETIMEDOUT",
    told: /^policy: pod a \(.*\): the NetworkPolicy default\/rules lets only what it lists leave the client's pod/u,
  },
  {
    what: "an address that nobody has any more",
    manifests: [],
    url: "10.244.2.77:8080",
    really: "EHOSTUNREACH",
    told: /^address: nothing has the address 10\.244\.2\.77/u,
  },
  {
    what: "a pod's port that is closed",
    manifests: [],
    url: "10.244.1.3:22",
    really: "ECONNREFUSED",
    told: /^listener: pod client \(.*\): nothing listens on port 22, but on/u,
  },
  {
    what: "a fault",
    manifests: [web("a"), service("web")],
    url: "web",
    really: "ETIMEDOUT",
    told: /^node: pod a \(.*\): a fault that was injected keeps requests away/u,
    also: (cluster) => void cluster.faults.add({ to: "app=web", drop: true }),
  },
  {
    what: "DNS kept down by a fault",
    manifests: [web("a"), service("web")],
    url: "web",
    really: "getaddrinfo EAI_AGAIN web",
    told: /^name: the DNS server \(10\.96\.0\.10\) does not answer/u,
    also: (cluster) => void cluster.faults.add({ dns: "down" }),
  },
  {
    what: "a node without power",
    manifests: [web("a", { nodeName: "picokube-worker2" }), service("web")],
    url: "web",
    really: "EHOSTUNREACH",
    told: /^node: pod a \(.*\): nobody has the address; it belongs to the node picokube-worker2/u,
    also: (cluster) => void cluster.faults.add({ node: "picokube-worker2", state: "stopped" }),
  },
];

test.each(cases)("why tells of $what, as it really is", async (one) => {
  expect(await findings(one)).toEqual(expectedOf(one));
});

test("why says which pods are behind a Service and why the others are not", async () => {
  await using cluster = await serviceCluster();
  const broken = { image: "nginx:doesnotexist" };
  await cluster.apply(
    [web("a"), web("b", {}, never), web("c", {}, broken), pod("d", { app: "web2" }), service("web")].join("\n---\n"),
  );
  await cluster.advance("2s");
  const endpoints = cluster.why("client", "web").steps.find(({ name }) => name === "endpoints");

  expect(endpoints?.outcome).toBe("warning");
  expect(endpoints?.text).toBe("1 of 3 pods with app=web can take requests");
  expect(endpoints?.details).toEqual([
    expect.stringMatching(/^a: ready at 10\.244\./u),
    "b: the readiness probe of container main does not succeed",
    expect.stringMatching(/^c: container main is waiting: (?:ErrImagePull|ImagePullBackOff)$/u),
  ]);
});

test("why takes no Service's turn", async () => {
  await using cluster = await serviceCluster();
  await cluster.apply([web("a"), web("b"), service("web")].join("\n---\n"));
  await cluster.settle();
  expect(await answer(cluster, "http://web")).toBe("a:8080");
  cluster.why("client", "web");
  expect(await answer(cluster, "http://web")).toBe("b:8080");
});

test("a pod that is not there, and a URL that is none, are told apart", async () => {
  await using cluster = await serviceCluster();
  expect(lastOf(cluster.why("nobody", "web"))).toBe("from: the pod default/nobody does not exist");
  expect(() => cluster.why("client", "http://")).toThrow('not a URL: "http://"');
});
