import { request } from "node:https";
import { duplexPair } from "node:stream";

import { afterAll, beforeAll, expect, test } from "vitest";

import { readAll } from "../../src/api/bytes.ts";
import { localhostCertificate } from "../../src/images/self-signed.ts";
import { type Cluster, createCluster } from "../../src/index.ts";
import { webImage } from "../kubelet/test-images.ts";

const porter = `
apiVersion: v1
kind: Pod
metadata: { name: porter, labels: { app: porter } }
spec:
  containers:
    - name: porter
      image: registry.k8s.io/e2e-test-images/agnhost:2.53
      args: [porter, --json-response]
      env:
        - { name: SERVE_PORT_80, value: plain }
        - { name: SERVE_TLS_PORT_443, value: secure }
      ports: [{ name: https, containerPort: 443 }]
---
apiVersion: v1
kind: Service
metadata: { name: porter }
spec:
  selector: { app: porter }
  ports: [{ name: http, port: 80 }, { name: https, port: 8443, targetPort: https }]
`;
let cluster: Cluster;

beforeAll(async () => {
  // Keys take real time, of which a virtual clock knows nothing.
  await localhostCertificate();
  cluster = await createCluster({ clock: "virtual" });
  await cluster.apply(porter);
  await cluster.settle();
});
afterAll(() => cluster.close());

async function ask(method: string, target: string): Promise<[number, string]> {
  const path = `/api/v1/namespaces/default/${target}`;
  const { status, body } = await cluster.transport.request({ method, path, headers: {} });
  const text = Buffer.from(await readAll(body)).toString();
  const { message, Method, Body } = JSON.parse(text || "{}") as Record<string, string>;
  return [status, message ?? `${Method} ${Body}`];
}

test.each(["DELETE", "GET", "OPTIONS", "PATCH", "POST", "PUT"])(
  "%s is carried to a pod and to a Service",
  async (method) => {
    expect(await ask(method, "pods/porter:80/proxy/some/path")).toEqual([200, `${method} plain`]);
    expect(await ask(method, "services/porter:http/proxy/")).toEqual([200, `${method} plain`]);
  },
);

test.each([
  ["pods/https:porter:443/proxy/", 200, "GET secure"],
  ["pods/https:porter:/proxy/", 200, "GET secure"],
  ["services/https:porter:https/proxy/", 200, "GET secure"],
  ["services/https:porter:8443/proxy/", 200, "GET secure"],
  [
    "services/https:porter:http/proxy/",
    503,
    "error trying to reach service: http: server gave HTTP response to HTTPS client",
  ],
  ["services/ftp:porter:http/proxy/", 400, 'invalid service request "ftp:porter:http"'],
  ["pods/a:b:c:d/proxy/", 400, 'invalid pod request "a:b:c:d"'],
  ["services/porter:nope/proxy/", 503, 'no service port "nope" found for service "porter"'],
])("%s is answered %i %s", async (target, status, text) => {
  expect(await ask("GET", target)).toEqual([status, text]);
});

test("who is asked in HTTP where TLS is spoken says so", async () => {
  const { body, status } = await cluster.fetch("http://porter.default:8443/", { from: "porter" });
  expect([status, body]).toEqual([400, "Client sent an HTTP request to an HTTPS server.\n"]);
});

test("a server of HTTP that is spoken to in another way answers 400", async () => {
  const { stdout } = await cluster.exec("porter", ["sh", "-c", "echo hostName | nc -w 2 porter 80"]);
  expect(stdout).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n[^]*\r\n\r\n400 Bad Request$/u);
});

/** Switches to a protocol in which it says everything twice. */
const parrot = webImage("test/parrot", 8080, ({ headers }) => {
  const [near, upgraded] = duplexPair();
  near.on("data", (bytes: Buffer) => near.write(`${bytes.toString()}${bytes.toString()}`));
  near.on("end", () => near.end());
  const switching = { connection: "Upgrade", upgrade: headers["upgrade"] ?? "" };
  return { status: 101, headers: switching, body: "", upgraded };
});

test.each(["pods/parrot:8080", "services/parrot:80"])("a WebSocket goes through %s/proxy", async (target) => {
  await using birds = await createCluster({ nodes: 1, clock: "virtual", images: [parrot] });
  await birds.apply(`
apiVersion: v1
kind: Pod
metadata: { name: parrot, labels: { app: parrot } }
spec: { containers: [{ name: parrot, image: test/parrot }] }
---
apiVersion: v1
kind: Service
metadata: { name: parrot }
spec: { selector: { app: parrot }, ports: [{ port: 80, targetPort: 8080 }] }
`);
  await birds.settle();
  const { kubeconfig } = await birds.listen({ nodePortAddress: false });
  const [{ cluster: where } = {}, [{ user } = {}]] = [kubeconfig.clusters[0], kubeconfig.users];
  const asked = request(`${where?.server}/api/v1/namespaces/default/${target}/proxy/talk`, {
    ca: Buffer.from(where?.["certificate-authority-data"] ?? "", "base64"),
    cert: Buffer.from(user?.["client-certificate-data"] ?? "", "base64"),
    key: Buffer.from(user?.["client-key-data"] ?? "", "base64"),
    headers: { connection: "Upgrade", upgrade: "websocket" },
  });
  const said = await new Promise<string>((resolve, reject) => {
    asked.on("error", reject).on("response", ({ statusCode }) => reject(new Error(`answered ${statusCode}`)));
    asked.on("upgrade", ({ headers }, socket) => {
      socket.once("data", (bytes: Buffer) => {
        socket.destroy();
        resolve(`${headers.upgrade}: ${bytes.toString()}`);
      });
      socket.write("hi");
    });
    asked.end();
  });
  expect(said).toBe("websocket: hihi");
});
