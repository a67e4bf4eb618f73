import { connect } from "node:tls";

import { expect, test } from "vitest";

import { agnhost } from "../../src/images/agnhost/agnhost.ts";
import { localhostCertificate } from "../../src/images/self-signed.ts";
import { httpExchange } from "../../src/network/http-client.ts";
import { createPods, type Pod, type Pods, type StartOptions } from "./pods.ts";

async function started(args: readonly string[], options: StartOptions = {}): Promise<{ pods: Pods; pod: Pod }> {
  const pods = createPods();
  const pod = pods.start(agnhost, { args, name: "test-pod", ...options });
  await pods.clock.advance(100);
  return { pods, pod };
}

async function outcome(args: readonly string[], forMs = 1000): Promise<Pick<Pod, "output" | "exit">> {
  const { pods, pod } = await started(args);
  await pods.clock.advance(forMs);
  return pod;
}

test("agnhost pauses until it is told to end, with its own exit code", async () => {
  const { pods, pod } = await started([]);
  const paused = pods.start(agnhost);
  await pods.clock.advance(10);
  expect(paused.output.stdout).toBe("Paused\n");
  void paused.live.stop(1000);
  await pods.clock.advance(10);
  expect(paused.exit.value).toEqual({ exitCode: 2 });
  expect(pod.output.stdout).toContain("Available Commands:");
});

test.each([
  ["/hostname", 200, "test-pod"],
  ["/hostName", 200, "test-pod"],
  ["/echo?msg=hi%20there", 200, "hi there"],
  ["/echo?msg=no&code=503", 503, "no"],
  ["/echo?msg=x&code=y", 200, `argument 'code' must be an integer or empty, got "y"\n`],
  ["/clientip", 200, expect.stringMatching(/^10\.244\.0\.9:\d+$/u)],
  ["/healthz", 200, ""],
  ["/header?key=X-Test", 200, "yes"],
  ["/shell?cmd=echo%20hi", 200, '{"output":"hi\\n"}'],
  ["/shell?shellCommand=echo%20no%20%3E%262%3B%20exit%203", 200, '{"error":"exit status 3","output":"no\\n"}'],
  ["/dial?host=10.244.0.10&port=8080&request=hostname&tries=2", 200, '{"responses":["test-pod","test-pod"]}'],
  ["/dial?host=10.244.0.10&port=8081&protocol=udp&request=hostname", 200, '{"responses":["test-pod"]}'],
  [
    "/dial?host=10.244.0.10&port=1&request=hostname",
    200,
    '{"errors":["Get \\"http://10.244.0.10:1/hostname\\": dial tcp 10.244.0.10:1: connect: connection refused"]}',
  ],
  ["/dial?host=10.244.0.10&port=1", 400, "request parameter not specified. <nil>\n"],
  ["/redirect?location=/echo&code=307", 307, '<a href="/echo">Temporary Redirect</a>.\n\n'],
  ["/anything/else", 200, expect.stringMatching(/^NOW: 2025-01-31 12:00:00/u)],
])("netexec answers %s", async (url, status, body) => {
  const { pod } = await started(["netexec"]);
  expect(await pod.ask(8080, url, { headers: { "x-test": "yes" } })).toMatchObject({ status, body });
});

test("netexec ends with the code it is asked for", async () => {
  const { pods, pod } = await started(["netexec", "--http-port=80"]);
  await expect(pod.ask(80, "/exit?code=7&wait=1s")).rejects.toThrow("ECONNRESET");
  await pods.clock.advance(2000);
  expect(pod.exit.value).toEqual({ exitCode: 7 });
});

test("netexec keeps uploaded files, ready to run", async () => {
  const { pod } = await started(["netexec"]);
  const body =
    '--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n#!/bin/sh\necho ran\n\r\n--x--\r\n';
  const headers = { "content-type": "multipart/form-data; boundary=x", "content-length": String(body.length) };
  const reply = await pod.ask(8080, "POST /upload", { headers, body });
  const { output } = JSON.parse(reply.body) as { output: string };
  expect([reply.status, output]).toEqual([201, expect.stringMatching(/^\/uploads\/upload\d+$/u)]);
  expect((await pod.exec([output])).stdout).toBe("ran\n");
});

test("serve-hostname serves HTTP, TCP or UDP, and lingers after SIGTERM", async () => {
  const { pods, pod } = await started(["serve-hostname", "--port=80"]);
  expect((await pod.ask(80)).body).toBe("test-pod");
  const tcp = pods.start(agnhost, { args: ["serve-hostname", "--http=false", "--tcp", "--udp"], name: "raw" });
  await pods.clock.advance(10);
  expect((await pod.exec(["sh", "-c", `nc ${tcp.ip} 9376; echo; echo x | nc -u -w1 ${tcp.ip} 9376`])).stdout).toBe(
    "raw\nraw",
  );
  void pod.live.stop(90_000);
  await pods.clock.advance(30_000);
  expect([pod.exit.value, (await pod.ask(80)).body]).toEqual([undefined, "test-pod"]);
  await pods.clock.advance(40_000);
  expect(pod.exit.value).toEqual({ exitCode: 0 });
});

test("liveness is healthy for ten seconds", async () => {
  const { pods, pod } = await started(["liveness"]);
  expect(await pod.ask(8080, "/healthz")).toMatchObject({ status: 200, body: "ok" });
  await pods.clock.advance(11_000);
  expect(await pod.ask(8080, "/healthz")).toMatchObject({ status: 500, body: expect.stringMatching(/^error: 11\./u) });
});

test("porter serves its variables, over TLS too", async () => {
  await localhostCertificate();
  const env = { SERVE_PORT_80: "foo", SERVE_TLS_PORT_443: "secret", SERVE_PORT_1080: "bar" };
  const { pods, pod } = await started(["porter", "--json-response"], { env });
  await pods.clock.advance(1000);
  expect((await pod.ask(80)).body).toBe('{"Method":"GET","Body":"foo"}');
  const socket = connect({
    socket: await pods.network.dial("10.244.0.9", { ip: pod.ip, port: 443 }),
    rejectUnauthorized: false,
  });
  const { status } = await httpExchange(socket, {
    method: "GET",
    url: "/",
    headers: { host: "test" },
    body: new Uint8Array(),
  });
  socket.destroy();
  expect(status).toBe(200);
});

test("guestbook replicas hold what the primary is told", async () => {
  const pods = createPods({ "agnhost-primary": ["10.244.0.10"], "agnhost-replica": ["10.244.0.11"] });
  const args = ["guestbook", "--http-port", "6379"];
  const primary = pods.start(agnhost, { args });
  const replica = pods.start(agnhost, { args: [...args, "--replicaof", "agnhost-primary"] });
  const front = pods.start(agnhost, { args: ["guestbook", "--backend-port", "6379"] });
  await pods.clock.advance(2000);
  expect((await front.ask(80, "/guestbook?cmd=set&key=messages&value=hello")).body).toBe('{"message":"Updated"}');
  expect((await front.ask(80, "/guestbook?cmd=get&key=messages")).body).toBe('{"data":"hello"}');
  expect(replica.output.stderr).toContain("Registered to node: agnhost-primary");
  expect((await primary.ask(6379, "/get")).body).toBe('{"data":{"messages":"hello"}}');
});

test.each([
  [["connect", "10.244.0.10:1"], "REFUSED\n"],
  [["connect", "10.1.1.1:80", "--timeout=1s"], "TIMEOUT\n"],
  [["connect", "nosuch:80"], "DNS: lookup nosuch on 10.96.0.10:53: no such host\n"],
  [["connect", "nowhere"], "UNKNOWN: address nowhere: missing port in address\n"],
])("%s tells why it fails", async (args, stderr) => {
  const { output, exit } = await outcome(args, 3000);
  expect([output.stderr, exit.value]).toEqual([stderr, { exitCode: 1 }]);
});

test.each([
  [["entrypoint-tester", "a", "b"], "[/agnhost entrypoint-tester a b]\n"],
  [["dns-suffix"], "default.svc.cluster.local,svc.cluster.local,cluster.local\n"],
  [["dns-server-list"], "10.96.0.10\n"],
  [
    ["mounttest", "--new_file_0644=/tmp/a", "--file_perm=/tmp/a", "--file_mode=/tmp", "--file_owner=/tmp/a"],
    'content of file "/tmp/a": mount-tester new file\n\nmode of file "/tmp": dtrwxrwxrwx\nperms of file "/tmp/a": -rw-r--r--\nowner UID of "/tmp/a": 0\nowner GID of "/tmp/a": 0\n',
  ],
  [["mounttest", "--file_content=/no"], 'error reading file content for "/no": open /no: no such file or directory\n'],
  [["nosuch"], ""],
])("%s prints what it knows", async (args, stdout) => {
  expect((await outcome(args)).output.stdout).toBe(stdout);
});

test("logs-generator spreads its lines over the time", async () => {
  const { pods, pod } = await started(["logs-generator", "--log-lines-total", "10", "--run-duration", "20s"]);
  await pods.clock.advance(9000);
  const lines = pod.output.stderr.trim().split("\n");
  expect(lines).toHaveLength(5);
  expect(lines[0]).toMatch(
    /^I0131 12:00:00\.000000 +1 logs_generator\.go:76\] 0 (?:GET|POST|PUT) \/api\/v1\/namespaces\//u,
  );
});

test("an unknown subcommand and an unknown flag are told", async () => {
  expect((await outcome(["nosuch"])).output.stderr).toBe(
    'Error: unknown command "nosuch" for "app"\nRun \'app --help\' for usage.\n',
  );
  expect((await outcome(["netexec", "--nosuch"])).output.stderr).toMatch(/^Error: unknown flag: --nosuch\n/u);
});
