import { expect, test } from "vitest";

import type { Cluster, Diagnosis } from "../../src/index.ts";
import { deployments } from "../../src/resources/apps/deployment.ts";
import { answer, host, pod, service, serviceCluster } from "../support/service-cluster.ts";

const web = (name: string, spec: object = {}, container: object = {}): string =>
  pod(name, { app: "web" }, spec, container);
const never = { readinessProbe: { exec: { command: ["false"] } } };
const policy = (spec: object): string =>
  JSON.stringify({ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "rules" }, spec });

interface Case {
  readonly what: string;
  readonly manifests: readonly string[];
  readonly url: string;
  /** This machine instead of the pod `client`. */
  readonly fromHost?: boolean;
  /** What the request really brings. */
  readonly really: string;
  /** The last step: `name: text`. */
  readonly told: RegExp;
  readonly remedy?: RegExp;
  readonly also?: (cluster: Cluster) => void | Promise<void>;
}

const nodePort = { type: "NodePort", ports: [{ port: 80, targetPort: 8080, nodePort: 30080 }] };

const balanced = { type: "LoadBalancer", ports: [{ port: 80, targetPort: 8080 }] };

/** The failures of Services, asked for through the node port that is open on this machine. */
const fromHostCases: readonly Omit<Case, "url" | "fromHost">[] = [
  {
    what: "a selector that no pod has",
    manifests: [pod("a", { app: "webb" }), service("web", nodePort)],
    really: "ECONNREFUSED",
    told: /^endpoints: the Service has no endpoints: 0 of 0 pods with app=web/u,
    remedy: /^make the selector of Service web/u,
  },
  {
    what: "pods that are not ready",
    manifests: [web("a", {}, never), service("web", nodePort)],
    really: "ECONNREFUSED",
    told: /^endpoints: the Service has no endpoints: 0 of 1 pods/u,
    remedy: /^kubectl -n default describe pod a$/u,
  },
  {
    what: "a wrong target port",
    manifests: [
      web("a"),
      service("web", { type: "NodePort", ports: [{ port: 80, targetPort: 4444, nodePort: 30080 }] }),
    ],
    really: "ECONNREFUSED",
    told: /^listener: pod a \(.*\): nothing listens on port 4444/u,
    remedy: /^set the Service's targetPort to 8080$/u,
  },
  {
    what: "a policy at the server",
    manifests: [web("a"), service("web", nodePort), policy({ podSelector: { matchLabels: { app: "web" } } })],
    really: "ETIMEDOUT",
    told: /^policy: pod a \(.*\): the NetworkPolicy default\/rules lets only what it lists reach/u,
    remedy: /ingress rule/u,
  },
  {
    what: "externalTrafficPolicy Local without any pod",
    manifests: [service("web", { ...nodePort, externalTrafficPolicy: "Local" })],
    really: "ECONNREFUSED",
    told: /^endpoints: the Service has no endpoints/u,
  },
  {
    what: "a fault",
    manifests: [web("a"), service("web", nodePort)],
    really: "ETIMEDOUT",
    told: /^node: pod a \(.*\): a fault that was injected keeps requests away/u,
    also: (cluster) => void cluster.faults.add({ to: "app=web", drop: true }),
  },
  {
    what: "a node without power",
    manifests: [web("a", { nodeName: "picokube-worker2" }), service("web", nodePort)],
    really: "EHOSTUNREACH",
    told: /^node: pod a \(.*\): nobody has the address; it belongs to the node picokube-worker2/u,
    also: (cluster) => void cluster.faults.add({ node: "picokube-worker2", state: "stopped" }),
  },
];

const cases: readonly Case[] = [
  ...fromHostCases.map((one) => ({
    ...one,
    what: `${one.what}, through a node port`,
    url: "localhost:30080",
    fromHost: true,
  })),
  {
    what: "a load balancer's port that the Service lacks",
    manifests: [web("a"), service("web", balanced)],
    url: "127.128.0.2:8080",
    fromHost: true,
    really: "ETIMEDOUT",
    told: /^port: the Service has no port 8080\/TCP; it has 80\/TCP$/u,
  },
  {
    what: "a load balancer for other addresses",
    manifests: [web("a"), service("web", { ...balanced, loadBalancerSourceRanges: ["192.0.2.0/24"] })],
    url: "127.128.0.2",
    fromHost: true,
    really: "ETIMEDOUT",
    told: /^source ranges: the load balancer takes only 192\.0\.2\.0\/24, and this machine is 172\.18\.0\.1$/u,
    remedy: /loadBalancerSourceRanges/u,
  },
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
  {
    what: "a node port from this machine",
    manifests: [web("a"), service("web", nodePort)],
    url: "localhost:30080",
    fromHost: true,
    really: "a:8080",
    told: /^listener: pod a/u,
  },
  {
    what: "a node port that nobody has",
    manifests: [web("a"), service("web", nodePort)],
    url: "localhost:80",
    fromHost: true,
    really: "ECONNREFUSED",
    told: /^node port: no Service has the node port 80$/u,
    remedy: /^80 is the port of Service web inside the cluster; outside it needs type NodePort/u,
  },
  {
    what: "a Service's name from this machine",
    manifests: [web("a"), service("web")],
    url: "web",
    fromHost: true,
    really: "getaddrinfo ENOTFOUND web",
    told: /^name: names of Services exist only inside the cluster/u,
  },
  {
    what: "a cluster IP from this machine",
    manifests: [web("a"), service("web", { clusterIP: "10.96.0.50" })],
    url: "10.96.0.50",
    fromHost: true,
    really: "ETIMEDOUT",
    told: /^address: 10\.96\.0\.50 is a cluster IP: this machine has no way to it$/u,
  },
  {
    what: "externalTrafficPolicy Local at a node without a pod",
    manifests: [
      web("a", { nodeName: "picokube-worker2" }),
      service("web", { ...nodePort, externalTrafficPolicy: "Local" }),
    ],
    url: "172.18.0.2:30080",
    fromHost: true,
    really: "ETIMEDOUT",
    told: /^endpoints: externalTrafficPolicy is Local, and no endpoint is on the node picokube-control-plane$/u,
  },
];

function lastOf({ steps }: Diagnosis): string {
  const last = steps.at(-1);
  return `${last?.name}: ${last?.text}`;
}

const codes: Readonly<Record<string, RegExp>> = {
  ECONNREFUSED: /\(7\) Connection refused|\(6\)/u,
  ETIMEDOUT: /\(28\)|\(6\)/u,
  EHOSTUNREACH: /No route to host/u,
};

test.each(cases)(
  "why tells of $what, as it really is",
  async ({ manifests, url, fromHost, really, told, remedy, also }) => {
    await using cluster = await serviceCluster();
    for (const manifest of manifests) await cluster.apply(manifest);
    await cluster.advance("2s");
    await also?.(cluster);
    await cluster.settle();
    const diagnosis = cluster.why(fromHost ? "host" : "client", url);

    expect(lastOf(diagnosis)).toMatch(told);
    expect(diagnosis.steps.at(-1)?.remedy ?? "").toMatch(remedy ?? /^/u);
    const address = url.includes("://") ? url : `http://${url}`;
    expect(await answer(cluster, address, fromHost ? host : "client")).toBe(really);
    expect(diagnosis.works).toBe(really.includes(":8080"));
    expect(diagnosis.symptom).toMatch(codes[really] ?? (really.includes("getaddrinfo") ? /\(6\)/u : /answered/u));
  },
);

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
