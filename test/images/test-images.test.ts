// oxlint-disable-next-line no-unassigned-import -- @peculiar/x509 needs it to be there first
import "reflect-metadata";
import { KeyObject, webcrypto } from "node:crypto";

import * as x509 from "@peculiar/x509";
import { expect, test } from "vitest";

import { agnhost } from "../../src/images/agnhost/agnhost.ts";
import { resourceConsumer } from "../../src/images/resource-consumer/resource-consumer.ts";
import { nonewprivs } from "../../src/images/test-images.ts";
import { createPods } from "./pods.ts";

const form = { "content-type": "application/x-www-form-urlencoded" };

test("a resource consumer uses as much of the processor and of memory as it is asked to, for as long", async () => {
  const pods = createPods();
  const pod = pods.start(resourceConsumer);
  await pods.clock.advance(100);
  const post = (path: string, body: string) => pod.ask(8080, `POST ${path}`, { headers: form, body });
  const before = pod.live.usage;
  expect((await post("/ConsumeCPU", "millicores=1500&durationSec=10")).body).toBe(
    "ConsumeCPU\n1500 millicores\n10 durationSec\n",
  );
  expect((await post("/ConsumeMem", "megabytes=100&durationSec=5")).body).toBe(
    "ConsumeMem\n100 megabytes\n5 durationSec\n",
  );
  await pods.clock.advance(4000);
  expect(pod.live.usage.memoryBytes - before.memoryBytes).toBeGreaterThan(100 * 1024 ** 2);
  await pods.clock.advance(20_000);
  expect((pod.live.usage.cpuNanoseconds - before.cpuNanoseconds) / 1e9).toBeCloseTo(15, 0);
  expect(pod.live.usage.memoryBytes - before.memoryBytes).toBeLessThan(1024 ** 2);
});

test("a resource consumer's metrics go up and down again", async () => {
  const pods = createPods();
  const pod = pods.start(resourceConsumer);
  await pods.clock.advance(100);
  await pod.ask(8080, "POST /BumpMetric", { headers: form, body: "metric=load&delta=2.5&durationSec=10" });
  const gauge = (value: string): string => `# HELP load info message.\n# TYPE load gauge\nload ${value}\n`;
  expect((await pod.ask(8080, "/Metrics")).body).toBe(gauge("2.500000"));
  await pods.clock.advance(11_000);
  expect((await pod.ask(8080, "/Metrics")).body).toBe(gauge("0.000000"));
});

test.each([
  ["/ConsumeCPU", "", 400, "Bad request. Not a POST request\n"],
  ["POST /ConsumeCPU", "millicores=1", 400, "not given function argument\n"],
  ["POST /ConsumeMem", "megabytes=x&durationSec=1", 400, "incorrect function argument\n"],
  ["POST /Sleep", "", 404, "unknown function: /Sleep\n"],
])("a resource consumer refuses %s %s", async (what, body, status, text) => {
  const pods = createPods();
  const pod = pods.start(resourceConsumer);
  await pods.clock.advance(100);
  expect(await pod.ask(8080, what, { headers: form, body })).toMatchObject({ status, body: text });
});

test("the controller of resource consumers asks in portions", async () => {
  const pods = createPods({ "resource-consumer.default.svc.cluster.local": ["10.244.0.10"] });
  const consumer = pods.start(resourceConsumer);
  const controller = pods.start(agnhost, { args: ["resource-consumer-controller"] });
  await pods.clock.advance(100);
  const body = "millicores=250&durationSec=10&requestSizeMillicores=100";
  expect((await controller.ask(8080, "POST /ConsumeCPU", { headers: form, body })).body).toBe(
    "RC manager: sending 2 requests to consume 100 millicores each and 1 request to consume 50 millicores\n" +
      "Consumed 100 millicores\nConsumed 100 millicores\nConsumed 50 millicores\n",
  );
  expect(consumer.output.stderr.match(/ConsumeCPU millicores: \d+/gu)).toHaveLength(3);
});

test("no-snat-test asks others whom they see, and its proxy passes that on", async () => {
  const pods = createPods();
  const env = (ip: string) => ({ POD_IP: ip, NODE_IP: "172.18.0.2" });
  const one = pods.start(agnhost, { args: ["no-snat-test", "--port", "80"], env: env("10.244.0.10") });
  pods.start(agnhost, { args: ["no-snat-test", "--port", "80"], env: env("10.244.0.11") });
  const proxy = pods.start(agnhost, { args: ["no-snat-test-proxy"] });
  const liar = pods.start(agnhost, { args: ["no-snat-test", "--port", "80"], env: env("10.244.0.99") });
  const lost = pods.start(agnhost, { args: ["no-snat-test"] });
  await pods.clock.advance(100);
  expect(await one.ask(80, "/checknosnat?ips=10.244.0.11")).toMatchObject({ status: 200, body: "" });
  expect((await proxy.ask(31_235, "/checknosnat?target=10.244.0.10&ips=10.244.0.11")).status).toBe(200);
  expect(await liar.ask(80, "/checknosnat?ips=10.244.0.11")).toMatchObject({
    status: 500,
    body: expect.stringContaining('Returned ip "10.244.0.13" != my Pod ip "10.244.0.99" or my Node ip "172.18.0.2"'),
  });
  expect([lost.exit.value, lost.output.stderr]).toEqual([
    { exitCode: 1 },
    "POD_IP env var was not present in the environment\n",
  ]);
});

test("audit-proxy writes each event of a list on a line", async () => {
  const pods = createPods();
  const pod = pods.start(agnhost, { args: ["audit-proxy"] });
  await pods.clock.advance(100);
  const body = JSON.stringify({ kind: "EventList", apiVersion: "audit.k8s.io/v1", items: [{ auditID: "1" }] });
  expect((await pod.ask(8080, "POST /", { body })).status).toBe(200);
  expect(pod.output.stdout).toBe('{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"1"}\n');
  expect((await pod.ask(8080, "POST /", { body: "no" })).status).toBe(500);
});

test.each([
  [true, "Effective uid: 1000\n"],
  [false, "Effective uid: 0\n"],
])("a program that belongs to root runs as root: no_new_privs is %s", async (noNewPrivileges, output) => {
  const pods = createPods();
  const user = { uid: 1000, gid: 0, name: "1000", groups: [] };
  const pod = pods.start(nonewprivs, {
    overrides: { confinement: { capabilities: 0n, seccomp: false, appArmor: true, noNewPrivileges }, user },
  });
  await pods.clock.advance(100);
  expect(pod.output.stdout).toBe(output);
});

/** Key and certificate in one text, signed by themselves. */
async function credentials(names: x509.JsonGeneralNames): Promise<string> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: ["test"] }],
    keys,
    signingAlgorithm: algorithm,
    notBefore: new Date(0),
    notAfter: new Date("2084-01-29T16:00:00Z"),
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.SubjectAlternativeNameExtension(names),
    ],
  });
  const key = KeyObject.from(keys.privateKey).export({ type: "pkcs8", format: "pem" });
  return `${String(key)}${certificate.toString("pem")}\n`;
}

test("mtlsserver tells a client the identity in its certificate", async () => {
  const server = await credentials([{ type: "dns", value: "server" }]);
  const known = await credentials([{ type: "url", value: "spiffe://cluster.local/ns/default/sa/a" }]);
  const pods = createPods({ server: ["10.244.0.10"] });
  const image = { ...agnhost, files: { "/server.pem": server, "/known.pem": known } };
  const flags = ["--listen=0.0.0.0:443", "--server-creds=/server.pem", "--spiffe-trust-bundle=/known.pem"];
  pods.start(image, { args: ["mtlsserver", ...flags] });
  const client = (bundle: string) =>
    pods.start(image, {
      args: [
        "mtlsclient",
        "--fetch-url=https://server/spiffe-echo",
        "--server-trust-bundle=/server.pem",
        `--client-cred-bundle=${bundle}`,
      ],
    });
  const [friend, stranger] = [client("/known.pem"), client("/server.pem")];
  await pods.clock.advance(11_000);
  for (let turn = 0; turn < 100; turn++) await pods.clock.settle();
  expect(friend.output.stderr).toContain(
    "Got response body: Client Identity: spiffe://cluster.local/ns/default/sa/a\n",
  );
  expect(stranger.output.stderr).toContain("while sending requests to the server: non-2xx status 401");
});
