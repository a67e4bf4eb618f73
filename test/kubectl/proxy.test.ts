import { request } from "node:http";
import { duplexPair, type Duplex } from "node:stream";

import { afterAll, beforeAll, expect, test } from "vitest";

import { type Cluster, createCluster } from "../../src/index.ts";
import { kubeconfigInMemory } from "../../src/kubectl/kubeconfig.ts";
import { kubectl } from "../../src/kubectl/kubectl.ts";

const site: Readonly<Record<string, string>> = { "/site/a.txt": "text", "/site/sub/index.html": "<p>page" };

let cluster: Cluster;
beforeAll(async () => {
  cluster = await createCluster({ nodes: 1 });
});
afterAll(() => cluster.close());

const files = {
  readBytes(path: string): Uint8Array {
    const text = site[path];
    if (text === undefined) throw new Error("ENOENT");
    return Buffer.from(text);
  },
  writeBytes() {},
  makeDirectory() {},
  list: (path: string) => ({ "/site": ["/site/a.txt", "/site/sub"], "/site/sub": ["/site/sub/index.html"] })[path],
};

async function startProxy(...args: readonly string[]): Promise<(path: string, host?: string) => Promise<string>> {
  const stop = new AbortController();
  const open = await new Promise<(socket: Duplex) => void>((resolve) => {
    const io = {
      stdin: (async function* () {})(),
      out: async () => undefined,
      err: async () => undefined,
      interrupt: stop.signal,
      terminal: undefined,
      readFile: () => "",
      files,
      listen: async (_place: object, accept: (socket: Duplex) => void) => {
        resolve(accept);
        return { port: 8001, close() {} };
      },
    };
    const connection = {
      transport: cluster.transport,
      namespace: "default",
      kubeconfig: kubeconfigInMemory("default"),
    };
    void kubectl(["proxy", ...args], { connect: () => connection, io, clock: cluster.clock });
  });
  return (path, host = "localhost:8001") =>
    new Promise((resolve, reject) => {
      const [mine, theirs] = duplexPair();
      open(theirs);
      const asked = request({ path, headers: { host }, createConnection: () => mine }, async (response) => {
        const text = Buffer.concat(await response.toArray()).toString();
        resolve(`${response.statusCode} ${response.headers.location ?? text.trimEnd()}`);
      });
      asked.on("error", reject).end();
    });
}

test("the API is below its prefix, files are below theirs, and nothing is elsewhere", async () => {
  const get = await startProxy("--www", "/site", "--api-prefix=/custom");
  expect(await get("/custom/healthz")).toBe("200 ok");
  expect(await get("/custom")).toBe("301 /custom/");
  expect(await get("/healthz")).toBe("404 404 page not found");
  expect(await get("/static/a.txt")).toBe("200 text");
  expect(await get("/static/sub")).toBe("301 sub/");
  expect(await get("/static/sub/")).toBe("200 <p>page");
  expect(await get("/static/")).toContain('<a href="sub/">sub/</a>');
  expect(await get("/static/%2e%2e/secret")).toBe("404 404 page not found");
});

test("what the filter does not let pass is forbidden", async () => {
  const get = await startProxy();
  expect(await get("/healthz", "evil.example.com")).toBe("403 Forbidden");
  expect(await get("/api/v1/namespaces/default/pods/web/exec")).toBe("403 Forbidden");
  const open = await startProxy("--reject-paths=^/healthz$", "--accept-hosts=.*");
  expect([await open("/healthz"), await open("/readyz", "any")]).toEqual(["403 Forbidden", "200 ok"]);
  expect(await (await startProxy("--disable-filter"))("/healthz", "evil.example.com")).toBe("200 ok");
});

async function startedWith(...args: readonly string[]): Promise<{ place: object | undefined; said: string }> {
  const stop = new AbortController();
  const seen: { place: object | undefined; said: string } = { place: undefined, said: "" };
  const say = async (bytes: string | Uint8Array): Promise<void> => {
    seen.said += Buffer.from(bytes).toString();
  };
  const io = {
    stdin: (async function* () {})(),
    out: say,
    err: say,
    interrupt: stop.signal,
    terminal: undefined,
    readFile: () => "",
    listen: async (place: object) => {
      seen.place = place;
      stop.abort();
      return { port: 8001, close() {} };
    },
  };
  const connection = { transport: cluster.transport, namespace: "default", kubeconfig: kubeconfigInMemory("default") };
  await kubectl(["proxy", ...args], { connect: () => connection, io, clock: cluster.clock });
  return seen;
}

test("it listens on a Unix socket instead of a port", async () => {
  expect(await startedWith("--unix-socket=/tmp/api.sock")).toEqual({
    place: { path: "/tmp/api.sock" },
    said: "Starting to serve on /tmp/api.sock\n",
  });
  expect(await startedWith("-u", "/tmp/api.sock", "--port=8080")).toEqual({
    place: undefined,
    said: "error: cannot set --unix-socket and --port at the same time\n",
  });
});
