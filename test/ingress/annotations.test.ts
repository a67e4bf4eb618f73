import { duplexPair } from "node:stream";

import { expect, test } from "vitest";

import { localhostCertificate } from "../../src/images/self-signed.ts";
import { type Cluster, type Image, type Reply } from "../../src/index.ts";
import { events } from "../../src/resources/core/event.ts";
import { pod, service, serviceCluster } from "../support/service-cluster.ts";

const prefix = "nginx.ingress.kubernetes.io/";

/** An Ingress for shop.example; annotations without their prefix. */
function ingress(name: string, to: string, annotations: Readonly<Record<string, string>> = {}): string {
  const backend = { service: { name: to, port: { number: 80 } } };
  return JSON.stringify({
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: {
      name,
      annotations: Object.fromEntries(Object.entries(annotations).map(([key, value]) => [prefix + key, value])),
    },
    spec: { rules: [{ host: "shop.example", http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }] },
  });
}

const shop: readonly string[] = [
  pod("old", { app: "old" }),
  pod("new", { app: "new" }),
  service("old", { selector: { app: "old" } }),
  service("new", { selector: { app: "new" } }),
];

async function shopCluster(...manifests: readonly string[]): Promise<Cluster> {
  const cluster = await serviceCluster({ ingress: true });
  await cluster.apply([...shop, ...manifests].join("\n---\n"));
  await cluster.advance("5s");
  return cluster;
}

function ask(cluster: Cluster, headers: Readonly<Record<string, string>> = {}, path = "/"): Promise<Reply> {
  const url = `http://ingress-nginx-controller.ingress-nginx${path}`;
  return cluster.fetch(url, { from: "client", headers: { host: "shop.example", ...headers } });
}

test("a canary takes its share of another Ingress's requests: by header, by cookie, then by weight", async () => {
  const canary = {
    canary: "true",
    "canary-by-header": "X-Canary",
    "canary-by-cookie": "canary",
    "canary-weight": "30",
  };
  await using cluster = await shopCluster(ingress("shop", "old"), ingress("shop-canary", "new", canary));
  const who = async (headers?: Readonly<Record<string, string>>): Promise<string> => (await ask(cluster, headers)).body;
  expect(await who({ "x-canary": "always", cookie: "canary=never" })).toBe("new:8080");
  expect(await who({ "x-canary": "never", cookie: "canary=always" })).toBe("old:8080");
  expect(await who({ "x-canary": "maybe", cookie: "a=b; canary=always" })).toBe("new:8080");
  const all: string[] = [];
  for (let request = 0; request < 100; request++) all.push(await who());
  const share = all.filter((one) => one === "new:8080").length;
  expect(share).toBeGreaterThan(15);
  expect(share).toBeLessThan(45);
});

test("a canary by a header's value is for that value alone, and one without another Ingress for nobody", async () => {
  const canary = { canary: "true", "canary-by-header": "X-Team", "canary-by-header-value": "beta" };
  await using cluster = await shopCluster(ingress("shop-canary", "new", canary));
  expect((await ask(cluster, { "x-team": "beta" })).status).toBe(404);
  await cluster.apply(ingress("shop", "old"));
  await cluster.settle();
  expect((await ask(cluster, { "x-team": "beta" })).body).toBe("new:8080");
  expect((await ask(cluster, { "x-team": "always" })).body).toBe("old:8080");
});

test("addresses are let in or kept out by their range", async () => {
  await using cluster = await shopCluster(
    ingress("shop", "old", { "whitelist-source-range": "10.244.0.0/16, 192.0.2.1" }),
  );
  expect((await ask(cluster)).body).toBe("old:8080");
  await cluster.apply(ingress("shop", "old", { "whitelist-source-range": "192.0.2.0/24" }));
  await cluster.settle();
  const kept = await ask(cluster);
  expect([kept.status, kept.body]).toEqual([403, expect.stringContaining("<center><h1>403 Forbidden</h1></center>")]);
  await cluster.apply(ingress("shop", "old", { "denylist-source-range": "10.244.0.0/16" }));
  await cluster.settle();
  expect((await ask(cluster)).status).toBe(403);
});

test("basic authentication asks for a user of its Secret", async () => {
  const secret = JSON.stringify({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "users" },
    stringData: { auth: "ann:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\nbob:$2y$05$abcdefghijklmnopqrstuu\n" },
  });
  const annotations = { "auth-type": "basic", "auth-secret": "users", "auth-realm": "Members only" };
  await using cluster = await shopCluster(ingress("shop", "old", annotations));
  expect((await ask(cluster)).status).toBe(503);
  await cluster.apply([secret, ingress("shop", "old", { ...annotations, "auth-realm": "Members" })].join("\n---\n"));
  await cluster.settle();
  const refused = await ask(cluster);
  expect([refused.status, refused.headers["www-authenticate"]]).toEqual([401, 'Basic realm="Members"']);
  const login = (text: string): Readonly<Record<string, string>> => ({ authorization: `Basic ${btoa(text)}` });
  expect((await ask(cluster, login("ann:secret"))).body).toBe("old:8080");
  expect((await ask(cluster, login("ann:wrong"))).status).toBe(401);
  const told = (await cluster.client.list(events, "default")).map(({ message }) => message);
  expect(told).toContain("the password of bob is hashed in a way that is not simulated: use htpasswd -m");
});

test.each<[Record<string, string>, string, number, string | undefined]>([
  [{ "permanent-redirect": "https://new.example/" }, "/", 301, "https://new.example/"],
  [
    { "permanent-redirect": "https://new.example/", "permanent-redirect-code": "308" },
    "/",
    308,
    "https://new.example/",
  ],
  [{ "temporal-redirect": "https://new.example/" }, "/a", 302, "https://new.example/"],
  [{ "app-root": "/app" }, "/", 302, "http://shop.example/app"],
  [{ "app-root": "/app" }, "/app", 200, undefined],
  [{ "force-ssl-redirect": "true" }, "/a?b", 308, "https://shop.example/a?b"],
])("%j sends %s away with %i to %s", async (annotations, path, status, location) => {
  await using cluster = await shopCluster(ingress("shop", "old", annotations));
  const reply = await ask(cluster, {}, path);
  expect([reply.status, reply.headers["location"]]).toEqual([status, location]);
});

test("backend-protocol HTTPS speaks TLS to the pods; other protocols and unknown annotations are told of", async () => {
  // Keys take real time, of which a virtual clock knows nothing.
  await localhostCertificate();
  const porter = JSON.stringify({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "porter", labels: { app: "porter" } },
    spec: {
      containers: [
        {
          name: "porter",
          image: "registry.k8s.io/e2e-test-images/agnhost:2.53",
          args: ["porter"],
          env: [{ name: "SERVE_TLS_PORT_443", value: "secure" }],
        },
      ],
    },
  });
  const secure = service("secure", { selector: { app: "porter" }, ports: [{ port: 80, targetPort: 443 }] });
  await using cluster = await shopCluster(porter, secure, ingress("shop", "secure", { "backend-protocol": "HTTPS" }));
  expect((await ask(cluster)).body).toBe("secure");
  await cluster.apply(ingress("shop", "old", { "backend-protocol": "GRPC", "limit-rps": "5" }));
  await cluster.settle();
  const told = (await cluster.client.list(events, "default")).map(({ message }) => message);
  expect(told).toEqual(
    expect.arrayContaining(
      ["backend-protocol: GRPC", "limit-rps"].map(
        (what) => `annotation ${prefix}${what} is accepted, but changes nothing in the simulated controller`,
      ),
    ),
  );
});

/** Switches to a protocol of its own in which it says everything twice. */
const parrot: Image = {
  names: ["test/parrot"],
  base: "busybox",
  entrypoint: ["/parrot"],
  programs: {
    async "/parrot"(process) {
      process.network.serveHttp(8080, ({ headers }) => {
        const [near, upgraded] = duplexPair();
        near.on("data", (bytes: Buffer) => near.write(`${bytes.toString()}${bytes.toString()}`));
        near.on("end", () => near.end());
        return {
          status: 101,
          headers: { connection: "upgrade", upgrade: headers["upgrade"] ?? "" },
          body: "",
          upgraded,
        };
      });
      await process.terminated;
      return 0;
    },
  },
};

test("a WebSocket goes through", async () => {
  await using cluster = await serviceCluster({ ingress: true, images: [parrot] });
  const manifests = [
    pod("parrot", { app: "web" }, {}, { image: "test/parrot" }),
    service("web"),
    ingress("shop", "web"),
  ];
  await cluster.apply(manifests.join("\n---\n"));
  await cluster.advance("5s");
  const request = String.raw`GET / HTTP/1.1\r\nHost: shop.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhi`;
  const script = `printf '${request}' | nc ingress-nginx-controller.ingress-nginx 80`;
  const { stdout } = await cluster.exec("client", ["sh", "-c", script]);
  expect(stdout).toBe("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\nhihi");
});
