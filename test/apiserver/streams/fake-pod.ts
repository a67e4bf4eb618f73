import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { Duplex } from "node:stream";

import { decodeText, encodeText } from "../../../src/api/bytes.ts";
import { notFound } from "../../../src/api/status.ts";
import type { ApiRequest, ApiResponse, Session } from "../../../src/apiserver/request.ts";
import type { SessionStreams } from "../../../src/client/node-agents.ts";
import { NetworkError } from "../../../src/network/network.ts";
import type { TestHandler } from "../../support/test-server.ts";

export const bigBytes = 20 * 1024 * 1024;

/** One pod "web" that knows a few commands; `sessions` tells what was asked and how it ended. */
export interface FakePod extends TestHandler {
  readonly sessions: { readonly query: string; readonly tty: boolean; ended?: string }[];
  /** Whether the last `/endless` stream's client has left; asking forgets it. */
  cancelled(): boolean;
  close(): void;
}

/** Port 80 answers every path with 20 MiB, POST with the number of bytes received. Other ports refuse. */
export async function startFakePod(): Promise<FakePod> {
  const web = createServer((request, response) => {
    if (request.method === "GET") {
      response.end(Buffer.alloc(bigBytes, "x"));
      return;
    }
    let length = 0;
    request.on("data", (chunk: Buffer) => (length += chunk.length));
    request.on("end", () => response.end(`received ${length}`));
  });
  await new Promise<void>((resolve) => {
    web.listen(0, "127.0.0.1", resolve);
  });
  const { port: webPort } = web.address() as AddressInfo;
  const sessions: FakePod["sessions"] = [];
  let left = false;

  return {
    sessions,
    cancelled() {
      const was = left;
      left = false;
      return was;
    },
    handle: (request) => (request.path === "/endless" ? endless(request, () => (left = true)) : handle(request)),
    open: (request) =>
      request.path.endsWith("/portforward") ? portForward(request, webPort) : command(request, sessions),
    close() {
      web.closeAllConnections();
      web.close();
    },
  };
}

function portForward({ query }: ApiRequest, webPort: number): Session {
  return {
    kind: "portforward",
    ports: query.getAll("ports").map(Number),
    async dial(port) {
      if (port === 82) return farewell();
      if (port !== 80) throw new NetworkError("ECONNREFUSED");
      const socket = connect({ port: webPort, host: "127.0.0.1", allowHalfOpen: true });
      await new Promise((resolve, reject) => socket.on("connect", resolve).on("error", reject));
      return socket;
    },
  };
}

/** A pod that says all it has to say, and listens on. */
function farewell(): Duplex {
  return new Duplex({
    allowHalfOpen: true,
    read() {
      this.push("farewell");
      this.push(null);
    },
    write(_bytes, _encoding, done) {
      done();
    },
  });
}

function command({ path, query }: ApiRequest, sessions: FakePod["sessions"]): Session {
  if (!path.includes("/pods/web/")) throw notFound({ group: "", plural: "pods" }, path.split("/").at(-2) ?? "");
  const wants = {
    stdin: query.get("stdin") === "true",
    stdout: query.get("stdout") === "true",
    stderr: query.get("stderr") === "true",
    tty: query.get("tty") === "true",
  };
  const session: FakePod["sessions"][number] = { query: query.toString(), tty: wants.tty };
  sessions.push(session);
  return {
    kind: "command",
    wants,
    async run(streams) {
      const argv = path.endsWith("/attach") ? ["cat"] : query.getAll("command");
      try {
        const code = await run(argv, streams);
        session.ended = `exit ${code}`;
        return code;
      } catch (error) {
        session.ended = String(error);
        throw error;
      }
    },
  };
}

async function run(argv: readonly string[], streams: SessionStreams): Promise<number> {
  const say = (text: string): Promise<void> => streams.stdout?.write(encodeText(text)) ?? Promise.resolve();
  const [name, operand = ""] = argv;
  switch (name) {
    case "echo":
      await say(`${operand}\n`);
      return 0;
    case "complain":
      await streams.stderr?.write(encodeText(`${operand}\n`));
      return 3;
    case "cat":
      for await (const bytes of streams.stdin ?? []) await streams.stdout?.write(bytes);
      return 0;
    case "count": {
      let length = 0;
      for await (const bytes of streams.stdin ?? []) length += bytes.length;
      await say(`${length}\n`);
      return 0;
    }
    case "big":
      for (let sent = 0; sent < bigBytes; sent += 65_536) await streams.stdout?.write(Buffer.alloc(65_536, "y"));
      return 0;
    case "sizes": {
      for await (const { width, height } of streams.sizes ?? []) {
        await say(`${width}x${height}\n`);
        return 0;
      }
      return 1;
    }
    case "hang":
      await say("hanging\n");
      if (!streams.hangUp.aborted) {
        await new Promise((resolve) => {
          streams.hangUp.addEventListener("abort", resolve);
        });
      }
      return 129;
    case "missing":
      throw notFound({ group: "", plural: "commands" }, operand);
    default:
      throw new Error(`the fake pod has no ${name}`);
  }
}

const documents: Readonly<Record<string, object>> = {
  "/api": { kind: "APIVersions", versions: ["v1"] },
  "/apis": { kind: "APIGroupList", apiVersion: "v1", groups: [] },
  "/api/v1": {
    kind: "APIResourceList",
    groupVersion: "v1",
    resources: [{ name: "pods", singularName: "pod", namespaced: true, kind: "Pod", verbs: ["get", "list"] }],
  },
  "/api/v1/namespaces/default/pods/web": {
    kind: "Pod",
    apiVersion: "v1",
    metadata: { name: "web", namespace: "default" },
    spec: { containers: [{ name: "web", image: "web", stdin: true, ports: [{ containerPort: 80 }] }] },
    status: { phase: "Running" },
  },
};

/** One line, then nothing for as long as the client stays. */
function endless({ signal }: ApiRequest, onLeft: () => void): ApiResponse {
  async function* body(): AsyncGenerator<string> {
    yield "first\n";
    if (!signal.aborted) {
      await new Promise((resolve) => {
        signal.addEventListener("abort", resolve);
      });
    }
  }
  signal.addEventListener("abort", onLeft);
  return { status: 200, headers: { "content-type": "text/plain" }, body: body() };
}

function echo({ method, path, query, headers, user, body }: ApiRequest): ApiResponse {
  const contentType = headers["content-type"];
  const seen = { method, path, query: [...query], contentType, user: user?.name, body: decodeText(body) };
  return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(seen) };
}

function handle(request: ApiRequest): ApiResponse {
  const { path, query } = request;
  if (path === "/echo") return echo(request);
  if (path.endsWith("/log")) {
    return { status: 200, headers: { "content-type": "text/plain" }, body: lines(["one\n", "two\n"]) };
  }
  if (query.get("watch") === "true") {
    const body = lines(['{"type":"ADDED","object":{}}\n{"type":', '"DELETED","object":{}}\n']);
    return { status: 200, headers: { "content-type": "application/json" }, body };
  }
  const document = documents[path];
  if (!document) throw notFound({ group: "", plural: "things" }, path);
  return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(document) };
}

async function* lines(texts: readonly string[]): AsyncGenerator<string> {
  yield* texts;
}
