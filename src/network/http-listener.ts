import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { pipeline } from "node:stream/promises";

import type { Clock } from "../sim/clock.ts";
import { headerTitle, mayHaveBody, plainHeaders, withStandardHeaders } from "./http-headers.ts";
import type { HttpHandler, HttpRequest, HttpResponse } from "./http.ts";
import type { Address, Listener } from "./network.ts";

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
  const remotes = new WeakMap<Duplex, Address>();
  let server: Server | undefined;
  return {
    handle,
    accept(connection, remote) {
      server ??= serverFor((request, response) => {
        const asker = remotes.get(request.socket) ?? remote;
        void respond(handle, { request, response, remote: asker });
      });
      remotes.set(connection, remote);
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
  return server;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly remote: Address;
}

async function respond(handle: HttpHandler, { request, response, remote }: Exchange): Promise<void> {
  response.sendDate = false;
  try {
    await write(response, await handle(requestFrom(request, remote)), request.method === "HEAD");
  } catch (error) {
    request.socket.destroy(error instanceof Error ? error : new Error(String(error)));
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

async function write(
  response: ServerResponse,
  { status, reason, headers, body }: HttpResponse,
  isHead: boolean,
): Promise<void> {
  for (const name in headers) response.setHeader(headerTitle(name), headers[name] ?? "");
  response.writeHead(status, reason ?? STATUS_CODES[status] ?? "unknown");
  if (isHead || !mayHaveBody(status)) response.end();
  else if (typeof body === "string" || body instanceof Uint8Array) response.end(body);
  else await pipeline(body, response);
}
