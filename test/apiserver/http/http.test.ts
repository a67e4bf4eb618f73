import { connect as connectTcp } from "node:net";
import { connect as connectTls } from "node:tls";
import { gunzipSync } from "node:zlib";

import { afterEach, expect, test } from "vitest";

import { notFound } from "../../../src/api/status.ts";
import { createCertificateAuthority } from "../../../src/apiserver/auth/certificates.ts";
import type { ApiRequest } from "../../../src/apiserver/request.ts";
import { RealClock } from "../../../src/sim/real-clock.ts";
import { exchange, send, startTestServer, type TestHandler, type TestServer } from "../../support/test-server.ts";

const open: TestServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function start(handler: TestHandler): Promise<TestServer> {
  const server = await startTestServer(handler);
  open.push(server);
  return server;
}

/** Answers with what it was asked. */
function echo(seen: ApiRequest[]): TestHandler {
  return {
    handle(request) {
      seen.push(request);
      return { status: 200, headers: { "content-type": "application/json" }, body: "{}" };
    },
  };
}

test("a request arrives with its raw path, query, headers, body and the client certificate's user", async () => {
  const seen: ApiRequest[] = [];
  const server = await start(echo(seen));
  const path = "/api/v1/namespaces/a%2Fb/pods?labelSelector=a%3Db&watch=0";
  await exchange(server, { method: "POST", path, headers: { "X-Thing": "1", "Content-Type": "odd/type" } }, "body");

  expect(seen[0]).toMatchObject({
    method: "POST",
    path: "/api/v1/namespaces/a%2Fb/pods",
    user: { name: "kubernetes-admin", groups: ["kubeadm:cluster-admins", "system:masters"] },
  });
  expect([...(seen[0]?.query ?? [])]).toEqual([
    ["labelSelector", "a=b"],
    ["watch", "0"],
  ]);
  expect(seen[0]?.headers["x-thing"]).toBe("1");
  expect(Buffer.from(seen[0]?.body ?? []).toString()).toBe("body");
});

test.each(["GET", "PUT", "POST", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])(
  "%s reaches the handler",
  async (method) => {
    const seen: ApiRequest[] = [];
    const server = await start(echo(seen));
    const { status } = await exchange(server, { method, path: "/x" });
    expect([status, seen[0]?.method]).toEqual([200, method]);
  },
);

test.each([{}, { "content-type": "" }, { "content-type": "nonsense" }])(
  "a body with the content type %j is taken as bytes",
  async (headers) => {
    const seen: ApiRequest[] = [];
    const server = await start(echo(seen));
    const { status } = await exchange(server, { method: "DELETE", path: "/x", headers }, "{}");
    expect([status, Buffer.from(seen[0]?.body ?? []).toString()]).toEqual([200, "{}"]);
  },
);

test("a client without a certificate has no user, and one with a stranger's certificate is Unauthorized", async () => {
  const seen: ApiRequest[] = [];
  const server = await start(echo(seen));
  const stranger = await (await createCertificateAuthority(Date.now())).issueClient("eve", ["system:masters"]);
  const asStranger = { path: "/x", cert: stranger.certPem, key: stranger.keyPem };

  await exchange(server, { path: "/x", cert: undefined, key: undefined });
  const refused = await exchange(server, asStranger);
  await exchange(server, { ...asStranger, headers: { authorization: "Bearer token" } });

  expect(seen.map(({ user, headers }) => [user, headers["authorization"]])).toEqual([
    [undefined, undefined],
    [undefined, "Bearer token"],
  ]);
  expect(refused.status).toBe(401);
  expect(JSON.parse(refused.body.toString())).toMatchObject({ kind: "Status", reason: "Unauthorized" });
});

test("every response has the API server's headers", async () => {
  const server = await start({
    handle: () => ({ status: 201, headers: { "content-type": "application/json", warning: ["a", "b"] }, body: "{}" }),
  });
  const { status, headers } = await exchange(server, { path: "/x" });

  expect(status).toBe(201);
  expect(headers).toMatchObject({
    "audit-id": expect.stringMatching(/^[0-9a-f-]{36}$/u),
    "cache-control": "no-cache, private",
    "content-length": "2",
    "content-type": "application/json",
    date: expect.any(String),
    warning: "a, b",
  });
});

test("HEAD answers with the headers alone", async () => {
  const server = await start({ handle: () => ({ status: 200, headers: {}, body: "12345" }) });
  const { headers, body } = await exchange(server, { method: "HEAD", path: "/x" });
  expect([headers["content-length"], body.length]).toEqual(["5", 0]);
});

test.each([
  [131_071, "gzip, deflate", undefined],
  [131_072, "gzip, deflate", "gzip"],
  [131_072, "identity", undefined],
])("a body of %d bytes for a client that accepts %s is sent as %s", async (size, accepted, encoding) => {
  const text = "ä".repeat(size / 2).padEnd(size - Math.floor(size / 2), "x");
  const server = await start({ handle: () => ({ status: 200, headers: {}, body: text }) });
  const { headers, body } = await exchange(server, { path: "/x", headers: { "accept-encoding": accepted } });

  expect(headers["content-encoding"]).toBe(encoding);
  expect((encoding ? gunzipSync(body) : body).toString()).toBe(text);
});

test("a body beyond 3 MiB is refused with a Status, and one just below is taken", async () => {
  const seen: ApiRequest[] = [];
  const server = await start(echo(seen));
  const limit = 3 * 1024 * 1024;
  const refused = await exchange(server, { method: "POST", path: "/x" }, Buffer.alloc(limit + 1));
  const taken = await exchange(server, { method: "POST", path: "/x" }, Buffer.alloc(limit));

  expect(refused.status).toBe(413);
  expect(JSON.parse(refused.body.toString())).toMatchObject({
    reason: "RequestEntityTooLarge",
    message: "Request entity too large: limit is 3145728",
  });
  expect([taken.status, seen[0]?.body.length]).toEqual([200, limit]);
});

test("an ApiError is its Status; any other error is logged and an internal error", async () => {
  const server = await start({
    handle({ path }) {
      throw path === "/bug" ? new TypeError("oops") : notFound({ group: "", plural: "pods" }, "web");
    },
  });
  const missing = await exchange(server, { path: "/pod" });
  expect([missing.status, server.errors()]).toEqual([404, []]);
  expect(JSON.parse(missing.body.toString())).toMatchObject({ kind: "Status", message: 'pods "web" not found' });

  const bug = await exchange(server, { path: "/bug" });
  expect(bug.status).toBe(500);
  expect(JSON.parse(bug.body.toString())).toMatchObject({ kind: "Status", reason: "InternalError" });
  expect(server.errors()).toEqual([expect.stringContaining("TypeError: oops")]);
});

test("a stream's headers come before its first chunk, and its end when the client goes is told to the handler", async () => {
  let say = (_text: string): void => {};
  let left = (): void => {};
  const gone = new Promise<void>((resolve) => {
    left = resolve;
  });
  const server = await start({
    handle({ signal }) {
      async function* body(): AsyncGenerator<string> {
        try {
          while (!signal.aborted) {
            yield await new Promise<string>((resolve) => {
              say = resolve;
              signal.addEventListener("abort", () => resolve(""));
            });
          }
        } finally {
          left();
        }
      }
      return { status: 200, headers: { "content-type": "application/json" }, body: body() };
    },
  });
  const { response, request } = await send(server, { path: "/watch" });
  const chunks = response[Symbol.asyncIterator]();
  for (const text of ["one", "two"]) {
    const next = chunks.next();
    say(text);
    expect(String((await next).value)).toBe(text);
  }
  request.destroy();
  await gone;
  expect(server.errors()).toEqual([]);
});

test("a stream waits for a slow reader", async () => {
  const chunks = 400;
  let made = 0;
  async function* body(): AsyncGenerator<Buffer> {
    for (; made < chunks; made++) yield Buffer.alloc(65_536, made);
  }
  const server = await start({
    handle: ({ path }) => ({ status: 200, headers: {}, body: path === "/log" ? body() : "" }),
  });
  const { response } = await send(server, { path: "/log" });
  response.pause();
  for (let before = -1; before < made;) {
    before = made;
    await exchange(server, { path: "/meanwhile" });
  }
  const madeUnread = made;
  let received = 0;
  for await (const chunk of response) received += (chunk as Buffer).length;

  expect(madeUnread).toBeLessThan(chunks);
  expect(received).toBe(chunks * 65_536);
});

test.each(["GARBAGE\r\n\r\n", "\0\u0001\u0002\u0003", "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n"])(
  "malformed HTTP is answered or closed, and the server lives: %j",
  async (text) => {
    const server = await start(echo([]));
    const socket = connectTls({ port: server.port, host: "127.0.0.1", ca: server.caPem });
    socket.end(text);
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);

    expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1.1 400 Bad Request/u);
    expect((await exchange(server, { path: "/x" })).status).toBe(200);
    expect(server.errors()).toEqual([]);
  },
);

test("plain HTTP on the TLS port is closed, and the server lives", async () => {
  const server = await start(echo([]));
  const socket = connectTcp(server.port, "127.0.0.1");
  socket.end("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  await new Promise((resolve) => socket.resume().on("error", resolve).on("close", resolve));
  expect((await exchange(server, { path: "/x" })).status).toBe(200);
});

test("closing cuts open streams at once, and nothing listens any more", async () => {
  const server = await startTestServer({
    handle: ({ signal }) => ({
      status: 200,
      headers: {},
      body: (async function* () {
        await new Promise((resolve) => {
          signal.addEventListener("abort", resolve);
        });
        yield "";
      })(),
    }),
  });
  const { response } = await send(server, { path: "/watch" });
  const ended = new Promise((resolve) => response.on("error", resolve).on("close", resolve));
  await server.close();
  await ended;
  await expect(exchange(server, { path: "/x" })).rejects.toMatchObject({ code: "ECONNREFUSED" });
});

test("a port that is taken is refused", async () => {
  const server = await start(echo([]));
  const { serveHttps } = await import("../../../src/apiserver/http.ts");
  const again = serveHttps(
    { handle: () => Promise.reject(new Error("unused")), open: () => Promise.reject(new Error("unused")) },
    {
      host: "127.0.0.1",
      port: server.port,
      credentials: server.admin,
      clientCaPem: server.caPem,
      clock: new RealClock(),
      random: new (await import("../../../src/sim/random.ts")).Random(1),
      log: { write: () => {} },
    },
  );
  await expect(again).rejects.toMatchObject({ code: "EADDRINUSE" });
});

test("a proxy may ask for a whole URL", async () => {
  const seen: ApiRequest[] = [];
  const server = await start(echo(seen));
  for (const path of ["https://elsewhere/api/v1/pods?limit=1", "http://elsewhere"]) await exchange(server, { path });
  expect(seen.map(({ path }) => path)).toEqual(["/api/v1/pods", "/"]);
  expect(seen[0]?.query.get("limit")).toBe("1");
});
