import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { pipeline } from "node:stream/promises";

import type { Clock } from "../sim/clock.ts";
import { headerLines, mayHaveBody, plainHeaders, withStandardHeaders } from "./http-headers.ts";
import type { HttpHandler, HttpRequest, HttpResponse } from "./http.ts";
import type { Address, Listener } from "./network.ts";

/** Whom a connection is from, as the cluster sees it; written on it, since a weak map of sockets is dear to collect. */
const asker = Symbol("asker");

type Visited = Duplex & { [asker]?: Address };

/**
 * Serves HTTP/1.1 through both doors. A connection is given to Node's own server as it is, so a real socket's bytes
 * are never copied; that server is made for the first connection and never listens. A handler that fails ends the
 * connection, as a server that crashes does.
 */
export function httpListener(handler: HttpHandler, clock: Clock): Listener {
  const handle: HttpHandler = (request) => {
    const response = handler(request);
    return response instanceof Promise
      ? response.then((one) => withStandardHeaders(one, clock))
      : withStandardHeaders(response, clock);
  };
  let server: Server | undefined;
  return {
    handle,
    accept(connection, remote) {
      server ??= serverFor((request, response) => {
        respond(handler, { request, response, remote: (request.socket as Visited)[asker] ?? remote, clock });
      });
      (connection as Visited)[asker] = remote;
      server.emit("connection", connection);
    },
  };
}

function serverFor(onRequest: (request: IncomingMessage, response: ServerResponse) => void): Server {
  const server = createServer(
    { connectionsCheckingInterval: 2 ** 31 - 1, requestTimeout: 0, headersTimeout: 0 },
    onRequest,
  );
  // Idle connections end with their client or their pod; a wall-clock timer has no place in the cluster's time.
  server.keepAliveTimeout = 0;
  server.timeout = 0;
  server.on("clientError", (_error, socket) => {
    if (socket.writable) socket.end(notHttp);
    else socket.destroy();
  });
  return server;
}

/** To whom speaks something else: `echo hello | nc web 80` is how people look whether a port is open. */
const notHttp =
  "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request";

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly remote: Address;
  readonly clock: Clock;
}

/** Without a turn of its own where the answer is there at once. */
function respond(handler: HttpHandler, exchange: Exchange): void {
  const { request, response, remote } = exchange;
  const fail = (error: unknown): void => {
    request.socket.destroy(error instanceof Error ? error : new Error(String(error)));
  };
  response.sendDate = false;
  try {
    const answer = handler(requestFrom(request, remote));
    if (answer instanceof Promise) answer.then((late) => write(exchange, late)).catch(fail);
    else write(exchange, answer)?.catch(fail);
  } catch (error) {
    fail(error);
  }
}

function requestFrom(request: IncomingMessage, remote: Address): HttpRequest {
  return {
    method: request.method ?? "GET",
    url: request.url ?? "/",
    headers: plainHeaders(request.headers),
    body: request,
    remote,
  };
}

/** Returns what is still on its way. */
function write({ request, response, clock }: Exchange, answer: HttpResponse): Promise<void> | undefined {
  const { status, reason, body } = answer;
  response.writeHead(status, reason ?? STATUS_CODES[status] ?? "unknown", headerLines(answer, clock));
  if (request.method === "HEAD" || !mayHaveBody(status)) response.end();
  else if (typeof body === "string" || body instanceof Uint8Array) response.end(body);
  else return pipeline(body, response);
  return undefined;
}
