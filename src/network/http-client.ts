import { type IncomingMessage, request as startRequest } from "node:http";
import type { Duplex } from "node:stream";
import { pipeline } from "node:stream/promises";

import { headerTitle, plainHeaders } from "./http-headers.ts";
import type { HttpRequest, HttpResponse } from "./http.ts";
import { NetworkError } from "./network.ts";

/** A header with several values is sent as several lines. */
export interface OutgoingRequest extends Omit<HttpRequest, "headers"> {
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
}

/**
 * One HTTP/1.1 exchange over a byte stream, which it uses up. What is no HTTP, and a server that hangs up, is an
 * ECONNRESET with the reason as its message; a `signal` ends it with ETIMEDOUT.
 */
export function httpExchange(
  connection: Duplex,
  request: OutgoingRequest,
  signal?: AbortSignal,
): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const outgoing = startRequest({
      createConnection: () => connection,
      method: request.method,
      path: request.url,
      headers: Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [
          headerTitle(name),
          typeof value === "string" ? value : [...value],
        ]),
      ),
      setHost: false,
    });
    const abort = (): void => {
      reject(new NetworkError("ETIMEDOUT", "read ETIMEDOUT"));
      connection.destroy();
    };
    signal?.addEventListener("abort", abort);
    connection.once("close", () => {
      signal?.removeEventListener("abort", abort);
    });
    outgoing.once("response", (incoming) => {
      resolve(responseFrom(incoming));
    });
    outgoing.once("upgrade", (incoming, upgraded, head) => {
      if (head.length > 0) upgraded.unshift(head);
      resolve({ ...responseFrom(incoming), body: "", upgraded });
    });
    outgoing.once("connect", (incoming, tunnel: Duplex, head: Buffer) => {
      if (head.length > 0) tunnel.unshift(head);
      resolve({ ...responseFrom(incoming), body: "", upgraded: tunnel });
    });
    outgoing.on("error", (error) => {
      reject(new NetworkError("ECONNRESET", error.message));
    });
    if (signal?.aborted) abort();
    else send(outgoing, request).catch(reject);
  });
}

async function send(outgoing: NodeJS.WritableStream, { body }: OutgoingRequest): Promise<void> {
  if (!(body instanceof Uint8Array)) await pipeline(body, outgoing);
  else if (body.length === 0) outgoing.end();
  else outgoing.end(body);
}

function responseFrom(incoming: IncomingMessage): HttpResponse {
  return {
    status: incoming.statusCode ?? 0,
    ...(incoming.statusMessage === undefined ? {} : { reason: incoming.statusMessage }),
    headers: plainHeaders(incoming.headers),
    body: incoming,
  };
}
