import { expect, test } from "vitest";

import { deployments } from "../../src/resources/apps/deployment.ts";
import { answer, pod, service, serviceCluster } from "../support/service-cluster.ts";

const web = pod("a", { app: "web" });

test("a Service is found by every form of its name, and only from the right namespace by the short one", async () => {
  await using cluster = await serviceCluster();
  const other = JSON.parse(service("web")) as { metadata: object };
  await cluster.apply(JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } }));
  await cluster.apply([web, service("web")].join("\n---\n"));
  await cluster.apply(JSON.stringify({ ...other, metadata: { name: "only-there", namespace: "shop" } }));
  await cluster.settle();

  for (const name of [
    "web",
    "web.default",
    "web.default.svc",
    "web.default.svc.cluster.local",
    "web.default.svc.cluster.local.",
  ]) {
    expect(await answer(cluster, `http://${name}`)).toBe("a:8080");
  }
  expect(await answer(cluster, "http://only-there")).toBe("getaddrinfo ENOTFOUND only-there");
  expect(await answer(cluster, "http://only-there.shop")).toBe("ECONNREFUSED");
  const curl = await cluster.exec("client", ["wget", "-qO-", "http://only-there"]);
  expect(curl.stderr).toContain("bad address 'only-there'");
});

test("dnsPolicy and dnsConfig decide what is in resolv.conf", async () => {
  await using cluster = await serviceCluster();
  await cluster.apply(
    [
      pod(
        "own",
        {},
        {
          dnsPolicy: "None",
          dnsConfig: {
            nameservers: ["10.96.0.10"],
            searches: ["shop.svc.cluster.local"],
            options: [{ name: "ndots", value: "2" }],
          },
        },
      ),
    ].join("\n---\n"),
  );
  await cluster.settle();
  const read = async (name: string): Promise<string> => (await cluster.exec(name, ["cat", "/etc/resolv.conf"])).stdout;
  expect(await read("client")).toBe(
    "search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n",
  );
  expect(await read("own")).toBe("search shop.svc.cluster.local\nnameserver 10.96.0.10\noptions ndots:2\n");
});

test("without CoreDNS no name resolves, and with it again all do", async () => {
  await using cluster = await serviceCluster();
  await cluster.apply([web, service("web", { clusterIP: "10.96.0.50" })].join("\n---\n"));
  const key = { namespace: "kube-system", name: "coredns" };
  await cluster.client.patch(deployments, key, { spec: { replicas: 0 } });
  await cluster.advance("40s");

  expect(await answer(cluster, "http://web")).toBe("getaddrinfo EAI_AGAIN web");
  expect(await answer(cluster, "http://10.96.0.50")).toBe("a:8080");
  await cluster.client.patch(deployments, key, { spec: { replicas: 2 } });
  await cluster.advance("40s");
  expect(await answer(cluster, "http://web")).toBe("a:8080");
});

test("CoreDNS counts what it is asked and answers", async () => {
  await using cluster = await serviceCluster();
  await cluster.client.patch(deployments, { namespace: "kube-system", name: "coredns" }, { spec: { replicas: 1 } });
  await cluster.apply([web, service("web")].join("\n---\n"));
  await cluster.advance("40s");
  await cluster.exec("client", ["nslookup", "web.default.svc.cluster.local"]);
  await cluster.exec("client", ["nslookup", "nope.default.svc.cluster.local"]);
  const url = "http://kube-dns.kube-system:9153/metrics";
  const { stdout } = await cluster.exec("client", ["wget", "-qO-", url]);
  expect(stdout).toContain(
    'coredns_dns_requests_total{family="1",proto="udp",server="dns://:53",view="",zone=".",type="A"}',
  );
  expect(stdout).toMatch(/coredns_dns_responses_total\{plugin="kubernetes",rcode="NXDOMAIN",.*\} [1-9]/u);
});

test("a pod with its node's DNS asks the machine outside, which has no names", async () => {
  await using cluster = await serviceCluster();
  await cluster.apply(pod("outside", {}, { dnsPolicy: "Default" }));
  await cluster.settle();
  const run = (script: string) => cluster.exec("outside", ["sh", "-c", script]);
  expect((await run("cat /etc/resolv.conf")).stdout).toBe("nameserver 172.18.0.1\noptions edns0 trust-ad ndots:0\n");
  expect((await run("nslookup kubernetes.default.svc.cluster.local")).stdout).toBe(
    "Server:\t\t172.18.0.1\nAddress:\t172.18.0.1:53\n\n" +
      "** server can't find kubernetes.default.svc.cluster.local: NXDOMAIN\n\n".repeat(2),
  );
  expect((await run("wget -qO- http://kubernetes.default")).stderr).toContain("bad address 'kubernetes.default'");
  expect((await run("nslookup -type=a kubernetes.default.svc.cluster.local 10.96.0.10")).stdout).toContain(
    "10.96.0.1\n",
  );
});
