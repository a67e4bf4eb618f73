import { WebSocketServer, type WebSocket } from "ws";

import type { Upgrade } from "../upgrade.ts";

const longestMessageBytes = 32 * 1024 * 1024;

/**
 * Switches to WebSocket with a subprotocol chosen by us ("" for none). A malformed handshake is answered 400
 * and `use` is not called. `ws` itself refuses names with a slash, and kubectl's port-forward uses one.
 */
export function acceptWebSocket(
  { request, socket, head, log }: Upgrade,
  subprotocol: string,
  use: (webSocket: WebSocket) => void,
): void {
  const server = new WebSocketServer({ noServer: true, clientTracking: false, maxPayload: longestMessageBytes });
  delete request.headers["sec-websocket-protocol"];
  if (subprotocol) server.on("headers", (headers) => headers.push(`Sec-WebSocket-Protocol: ${subprotocol}`));
  server.handleUpgrade(request, socket, head, (webSocket) => {
    webSocket.on("error", (error) => log.write("debug", `${request.url}: ${error.message}`));
    use(webSocket);
  });
}
