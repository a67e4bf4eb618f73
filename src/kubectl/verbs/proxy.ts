import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { pipeline } from "node:stream/promises";

import { concatBytes } from "../../api/bytes.ts";
import { numbers, values } from "../flags.ts";
import { KubectlError } from "../kubectl-error.ts";
import type { Call, Verb } from "../verb.ts";

const usualPort = 8001;

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_proxy/ */
export const proxy: Verb = {
  names: ["proxy"],
  summary: "Run a proxy to the Kubernetes API server",
  usage: "[--port=PORT] [--address=ADDRESS] [--api-prefix=prefix]",
  flags: [...numbers("port/p"), ...values("address", "api-prefix", "accept-hosts")],

  async run(call) {
    const { flags, io } = call;
    if (!io.listen) throw new KubectlError("there are no sockets to listen on here");
    const address = flags.value("address") ?? "127.0.0.1";
    const hosts = new RegExp(
      flags.value("accept-hosts") ?? String.raw`^localhost$,^127\.0\.0\.1$,^\[::1\]$`.replaceAll(",", "|"),
      "u",
    );
    const server = createServer((request, response) => void answer(request, response, { hosts, call }));
    const accept = (socket: Duplex): void => void server.emit("connection", socket);
    const listener = await io
      .listen({ port: flags.number("port") ?? usualPort, address }, accept)
      .catch((error: unknown) => {
        throw new KubectlError(
          `listen tcp ${address}:${flags.number("port") ?? usualPort}: ${error instanceof Error ? error.message : String(error)}`,
        );
      });
    await io.out(`Starting to serve on ${address}:${listener.port}\n`);
    await untilInterrupted(call, server);
    listener.close();
    return 130;
  },
};

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { hosts, call }: { hosts: RegExp; call: Call },
): Promise<void> {
  const { transport, flags } = call;
  const host = (request.headers.host ?? "").replace(/:\d+$/u, "");
  if (!hosts.test(host)) {
    response.writeHead(403, { "content-type": "text/plain" }).end("Forbidden");
    return;
  }
  const cut = new AbortController();
  response.on("close", () => cut.abort());
  try {
    const body: Uint8Array[] = [];
    for await (const chunk of request) body.push(chunk as Uint8Array);
    const prefix = flags.value("api-prefix")?.replace(/\/$/u, "") ?? "";
    const path = (request.url ?? "/").slice(request.url?.startsWith(prefix) ? prefix.length : 0) || "/";
    const content = body.length > 0 ? { body: concatBytes(body) } : {};
    const { method = "GET" } = request;
    const reply = await transport.request({ method, path, headers: passedOn(request), ...content }, cut.signal);
    const { "transfer-encoding": _encoding, connection: _connection, ...headers } = reply.headers;
    response.writeHead(reply.status, headers);
    await pipeline(reply.body, response);
  } catch (error) {
    if (cut.signal.aborted) return;
    if (!response.headersSent) response.writeHead(502);
    response.end(error instanceof Error ? error.message : String(error));
  }
}

/** Not the headers of this connection, nor credentials of another. */
function passedOn({ headers }: IncomingMessage): Record<string, string> {
  const own = new Set(["host", "connection", "authorization", "transfer-encoding", "content-length", "upgrade"]);
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]): [string, string][] => {
      return own.has(name) || value === undefined ? [] : [[name, typeof value === "string" ? value : value.join(", ")]];
    }),
  );
}

function untilInterrupted({ io }: Call, server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.on("error", reject);
    if (io.interrupt.aborted) resolve();
    io.interrupt.addEventListener("abort", () => resolve(), { once: true });
  });
}
