import { expect, test } from "vitest";

import { createImageCatalogue } from "../../src/images/catalogue.ts";
import { builtinImages } from "../../src/images/index.ts";
import type { Image } from "../../src/runtime/image.ts";
import { Random } from "../../src/sim/random.ts";
import { createPods, type Pod, type Pods, type StartOptions } from "./pods.ts";

const catalogue = createImageCatalogue({ images: builtinImages, unknownImages: "fail" });

function imageOf(name: string): Image {
  const lookup = catalogue.find(name);
  if (lookup.outcome !== "found") throw new Error(`no image ${name}`);
  return lookup.image;
}

async function started(
  name: string,
  options: StartOptions = {},
  pods: Pods = createPods(),
): Promise<{ pods: Pods; pod: Pod }> {
  const pod = pods.start(imageOf(name), { name: "shop-1", imageName: name, ...options });
  await pods.clock.advance(100);
  return { pods, pod };
}

const text = (...parts: string[]): unknown => expect.stringContaining(parts.join(""));

test.each([
  ["gcr.io/google-samples/hello-go-gke:1.0", {}, "80 /", { status: 200, body: '{"message":"Hello"}' }],
  ["hashicorp/http-echo", { args: ["-text=hello there"] }, "5678 /", { status: 200, body: "hello there\n" }],
  [
    "hashicorp/http-echo",
    { args: ["-listen=:80", "-status-code=404"] },
    "80 /",
    { status: 404, body: "hello-world\n" },
  ],
  [
    "traefik/whoami",
    { args: ["--name=me"] },
    "80 /x",
    {
      status: 200,
      body: text("Name: me\nHostname: shop-1\nIP: 127.0.0.1\nIP: ::1\nIP: 10.244.0.10\nRemoteAddr: 10.244.0.9:"),
    },
  ],
  [
    "traefik/whoami:v1.10",
    {},
    "80 /api",
    { status: 200, body: text('{"hostname":"shop-1","ip":["127.0.0.1","::1","10.244.0.10"]') },
  ],
  [
    "gcr.io/google-samples/hello-app:1.0",
    {},
    "8080 /",
    { status: 200, body: "Hello, world!\nVersion: 1.0.0\nHostname: shop-1\n" },
  ],
  [
    "us-docker.pkg.dev/google-samples/containers/gke/hello-app:2.0",
    {},
    "8080 /",
    { status: 200, body: text("Version: 2.0.0\n") },
  ],
  ["gcr.io/google-samples/node-hello:1.0", {}, "8080 /", { status: 200, body: "Hello Kubernetes!" }],
  ["gcr.io/kuar-demo/kuard-amd64:blue", {}, "8080 /", { status: 200, body: text("<i>v0.10.0-blue</i>") }],
  [
    "wordpress:6.2.1-apache",
    { env: { WORDPRESS_DB_HOST: "db" } },
    "80 /",
    { status: 500, body: text("<h1>Error establishing a database connection") },
  ],
  [
    "gcr.io/google-samples/kubernetes-bootcamp:v1",
    {},
    "8080 /",
    { status: 200, body: "Hello Kubernetes bootcamp! | Running on: shop-1 | v=1\n" },
  ],
  [
    "jocatalin/kubernetes-bootcamp:v2",
    {},
    "8080 /",
    { status: 200, body: "Hello Kubernetes bootcamp! | Running on: shop-1 | v=2\n" },
  ],
  [
    "registry.k8s.io/echoserver:1.10",
    { env: { POD_NAME: "p" } },
    "8080 /a?b=c",
    { status: 200, body: text("Hostname: shop-1\n\nPod Information:\n\tpod name:\tp\n") },
  ],
  [
    "registry.k8s.io/echoserver:1.4",
    {},
    "8080 /a",
    { status: 200, body: text("CLIENT VALUES:\nclient_address=10.244.0.9\ncommand=GET\nreal path=/a\nquery=nil\n") },
  ],
  [
    "kicbase/echo-server:1.0",
    {},
    "8080 /a",
    { status: 200, body: text("Request served by shop-1\n\nHTTP/1.1 GET /a\n\nHost: 10.244.0.10\n") },
  ],
  ["ealen/echo-server", {}, "80 /?echo_code=404&echo_body=amazing", { status: 404, body: '"amazing"' }],
  [
    "nginxdemos/hello:plain-text",
    {},
    "80 /a",
    {
      status: 200,
      body: text("Server address: 10.244.0.10:80\nServer name: shop-1\nDate: 31/Jan/2025:12:00:00 +0000\nURI: /a\n"),
    },
  ],
  ["nginxdemos/hello", {}, "80 /", { status: 200, body: text("<title>Hello World</title>") }],
  [
    "paulbouwer/hello-kubernetes:1.10",
    { env: { MESSAGE: "hi <b>" } },
    "8080 /",
    { status: 200, body: text("hi &lt;b&gt;") },
  ],
  [
    "jpetazzo/color",
    { name: "blue-x" },
    "80 /",
    { status: 200, body: text("🔵This is pod default/blue-x on linux/amd64, serving / for 10.244.0.9:") },
  ],
  ["luksa/kubia", {}, "8080 /", { status: 200, body: "You've hit shop-1\n" }],
  [
    "kodekloud/webapp-color",
    { args: ["--color", "green"] },
    "8080 /",
    { status: 200, body: text("background: #16a085;") },
  ],
  ["stefanprodan/podinfo:6.6.0", {}, "9898 /version", { status: 200, body: text('"version": "6.6.0"') }],
  [
    "stefanprodan/podinfo",
    { env: { PODINFO_UI_MESSAGE: "hey" } },
    "9898 /",
    { status: 200, body: text('"message": "hey"') },
  ],
  ["stefanprodan/podinfo", { command: ["./podinfo", "--unhealthy"] }, "9898 /healthz", { status: 503, body: "" }],
  ["kennethreitz/httpbin", {}, "80 /get?a=1", { status: 200, body: text('{\n  "args": {\n    "a": "1"\n  }') }],
  ["kennethreitz/httpbin", {}, "80 /status/418", { status: 418, body: text("teapot") }],
  [
    "registry.k8s.io/e2e-test-images/nautilus:1.7",
    {},
    "80 /data.json",
    { status: 200, body: text('"image": "nautilus.jpg"') },
  ],
  ["registry.k8s.io/hpa-example", {}, "80 /", { status: 200, body: "OK!" }],
  [
    "wbitt/network-multitool",
    { env: { HTTP_PORT: "1180" } },
    "1180 /",
    { status: 200, body: text("WBITT Network MultiTool (with NGINX) - shop-1 - 10.244.0.10 - HTTP: 1180") },
  ],
  ["nginxinc/nginx-unprivileged:1.27", {}, "8080 /", { status: 200, body: text("Welcome to nginx!") }],
  ["httpd:2.4", {}, "80 /", { status: 200, body: "<html><body><h1>It works!</h1></body></html>\n" }],
  ["httpd", {}, "80 /no", { status: 404, body: text("<title>404 Not Found</title>") }],
  ["surjection/stable-server", {}, "8090 /", { status: 200, body: "Hello from shop-1 (10.244.0.10)\n" }],
  [
    "python:3.13",
    { command: ["python", "-m", "http.server", "80"] },
    "80 /etc/",
    { status: 200, body: text('<a href="passwd">passwd</a>') },
  ],
] as const)("%s %j answers on %s", async (name, options, place, answer) => {
  const { pods, pod } = await started(name, options);
  const [port, url] = place.split(" ");
  expect(await pod.ask(Number(port), url)).toMatchObject(answer);
  expect(pods.errors).toEqual([]);
});

test("kuard fails as many probes as it is told to", async () => {
  const { pod } = await started("gcr.io/kuar-demo/kuard-amd64:blue");
  expect(await pod.ask(8080, "/ready")).toMatchObject({ status: 200, body: "ok" });
  await pod.ask(8080, "PUT /ready/api", { body: '{"failNext":1}' });
  expect(await pod.ask(8080, "/ready")).toMatchObject({ status: 500, body: "fail\n" });
  expect(await pod.ask(8080, "/ready")).toMatchObject({ status: 200 });
  expect((await pod.ask(8080, "/ready/api")).body).toMatch(
    /^\{"failNext":0,"history":\[\{"when":"2025-01-31T12:00:00/u,
  );
});

test("memcached keeps what it is given, for as long as that is meant to live", async () => {
  const { pods } = await started("memcached:1.6");
  const { pod } = await started("busybox", { command: ["sleep", "1000"] }, pods);
  const say = async (words: string): Promise<string> =>
    (await pod.exec(["sh", "-c", `printf '${words}\\r\\nquit\\r\\n' | nc 10.244.0.10 11211`])).stdout;
  expect(await say("set a 5 0 2\\r\\n41")).toBe("STORED\r\n");
  expect(await say("get a b")).toBe("VALUE a 5 2\r\n41\r\nEND\r\n");
  expect(await say("incr a 1\\r\\nadd a 0 0 1\\r\\nx")).toBe("42\r\nNOT_STORED\r\n");
  expect(await say("delete a\\r\\nget a\\r\\nnope")).toBe("DELETED\r\nEND\r\nERROR\r\n");
});

test("Cassandra nodes find each other through their seed, and tell who is up", async () => {
  const pods = createPods({ "cassandra-0": ["10.244.0.10"] });
  const options = { env: { CASSANDRA_SEEDS: "cassandra-0", CASSANDRA_DC: "DC1", CASSANDRA_RACK: "R1" } };
  const { pod: first } = await started("gcr.io/google-samples/cassandra:v13", options, pods);
  const other = { ...options, overrides: { random: new Random(8) } };
  const { pod: second } = await started("gcr.io/google-samples/cassandra:v13", other, pods);
  expect((await first.exec(["/ready-probe.sh"])).exitCode).toBe(0);
  const { stdout } = await second.exec(["nodetool", "status"]);
  expect(stdout).toMatch(/^Datacenter: DC1\n=+\n/u);
  expect(stdout).toMatch(/^UN {2}10\.244\.0\.10 +[\d.]+ KiB +32 +100\.0% +[\da-f-]{36} {2}R1$/mu);
  void second.live.stop(100);
  await pods.clock.advance(1000);
  expect((await first.exec(["nodetool", "status"])).stdout).toMatch(/^DN {2}10\.244\.0\.11 /mu);
});

test("WordPress asks for a title and then shows a blog of that title, once it has a database", async () => {
  const pods = createPods({ db: ["10.244.0.11"] });
  const { pod } = await started("wordpress", { env: { WORDPRESS_DB_HOST: "db" } }, pods);
  await started("mysql", { env: { MYSQL_ROOT_PASSWORD: "x" } }, pods);
  const first = await pod.ask(80, "/");
  expect([first.status, first.headers["location"]]).toEqual([302, "/wp-admin/install.php"]);
  expect((await pod.ask(80, "/wp-admin/install.php")).body).toContain("famous five-minute WordPress installation");
  const form = { body: "weblog_title=My+%26+blog" };
  expect((await pod.ask(80, "POST /wp-admin/install.php?step=2", form)).body).toContain("Success!");
  expect((await pod.ask(80, "/")).body).toContain("<title>My &amp; blog</title>");
});

test("a server that serves nobody any more ends with its SIGTERM", async () => {
  const { pods, pod } = await started("gcr.io/google-samples/kubernetes-bootcamp:v1", { command: ["node"] });
  void pod.live.stop(30_000);
  await pods.clock.advance(100);
  expect(pod.exit.value).toEqual({ exitCode: 0 });
});

test.each([
  [
    "mysql:8.0",
    {},
    1,
    "Database is uninitialized and password option is not specified\n    You need to specify one of",
  ],
  ["mariadb", {}, 1, "You need to specify one of MARIADB_ROOT_PASSWORD, MARIADB_ROOT_PASSWORD_HASH,"],
  ["postgres:17", {}, 1, "Error: Database is uninitialized and superuser password is not specified."],
  [
    "mongo",
    { env: { MONGO_INITDB_ROOT_USERNAME: "me" } },
    1,
    "error: missing 'MONGO_INITDB_ROOT_USERNAME' or 'MONGO_INITDB_ROOT_PASSWORD'",
  ],
  ["mysql:8.0", { env: { MYSQL_ROOT_PASSWORD: "x" } }, undefined, "mysqld: ready for connections."],
  ["postgres:17", { env: { POSTGRES_PASSWORD: "x" } }, undefined, "database system is ready to accept connections"],
  ["mongo", {}, undefined, '"msg":"Waiting for connections","attr":{"port":27017'],
  ["perl:5.34", { command: ["perl", "-Mbignum=bpi", "-wle", "print bpi(30)"] }, 0, "3.14159265358979323846264338328\n"],
  ["hello-world", {}, 0, "Hello from Docker!"],
  ["python", { command: ["python", "app.py"] }, 1, "running python programs is not simulated"],
  ["registry.k8s.io/pause:3.10", {}, undefined, ""],
  ["busybox", {}, 0, ""],
] as const)("%s %j ends with %s and says %j", async (name, options, exitCode, said) => {
  const { pods, pod } = await started(name, options);
  await pods.clock.advance(10_000);
  expect(pod.exit.value?.exitCode).toBe(exitCode);
  expect(pod.output.stdout + pod.output.stderr).toContain(said);
});

test("probes of databases find them up", async () => {
  const pods = createPods();
  const { pod: mysql } = await started("mysql:8", { env: { MYSQL_ALLOW_EMPTY_PASSWORD: "1" } }, pods);
  const { pod: postgres } = await started("postgres", { env: { POSTGRES_PASSWORD: "x" } }, pods);
  expect(await mysql.exec(["mysqladmin", "ping", "-h", "localhost"])).toMatchObject({
    stdout: "mysqld is alive\n",
    exitCode: 0,
  });
  expect(await mysql.exec(["mysql", "-h", "127.0.0.1", "-e", "SELECT 1"])).toMatchObject({
    stdout: "1\n1\n",
    exitCode: 0,
  });
  expect(await postgres.exec(["pg_isready", "-U", "me"])).toMatchObject({
    stdout: "/var/run/postgresql:5432 - accepting connections\n",
    exitCode: 0,
  });
});

test("stress takes the memory and the processors it is told to, and no more than its limit", async () => {
  const pods = createPods();
  const { pod: memory } = await started(
    "polinux/stress",
    { command: ["stress", "--vm", "1", "--vm-bytes", "150M", "--vm-hang", "1"] },
    pods,
  );
  expect(memory.live.usage.memoryBytes).toBeGreaterThan(150 * 1024 ** 2);
  const { pod: cpu } = await started("vish/stress", { args: ["-cpus", "2"] }, pods);
  await pods.clock.advance(10_000);
  expect(cpu.live.usage.cpuNanoseconds / 1e10).toBeCloseTo(2, 0);
  const command = ["stress", "--vm", "1", "--vm-bytes", "250M", "--vm-hang", "1"];
  const { pod: killed } = await started(
    "polinux/stress",
    { command, overrides: { memoryLimit: 100 * 1024 ** 2 } },
    pods,
  );
  expect(killed.exit.value).toMatchObject({ exitCode: 137, reason: "OOMKilled" });
});
