import { expect, test } from "vitest";

import { pod, service } from "../support/service-cluster.ts";
import { type Case, expectedOf, findings, never, policy, web } from "./case.ts";

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

test.each(cases)("why tells this machine of $what, as it really is", async (one) => {
  expect(await findings(one)).toEqual(expectedOf(one));
});
