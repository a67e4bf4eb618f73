import { createServer, type IncomingMessage, type Server, ServerResponse, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { pipeline } from "node:stream/promises";

import type { Clock } from "../sim/clock.ts";
import { headerLines, headerTitle, mayHaveBody, plainHeaders, withStandardHeaders } from "./http-headers.ts";
import type { HttpHandler, HttpRequest, HttpResponse } from "./http.ts";
import { joinStreams } from "./join-streams.ts";
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
      server ??= serverFor((message) => {
        respond(handler, { ...message, remote: (message.request.socket as Visited)[asker] ?? remote, clock });
      });
      (connection as Visited)[asker] = remote;
      server.emit("connection", connection);
    },
  };
}

interface Message {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Whether it asks for another protocol: what follows it is in that one. */
  readonly isUpgrade: boolean;
}

function serverFor(onRequest: (message: Message) => void): Server {
  const server = createServer(
    { connectionsCheckingInterval: 2 ** 31 - 1, requestTimeout: 0, headersTimeout: 0 },
    (request, response) => onRequest({ request, response, isUpgrade: false }),
  );
  // Idle connections end with their client or their pod; a wall-clock timer has no place in the cluster's time.
  server.keepAliveTimeout = 0;
  server.timeout = 0;
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (head.length > 0) socket.unshift(head);
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    // The socket of a server is a net.Socket, or all of it that a response needs.
    response.assignSocket(socket as Socket);
    response.on("finish", () => socket.end());
    onRequest({ request, response, isUpgrade: true });
  });
  server.on("clientError", (_error, socket) => {
    if (socket.writable) socket.end(notHttp);
    else socket.destroy();
  });
  return server;
}

/** To whom speaks something else: `echo hello | nc web 80` is how people look whether a port is open. */
const notHttp =
  "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request";

interface Exchange extends Message {
  readonly remote: Address;
  readonly clock: Clock;
}

/** Without a turn of its own where the answer is there at once. */
function respond(handler: HttpHandler, exchange: Exchange): void {
  const { request, response } = exchange;
  const { socket } = request;
  const fail = (error: unknown): void => {
    socket.destroy(error instanceof Error ? error : new Error(String(error)));
  };
  response.sendDate = false;
  try {
    const answer = handler(requestFrom(exchange));
    if (answer instanceof Promise) answer.then((late) => write(exchange, late)).catch(fail);
    else write(exchange, answer)?.catch(fail);
  } catch (error) {
    fail(error);
  }
}

function requestFrom({ request, remote, isUpgrade }: Exchange): HttpRequest {
  return {
    method: request.method ?? "GET",
    url: request.url ?? "/",
    headers: plainHeaders(request.headers),
    body: isUpgrade ? new Uint8Array() : request,
    remote,
  };
}

/** Returns what is still on its way. */
function write({ request, response, clock }: Exchange, answer: HttpResponse): Promise<void> | undefined {
  const { status, reason, body, upgraded } = answer;
  if (upgraded) {
    switchProtocols(request, answer, upgraded);
    return undefined;
  }
  response.writeHead(status, reason ?? STATUS_CODES[status] ?? "unknown", headerLines(answer, clock));
  if (request.method === "HEAD" || !mayHaveBody(status)) response.end();
  else if (typeof body === "string" || body instanceof Uint8Array) response.end(body);
  else return pipeline(body, response);
  return undefined;
}

/** From here on bytes go through as they are. */
function switchProtocols({ socket }: IncomingMessage, { headers }: HttpResponse, upgraded: Duplex): void {
  const lines = Object.entries(headers).map(([name, value]) => `${headerTitle(name)}: ${value}\r\n`);
  socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join("")}\r\n`);
  joinStreams(socket, upgraded);
}
