import type { WebSocket } from "ws";

import { decodeText, encodeText } from "../../../api/bytes.ts";
import { describeError } from "../../../sim/log.ts";
import type { ApiResponse } from "../../request.ts";
import { negotiate, offeredProtocols } from "../negotiation.ts";
import type { Upgrade } from "../upgrade.ts";
import { acceptWebSocket } from "./accept.ts";

const logProtocols = ["binary.k8s.io", "base64.binary.k8s.io"];

/** Sends a log's bytes, or a watch's events one by one, as WebSocket messages instead of an HTTP body. */
export async function streamOverWebSocket(
  upgrade: Upgrade,
  response: ApiResponse,
  refuse: (response: ApiResponse) => Promise<void>,
): Promise<void> {
  const offered = offeredProtocols(upgrade.request, "sec-websocket-protocol");
  const chosen = negotiate(offered, logProtocols);
  const isLog = !String(response.headers["content-type"]).startsWith("application/json");
  if (isLog && offered.length > 0 && chosen === undefined) {
    const body = `requested protocol(s) are not supported: [${offered.join(" ")}]`;
    await refuse({ status: 403, headers: { "content-type": "text/plain; charset=utf-8" }, body });
    return;
  }
  const messages = isLog ? logMessages(response, chosen === "base64.binary.k8s.io") : events(response);
  acceptWebSocket(upgrade, isLog ? (chosen ?? "") : (offered[0] ?? ""), (webSocket) => {
    sendAll(webSocket, messages).catch((error: unknown) => {
      upgrade.log.write("error", `${upgrade.request.url}: ${describeError(error)}`);
      webSocket.terminate();
    });
  });
}

async function sendAll(webSocket: WebSocket, messages: AsyncIterable<string | Uint8Array>): Promise<void> {
  for await (const message of messages) {
    if (webSocket.readyState !== webSocket.OPEN) return;
    await new Promise<void>((resolve) => webSocket.send(message, () => resolve()));
  }
  webSocket.close(1000);
}

async function* logMessages({ body }: ApiResponse, base64: boolean): AsyncGenerator<string | Uint8Array> {
  for await (const chunk of chunksOf(body)) {
    const bytes = typeof chunk === "string" ? encodeText(chunk) : chunk;
    yield base64 ? Buffer.from(bytes).toString("base64") : bytes;
  }
}

/** A watch's body is one JSON document a line; a message is one document. */
async function* events({ body }: ApiResponse): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of chunksOf(body)) {
    const lines = (rest + (typeof chunk === "string" ? chunk : decodeText(chunk))).split("\n");
    rest = lines.pop() ?? "";
    yield* lines.filter((line) => line !== "");
  }
  if (rest) yield rest;
}

async function* chunksOf(body: ApiResponse["body"]): AsyncGenerator<string | Uint8Array> {
  if (typeof body === "string" || body instanceof Uint8Array) yield body;
  else yield* body;
}
