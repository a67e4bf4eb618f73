import {
  type Agent,
  type ClientRequest,
  type IncomingMessage,
  Agent as HttpAgent,
  request as httpRequest,
} from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";

import { WebSocket } from "ws";

import { decodeText, readAll } from "../api/bytes.ts";
import { ApiError } from "../api/status.ts";
import type { Status } from "../api/types.gen.ts";
import { commandOverWebSocket } from "./transport-command.ts";
import { portOverWebSocket } from "./transport-port.ts";
import type { TransportTarget } from "./transport-target.ts";
import type { Transport, TransportRequest, TransportResponse } from "./transport.ts";

/** The wire to any API server: HTTP/1.1 over TLS, and WebSocket for sessions. */
export function httpsTransport(target: TransportTarget): Transport {
  const secure = target.server.protocol === "https:";
  const agent = secure ? new HttpsAgent({ keepAlive: true, ...target.tls }) : new HttpAgent({ keepAlive: true });
  return {
    request: (request, signal) => exchange(target, agent, request, signal),
    async openSession(path, streams, signal) {
      const webSocket = await openWebSocket(target, path, ["v5.channel.k8s.io", "v4.channel.k8s.io"]);
      return commandOverWebSocket(webSocket, streams, signal);
    },
    async openPort(podPath, port) {
      const webSocket = await openWebSocket(target, `${podPath}/portforward?ports=${port}`, ["v4.channel.k8s.io"]);
      return portOverWebSocket(webSocket);
    },
    close: () => agent.destroy(),
  };
}

function exchange(
  target: TransportTarget,
  agent: Agent,
  { method, path, headers = {}, body = "" }: TransportRequest,
  signal?: AbortSignal,
): Promise<TransportResponse> {
  const url = urlOf(target, path);
  // Node leaves the length out for DELETE.
  const length = body.length > 0 ? { "content-length": String(Buffer.byteLength(body)) } : {};
  const options = {
    method,
    agent,
    headers: { ...target.headers, ...headers, ...length },
    ...(signal ? { signal } : {}),
  };
  return new Promise((resolve, reject) => {
    const answered = (response: IncomingMessage): void => {
      resolve({ status: response.statusCode ?? 0, headers: flatHeaders(response), body: response });
    };
    const request: ClientRequest =
      url.protocol === "https:" ? httpsRequest(url, options, answered) : httpRequest(url, options, answered);
    request.on("error", reject);
    request.end(body);
  });
}

/** Rejects with the Status of a refusal. */
function openWebSocket(target: TransportTarget, path: string, protocols: readonly string[]): Promise<WebSocket> {
  const url = urlOf(target, path);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return new Promise((resolve, reject) => {
    const webSocket = new WebSocket(url, [...protocols], { ...target.tls, headers: target.headers });
    webSocket.on("unexpected-response", (_request, response: IncomingMessage) => {
      refusalOf(response).then(reject, reject);
    });
    webSocket.on("error", reject);
    // Messages may come right behind the handshake: nobody listens to them before the caller has run.
    webSocket.on("open", () => {
      webSocket.pause();
      resolve(webSocket);
    });
  });
}

async function refusalOf(response: IncomingMessage): Promise<ApiError> {
  const text = decodeText(await readAll(response));
  const code = response.statusCode ?? 0;
  const status = statusIn(text);
  if (!status) return new ApiError(code, response.statusMessage ?? "", text || `the server answered ${code}`);
  return new ApiError(status.code ?? code, status.reason ?? "", status.message ?? "", status.details);
}

function statusIn(text: string): Status | undefined {
  if (!text.startsWith("{")) return undefined;
  const parsed = JSON.parse(text) as Status;
  return parsed.status === undefined ? undefined : parsed;
}

/** A server's own path (`https://host/k8s/cluster`) goes before every request's. */
function urlOf({ server }: TransportTarget, path: string): URL {
  return new URL(server.pathname.replace(/\/$/u, "") + path, server);
}

function flatHeaders({ headers }: IncomingMessage): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name] = typeof value === "string" ? value : value.join(", ");
  }
  return flat;
}
