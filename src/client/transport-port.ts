import { Duplex } from "node:stream";

import type { WebSocket } from "ws";

import { concatBytes, decodeText } from "../api/bytes.ts";
import { NetworkError } from "../network/network.ts";

const data = 0;
const portBytes = 2;

/** One forwarded port over a paused WebSocket with v4 channels. There is no half-close: ending it closes it. */
export function portOverWebSocket(webSocket: WebSocket): Duplex {
  const greeted = new Set<number>();
  const stream = new Duplex({
    read: () => webSocket.resume(),
    write: (chunk: Uint8Array, _encoding, done) => {
      // What cannot be sent any more is lost with the connection, which ends the stream.
      webSocket.send(concatBytes([Uint8Array.of(data), chunk]), () => done());
    },
    final: (done) => {
      webSocket.close();
      done();
    },
    destroy: (error, done) => {
      webSocket.terminate();
      done(error);
    },
  });
  webSocket.on("message", (message: Buffer) => {
    const channel = message[0] ?? data;
    // The first message on each channel begins with the port's number.
    const bytes = message.subarray(greeted.has(channel) ? 1 : 1 + portBytes);
    greeted.add(channel);
    if (bytes.length === 0) return;
    if (channel !== data) stream.destroy(new NetworkError("ECONNREFUSED", decodeText(bytes)));
    else if (!stream.push(bytes)) webSocket.pause();
  });
  webSocket.on("close", () => stream.push(null));
  return stream;
}
