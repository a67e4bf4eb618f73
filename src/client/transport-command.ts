import type { WebSocket } from "ws";

import { type ByteSink, concatBytes, decodeText, encodeText } from "../api/bytes.ts";
import type { Status } from "../api/types.gen.ts";
import { NetworkError } from "../network/network.ts";
import type { CommandStreams } from "./transport.ts";

const channels = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 };

/**
 * Exec or attach over a paused WebSocket with v4 or v5 channels. Resolves with the Status that the server ends with;
 * a connection that ends without one rejects with ECONNRESET.
 */
export async function commandOverWebSocket(
  webSocket: WebSocket,
  streams: CommandStreams,
  signal?: AbortSignal,
): Promise<Status> {
  const status = statusOf(webSocket, streams);
  const cut = (): void => webSocket.terminate();
  signal?.addEventListener("abort", cut);
  if (signal?.aborted) cut();
  webSocket.resume();
  const sent = Promise.all([sendInput(webSocket, streams), sendSizes(webSocket, streams)]);
  try {
    // An input that fails ends the session; one that goes on does not hold it up.
    return await Promise.race([status, sent.then(() => status)]);
  } finally {
    signal?.removeEventListener("abort", cut);
    webSocket.close();
  }
}

function statusOf(webSocket: WebSocket, { stdout, stderr }: CommandStreams): Promise<Status> {
  const sinks = new Map<number | undefined, ByteSink | undefined>([
    [channels.stdout, stdout],
    [channels.stderr, stderr],
  ]);
  let written = Promise.resolve();
  let status: Status | undefined;
  return new Promise((resolve, reject) => {
    webSocket.on("message", (data: Buffer) => {
      const bytes = data.subarray(1);
      if (data[0] === channels.error && bytes.length > 0) status = JSON.parse(decodeText(bytes)) as Status;
      const sink = sinks.get(data[0]);
      if (!sink || bytes.length === 0) return;
      webSocket.pause();
      written = written.then(() => sink.write(bytes)).then(() => webSocket.resume());
      written.catch(reject);
    });
    webSocket.on("close", (code) => {
      const lost = new NetworkError("ECONNRESET", `the connection closed (${code}) before the command had ended`);
      void written.then(() => (status ? resolve(status) : reject(lost)));
    });
  });
}

async function sendInput(webSocket: WebSocket, { stdin }: CommandStreams): Promise<void> {
  for await (const bytes of stdin ?? []) {
    if (webSocket.readyState !== webSocket.OPEN) return;
    await send(webSocket, channels.stdin, bytes);
  }
  if (stdin && webSocket.protocol === "v5.channel.k8s.io") {
    await send(webSocket, channels.close, Uint8Array.of(channels.stdin));
  }
}

async function sendSizes(webSocket: WebSocket, { sizes }: CommandStreams): Promise<void> {
  for await (const { width, height } of sizes ?? []) {
    await send(webSocket, channels.resize, encodeText(JSON.stringify({ Width: width, Height: height })));
  }
}

function send(webSocket: WebSocket, channel: number, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => webSocket.send(concatBytes([Uint8Array.of(channel), bytes]), () => resolve()));
}
