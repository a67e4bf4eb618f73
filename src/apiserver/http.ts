import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";

import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";

import type { Clock } from "../sim/clock.ts";
import type { Log } from "../sim/log.ts";
import type { Random } from "../sim/random.ts";
import type { Credentials } from "./auth/certificates.ts";
import { answer } from "./http/answer.ts";
import { apiRequestOf } from "./http/api-request.ts";
import { readBody } from "./http/body.ts";
import { refuseConnection } from "./http/refuse-connection.ts";
import type { RequestHandler } from "./request.ts";
import { serveUpgrade } from "./streams/upgrade.ts";

export interface HttpsOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly credentials: Credentials;
  /** Client certificates that this authority signed prove who asks; others are answered 401. */
  readonly clientCaPem: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export interface HttpsServer {
  readonly port: number;
  /** As kubeconfigs name it: `https://127.0.0.1:6443`. */
  readonly url: string;
  /** Serves a byte stream that came another way than through the port: a connection of the simulated network. */
  accept(connection: Duplex): void;
  /** Cuts every connection at once. */
  close(): Promise<void>;
}

/** Larger request bodies are refused, as the real API server refuses them. */
const bodyLimitBytes: number = 3 * 1024 * 1024;
const idleConnectionMs = 90_000;
const headersTimeoutMs = 32_000;
const maxHeaderBytes = 1 << 20;

/** Serves `handler` over HTTPS (HTTP/1.1, WebSocket and SPDY/3.1). Rejects when the port is taken. */
export async function serveHttps(handler: RequestHandler, options: HttpsOptions): Promise<HttpsServer> {
  const app = createApp(options);
  const sockets = trackConnections(app);

  const serve = async ({ raw }: FastifyRequest, reply: FastifyReply): Promise<void> => {
    reply.hijack();
    const response = reply.raw;
    await answer({ raw, response, log: options.log, random: options.random }, async () => {
      const body = await readBody(raw, bodyLimitBytes);
      return handler.handle(apiRequestOf(raw, response, body));
    });
  };
  app.all("*", serve);
  app.setNotFoundHandler(serve);
  app.server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    serveUpgrade({ handler, request, socket, head, ...options });
  });

  await app.listen({ host: options.host, port: options.port });
  const { port } = app.server.address() as AddressInfo;
  return {
    port,
    url: `https://${urlHost(options.host)}:${port}`,
    accept: (connection) => app.server.emit("connection", connection),
    async close() {
      for (const socket of sockets) socket.destroy();
      await app.close();
    },
  };
}

function createApp({ credentials, clientCaPem, log }: HttpsOptions): FastifyInstance {
  const app = fastify({
    https: {
      key: credentials.keyPem,
      cert: credentials.certPem,
      ca: clientCaPem,
      requestCert: true,
      rejectUnauthorized: false,
      minVersion: "TLSv1.2",
      ALPNProtocols: ["http/1.1"],
      headersTimeout: headersTimeoutMs,
      maxHeaderSize: maxHeaderBytes,
    },
    keepAliveTimeout: idleConnectionMs,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: maxHeaderBytes },
    clientErrorHandler(error, socket) {
      log.write("debug", `not HTTP: ${error.message}`);
      refuseConnection(error, socket);
    },
    frameworkErrors(_error, _request, reply) {
      reply.hijack();
      reply.raw.writeHead(400, { "content-type": "text/plain; charset=utf-8" }).end("400 Bad Request");
    },
  });
  // Bodies are read by readBody: whatever their content type, and with every method.
  for (const method of methodsWithBody) app.addHttpMethod(method, { hasBody: false, overrideExisting: true });
  return app;
}

const methodsWithBody = ["DELETE", "OPTIONS", "PATCH", "POST", "PUT"];

function trackConnections(app: FastifyInstance): ReadonlySet<Duplex> {
  const sockets = new Set<Duplex>();
  app.server.on("connection", (socket: Duplex) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  return sockets;
}

function urlHost(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}
