import { type IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";

import { headerTitle } from "../../network/http-headers.ts";
import { joinStreams } from "../../network/join-streams.ts";
import type { Clock } from "../../sim/clock.ts";
import { describeError, type Log } from "../../sim/log.ts";
import type { Random } from "../../sim/random.ts";
import { answer, requireTrusted } from "../http/answer.ts";
import { apiRequestOf } from "../http/api-request.ts";
import { isSet } from "../query-flag.ts";
import type { ApiRequest, ApiResponse, RequestHandler, Session } from "../request.ts";
import { serveSpdy } from "./spdy/serve-spdy.ts";
import { serveWebSocket } from "./websocket/serve-websocket.ts";
import { streamOverWebSocket } from "./websocket/stream-response.ts";

/** A request with an `Upgrade` header, which Node hands over with its bare socket. */
export interface Upgrade {
  readonly handler: RequestHandler;
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  /** Bytes that came right behind the request. */
  readonly head: Buffer;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** A session about to start: accepted by the API server, its protocol still to be agreed on. */
export interface OpenedSession extends Upgrade {
  readonly session: Session;
  /** Aborted when the connection is gone. */
  readonly hangUp: AbortSignal;
  /** Answers as plain HTTP and closes. */
  refuse(response: ApiResponse): Promise<void>;
}

/** Switches protocols for exec, attach and port-forward (WebSocket, SPDY) and for watches and logs (WebSocket). */
export function serveUpgrade(upgrade: Upgrade): void {
  const { socket, log, request } = upgrade;
  socket.on("error", (error) => log.write("debug", `${request.url}: ${error.message}`));
  switchProtocol(upgrade).catch((error: unknown) => {
    log.write("error", `${request.method} ${request.url}: ${describeError(error)}`);
    socket.destroy();
  });
}

async function switchProtocol(upgrade: Upgrade): Promise<void> {
  const { handler, request, socket } = upgrade;
  const apiRequest = apiRequestOf(request, socket, new Uint8Array());
  const protocol = (request.headers.upgrade ?? "").toLowerCase();
  const refuse = (response: ApiResponse): Promise<void> => answerPlainly(upgrade, () => Promise.resolve(response));

  if (isSession(apiRequest) && (protocol === "websocket" || protocol === "spdy/3.1")) {
    const session = await attempt(upgrade, () => handler.open(apiRequest));
    if (!session) return;
    const opened: OpenedSession = { ...upgrade, session, hangUp: apiRequest.signal, refuse };
    await (protocol === "websocket" ? serveWebSocket(opened) : serveSpdy(opened));
  } else if (isStream(apiRequest) && protocol === "websocket") {
    const response = await attempt(upgrade, () => handler.handle(apiRequest));
    if (response?.status === 200) await streamOverWebSocket(upgrade, response, refuse);
    else if (response) await refuse(response);
  } else {
    // As upstream: an upgrade that means nothing here is ignored. A proxy passes it on.
    const response = await attempt(upgrade, () => handler.handle(apiRequest));
    if (response?.upgraded) joinProxied(upgrade, response, response.upgraded);
    else if (response) await refuse(response);
  }
}

/** What the other end said of the new protocol, and from then on bytes as they are. */
function joinProxied({ socket, head }: Upgrade, { headers }: ApiResponse, upgraded: Duplex): void {
  const lines = Object.entries(headers).map(([name, value]) => `${headerTitle(name)}: ${String(value)}\r\n`);
  socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join("")}\r\n`);
  if (head.length > 0) socket.unshift(head);
  joinStreams(socket, upgraded);
}

/** undefined: refused, and the client has been told why. */
async function attempt<T>(upgrade: Upgrade, open: () => Promise<T>): Promise<T | undefined> {
  try {
    requireTrusted(upgrade.request);
    return await open();
  } catch (error) {
    await answerPlainly(upgrade, () => Promise.reject(error));
    return undefined;
  }
}

function isSession({ path }: ApiRequest): boolean {
  return /\/pods\/[^/]+\/(?:exec|attach|portforward)$/u.test(path);
}

function isStream({ path, query }: ApiRequest): boolean {
  return /\/pods\/[^/]+\/log$/u.test(path) || isSet(query, "watch");
}

async function answerPlainly(upgrade: Upgrade, respond: () => Promise<ApiResponse>): Promise<void> {
  const { request, socket, random, log } = upgrade;
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  // The socket of a server is a net.Socket (or tls.TLSSocket), though the event's type says less.
  response.assignSocket(socket as Socket);
  response.on("finish", () => socket.end());
  await answer({ raw: request, response, random, log }, respond);
}
