// oxlint-disable-next-line no-unassigned-import -- @peculiar/x509 needs it to be there first
import "reflect-metadata";
import { KeyObject, webcrypto } from "node:crypto";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";

import { X509CertificateGenerator } from "@peculiar/x509";
import { expect, test } from "vitest";

import type { Cluster, Reply } from "../../src/index.ts";
import { deployments } from "../../src/resources/apps/deployment.ts";
import { ingresses } from "../../src/resources/networking/ingress.ts";
import { pod, service, serviceCluster } from "../support/service-cluster.ts";

const key = { namespace: "default", name: "shop" };

function shop(spec: object = {}, annotations: Record<string, string> = {}): string {
  const backend = { service: { name: "web", port: { number: 80 } } };
  const rules = [{ host: "shop.example", http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }];
  return JSON.stringify({
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name: "shop", annotations },
    spec: { rules, ...spec },
  });
}

const web = (name: string): string => pod(name, { app: "web" });

/** A request to the controller from a pod. */
async function ask(cluster: Cluster, host: string, path = "/"): Promise<Reply> {
  return cluster.fetch(`http://ingress-nginx-controller.ingress-nginx${path}`, { from: "client", headers: { host } });
}

test("requests go by host to the pods of a Service in turn; others get nginx's 404", async () => {
  await using cluster = await serviceCluster({ ingress: true });
  await cluster.apply([web("a"), web("b"), service("web"), shop()].join("\n---\n"));
  await cluster.advance("5s");

  const replies = [await ask(cluster, "shop.example"), await ask(cluster, "shop.example")];
  expect(replies.map(({ body }) => body).toSorted()).toEqual(["a:8080", "b:8080"]);
  const missing = await ask(cluster, "other.example");
  expect(missing.status).toBe(404);
  expect(missing.body).toBe(
    "<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not Found</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n",
  );
});

test("an Ingress has nginx as its class and localhost as its address for as long as the controller runs", async () => {
  await using cluster = await serviceCluster({ ingress: true });
  await cluster.apply(shop());
  await cluster.advance("5s");
  const found = await cluster.client.get(ingresses, key);
  expect(found?.spec.ingressClassName).toBe("nginx");
  expect(found?.status?.loadBalancer?.ingress).toEqual([{ hostname: "localhost" }]);

  const controller = { namespace: "ingress-nginx", name: "ingress-nginx-controller" };
  await cluster.client.patch(deployments, controller, { spec: { replicas: 0 } });
  await cluster.advance("5s");
  expect((await cluster.client.get(ingresses, key))?.status?.loadBalancer?.ingress).toBeUndefined();
});

test("an Ingress that no controller serves keeps the status it is given", async () => {
  await using cluster = await serviceCluster();
  await cluster.apply(shop());
  const status = { loadBalancer: { ingress: [{ ip: "169.1.1.1" }] } };
  await cluster.client.patch(ingresses, key, { metadata: { annotations: { seen: "yes" } }, status }, "status");
  await cluster.advance("5s");
  expect((await cluster.client.get(ingresses, key))?.status).toEqual(status);
});

test("without endpoints it is 503, with a closed port 502, behind a policy 504", async () => {
  await using cluster = await serviceCluster({ ingress: true });
  await cluster.apply([service("web"), shop()].join("\n---\n"));
  await cluster.advance("5s");
  const none = await ask(cluster, "shop.example");
  expect(none.status).toBe(503);
  expect(none.body).toContain("<center><h1>503 Service Temporarily Unavailable</h1></center>");

  await cluster.apply([web("a"), service("web", { ports: [{ port: 80, targetPort: 4444 }] })].join("\n---\n"));
  await cluster.settle();
  expect((await ask(cluster, "shop.example")).status).toBe(502);

  await cluster.apply(service("web"));
  const deny = { podSelector: { matchLabels: { app: "web" } } };
  await cluster.apply(
    JSON.stringify({
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "deny" },
      spec: deny,
    }),
  );
  await cluster.settle();
  expect((await ask(cluster, "shop.example")).status).toBe(504);
});

test("an Ingress of another class is nobody's", async () => {
  await using cluster = await serviceCluster({ ingress: true });
  await cluster.apply([web("a"), service("web"), shop({ ingressClassName: "other" })].join("\n---\n"));
  await cluster.advance("5s");
  expect((await ask(cluster, "shop.example")).status).toBe(404);
  expect((await cluster.client.get(ingresses, key))?.status?.loadBalancer?.ingress).toBeUndefined();
});

interface HostReply {
  readonly status: number | undefined;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
  readonly issuer?: string;
}

/** As `openssl req -x509 -newkey rsa:2048` makes it: of another kind of key than nginx's own. */
async function rsaCertificate(name: string): Promise<{ readonly certPem: string; readonly keyPem: string }> {
  const algorithm = {
    name: "RSASSA-PKCS1-v1_5",
    hash: "SHA-256",
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
  };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    signingAlgorithm: algorithm,
  });
  return {
    certPem: certificate.toString("pem"),
    keyPem: KeyObject.from(keys.privateKey).export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

function get(scheme: "http" | "https", port: number, host: string): Promise<HostReply> {
  const options = {
    host: "127.0.0.1",
    port,
    headers: { host },
    servername: host,
    rejectUnauthorized: false,
    agent: false,
  };
  return new Promise((resolve, reject) => {
    const outgoing = (scheme === "http" ? httpRequest : httpsRequest)(options, (response) => {
      const socket = response.socket as unknown as { getPeerCertificate?(): { subject: { CN?: string; O?: string } } };
      const subject = socket.getPeerCertificate?.().subject;
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (body += chunk));
      response.on("end", () =>
        resolve({
          status: response.statusCode,
          headers: response.headers,
          body,
          issuer: subject?.CN ?? subject?.O ?? "",
        }),
      );
    });
    outgoing.on("error", reject);
    outgoing.end();
  });
}

test("one port of this machine answers HTTP and HTTPS, with the certificate of the host's Secret", async () => {
  await using cluster = await serviceCluster({ clock: "real" });
  const ready = new Promise<void>((resolve) => {
    cluster.onNews((line) => {
      if (/ingress-nginx-controller endpoint .*:443 added/u.test(line)) resolve();
    });
  });
  const { ingressPort = 0 } = await cluster.listen({ ingressPort: 0 });
  await ready;
  const { certPem, keyPem } = await rsaCertificate("shop.example");
  const secret = {
    apiVersion: "v1",
    kind: "Secret",
    type: "kubernetes.io/tls",
    metadata: { name: "shop-tls" },
    stringData: { "tls.crt": certPem, "tls.key": keyPem },
  };
  const tls = { tls: [{ hosts: ["shop.example"], secretName: "shop-tls" }] };
  await cluster.apply([web("a"), service("web"), JSON.stringify(secret), shop(tls)].join("\n---\n"));
  await cluster.apply(shop().replaceAll("shop.example", "plain.example").replace('"name":"shop"', '"name":"plain"'));
  await cluster.settle();

  expect(await get("http", ingressPort, "plain.example")).toMatchObject({ status: 200, body: "a:8080" });
  expect(await get("http", ingressPort, "shop.example")).toMatchObject({
    status: 308,
    headers: { location: "https://shop.example/" },
  });
  expect(await get("https", ingressPort, "shop.example")).toMatchObject({
    status: 200,
    body: "a:8080",
    issuer: "shop.example",
    headers: { "strict-transport-security": "max-age=31536000; includeSubDomains" },
  });
  expect(await get("https", ingressPort, "plain.example")).toMatchObject({
    status: 200,
    issuer: "Kubernetes Ingress Controller Fake Certificate",
  });
});
