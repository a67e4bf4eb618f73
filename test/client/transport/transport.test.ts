import { afterAll, beforeAll, describe, expect, test } from "vitest";

import {
  type ByteSink,
  type ByteSource,
  concatBytes,
  decodeText,
  encodeText,
  readAll,
} from "../../../src/api/bytes.ts";
import { inProcessTransport } from "../../../src/apiserver/in-process-transport.ts";
import { httpsTransport } from "../../../src/client/https-transport.ts";
import { transportTarget } from "../../../src/client/transport-target.ts";
import type { Transport } from "../../../src/client/transport.ts";
import { bigBytes, type FakePod, startFakePod } from "../../apiserver/streams/fake-pod.ts";
import { completed, startTestServer, type TestServer } from "../../support/test-server.ts";

const web = "/api/v1/namespaces/default/pods/web";
let pod: FakePod;
let server: TestServer;
beforeAll(async () => {
  pod = await startFakePod();
  server = await startTestServer(pod);
});
afterAll(async () => {
  expect(server.errors()).toEqual([]);
  await server.close();
  pod.close();
});

const admin = { name: "kubernetes-admin", groups: ["system:masters"] };
const transports: readonly (readonly [string, () => Transport])[] = [
  ["HTTPS", () => httpsTransport(transportTarget(server.kubeconfig))],
  [
    "in process",
    () => inProcessTransport(completed(pod), admin, { write: (level, text) => expect([level, text]).toEqual([]) }),
  ],
];

/** One suite for both: a client cannot tell them apart. */
describe.each(transports)("a transport over %s", (_name, create) => {
  let transport: Transport;
  beforeAll(() => {
    transport = create();
  });
  afterAll(() => transport.close());

  test("brings a response with lower-case headers", async () => {
    const { status, headers, body } = await transport.request({ method: "GET", path: web });
    expect([status, headers["content-type"]]).toEqual([200, "application/json"]);
    expect(JSON.parse(decodeText(await readAll(body)))).toMatchObject({ kind: "Pod" });
  });

  test("brings an error as a response", async () => {
    const { status, body } = await transport.request({ method: "GET", path: "/missing" });
    expect([status, JSON.parse(decodeText(await readAll(body)))]).toMatchObject([404, { reason: "NotFound" }]);
  });

  test.each(["POST", "PUT", "PATCH", "DELETE"])("sends method, query, headers and body of a %s", async (method) => {
    const headers = { "Content-Type": "application/json" };
    const { body } = await transport.request({ method, path: "/echo?a=b%20c&a=d", headers, body: '{"ä":1}' });
    expect(JSON.parse(decodeText(await readAll(body)))).toEqual({
      method,
      path: "/echo",
      query: [
        ["a", "b c"],
        ["a", "d"],
      ],
      contentType: "application/json",
      user: "kubernetes-admin",
      body: '{"ä":1}',
    });
  });

  test("streams a body, and leaving it early tells the server", async () => {
    const { body } = await transport.request({ method: "GET", path: "/endless" });
    for await (const chunk of body) {
      expect(decodeText(chunk)).toBe("first\n");
      break;
    }
    await expect.poll(() => pod.cancelled()).toBe(true);
  });

  test("an aborted request rejects or its body ends", async () => {
    const abort = new AbortController();
    const { body } = await transport.request({ method: "GET", path: "/endless" }, abort.signal);
    const read = readAll(body).then(decodeText, () => "rejected");
    abort.abort();
    expect(["first\n", "rejected", ""]).toContain(await read);
    await expect.poll(() => pod.cancelled()).toBe(true);
  });

  test.each([
    { command: "echo", operand: "hi", out: "hi\n", error: "", status: { status: "Success" } },
    {
      command: "complain",
      operand: "no",
      out: "",
      error: "no\n",
      status: {
        status: "Failure",
        reason: "NonZeroExitCode",
        message: "command terminated with non-zero exit code: exit status 3",
        details: { causes: [{ reason: "ExitCode", message: "3" }] },
      },
    },
    {
      command: "missing",
      operand: "sh",
      out: "",
      error: "",
      status: { reason: "InternalError", code: 500, message: 'Internal error occurred: commands "sh" not found' },
    },
  ])("runs $command in a container and tells how it ended", async ({ command, operand, out, error, status }) => {
    const stdout = collector();
    const stderr = collector();
    const path = `${web}/exec?command=${command}&command=${operand}&stdout=true&stderr=true`;
    const ended = await transport.openSession(path, { stdout, stderr, tty: false });
    expect([ended, stdout.text(), stderr.text()]).toMatchObject([status, out, error]);
  });

  test("sends input to its end", async () => {
    const stdout = collector();
    const path = `${web}/exec?command=cat&stdin=true&stdout=true`;
    const ended = await transport.openSession(path, { stdin: source("one\n", "two\n"), stdout, tty: false });
    expect([ended.status, stdout.text()]).toEqual(["Success", "one\ntwo\n"]);
  });

  test("tells the size of the terminal", async () => {
    const stdout = collector();
    const path = `${web}/exec?command=sizes&stdin=true&stdout=true&tty=true`;
    async function* sizes(): AsyncGenerator<{ width: number; height: number }> {
      yield { width: 80, height: 24 };
    }
    await transport.openSession(path, { stdin: source(), stdout, tty: true, sizes: sizes() });
    expect(stdout.text()).toBe("80x24\n");
  });

  test("a session that is refused rejects with the server's words", async () => {
    const session = transport.openSession("/api/v1/namespaces/default/pods/nope/exec?command=ls", { tty: false });
    await expect(session).rejects.toMatchObject({ code: 404, reason: "NotFound", message: 'pods "nope" not found' });
  });

  test("an aborted session hangs up", async () => {
    const abort = new AbortController();
    const stdout = { write: async () => abort.abort(), close: () => {} };
    const path = `${web}/exec?command=hang&stdout=true`;
    const session = transport.openSession(path, { stdout, tty: false }, abort.signal);
    await expect(session).rejects.toMatchObject({ code: "ECONNRESET" });
    await expect.poll(() => pod.sessions.at(-1)?.ended).toBe("exit 129");
  });

  test("carries a forwarded port both ways", async () => {
    const connection = await transport.openPort(web, 80);
    connection.write("GET / HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n");
    let received = 0;
    for await (const chunk of connection) received += (chunk as Uint8Array).length;
    expect(received).toBeGreaterThan(bigBytes);
  });

  test("a forwarded port where nobody listens says so", async () => {
    const use = async (): Promise<void> => {
      const connection = await transport.openPort(web, 81);
      await readAll(connection);
    };
    await expect(use()).rejects.toMatchObject({
      code: "ECONNREFUSED",
      message:
        "error forwarding port 81 to pod web, uid : failed to connect to localhost:81 inside namespace, " +
        "IPv4: dial tcp4 127.0.0.1:81: connect: connection refused",
    });
  });
});

describe("a kubeconfig's target", () => {
  const clusters = [{ name: "c", cluster: { server: "https://host:1/prefix", "certificate-authority-data": "Q0E=" } }];
  const contexts = [
    { name: "one", context: { cluster: "c", user: "u" } },
    { name: "two", context: { cluster: "gone" } },
  ];

  test.each([
    [{ token: "abc" }, { authorization: "Bearer abc" }],
    [{ username: "u", password: "p" }, { authorization: "Basic dTpw" }],
    [
      { token: "abc", as: "jane" },
      { authorization: "Bearer abc", "impersonate-user": "jane" },
    ],
    [{}, {}],
  ])("%j becomes the headers %j", (user, headers) => {
    const target = transportTarget({ clusters, contexts, users: [{ name: "u", user }], "current-context": "one" });
    expect(target).toEqual({ server: new URL("https://host:1/prefix"), tls: { ca: "CA" }, headers });
  });

  test.each([
    [{ context: "two" }, 'cluster "gone" does not exist'],
    [{ context: "three" }, 'context "three" does not exist'],
  ])("%j is refused: %s", (options, message) => {
    expect(() => transportTarget({ clusters, contexts }, options)).toThrow(message);
  });

  test("what is not supported is said", () => {
    const users = [{ name: "u", user: { exec: { command: "aws" } } }];
    expect(() => transportTarget({ clusters, contexts, users }, { context: "one" })).toThrow("exec is not supported");
  });
});

function collector(): ByteSink & { text(): string } {
  const chunks: Uint8Array[] = [];
  return {
    write: async (bytes) => void chunks.push(bytes),
    close: () => {},
    text: () => decodeText(concatBytes(chunks)),
  };
}

async function* source(...texts: readonly string[]): ByteSource & AsyncGenerator<Uint8Array> {
  for (const text of texts) yield encodeText(text);
}
