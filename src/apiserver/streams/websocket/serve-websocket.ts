import { createWebSocketStream, type WebSocket } from "ws";

import { encodeText } from "../../../api/bytes.ts";
import { type CommandSession, encodedStatus, plainStatus, runCommand, translated } from "../command.ts";
import { forwardPort, type PortForwardSession } from "../forward.ts";
import { negotiate, offeredProtocols } from "../negotiation.ts";
import { podNameIn } from "../pod-name.ts";
import { forwardPortsOverSpdy } from "../spdy/serve-spdy.ts";
import { terminalSizes } from "../terminal-sizes.ts";
import type { OpenedSession } from "../upgrade.ts";
import { acceptWebSocket } from "./accept.ts";
import { type ChannelProtocol, channelProtocols } from "./channel-codec.ts";
import { Channels } from "./channels.ts";

const tunnelProtocol = "SPDY/3.1+portforward.k8s.io";
/** Upstream knows v4 alone; v5 is for clients that offer nothing else. */
const forwardProtocols = ["v4.channel.k8s.io", "v4.base64.channel.k8s.io", "v5.channel.k8s.io"];
const stdin = 0;
const stdout = 1;
const stderr = 2;
const errors = 3;
const resize = 4;

/** Exec, attach and port-forward over WebSocket. https://kep.k8s.io/4006 */
export async function serveWebSocket(opened: OpenedSession): Promise<void> {
  const offered = offeredProtocols(opened.request, "sec-websocket-protocol");
  const { session } = opened;
  if (session.kind === "portforward" && offered.includes(tunnelProtocol)) {
    acceptWebSocket(opened, tunnelProtocol, (webSocket) => {
      forwardPortsOverSpdy(opened, session, createWebSocketStream(webSocket));
    });
    return;
  }
  const name = offered.length === 0 ? "" : favourite(session.kind, offered);
  const protocol = name === undefined ? undefined : channelProtocols[name];
  if (name === undefined || !protocol) {
    const body = `requested protocol(s) are not supported: [${offered.join(" ")}]`;
    await opened.refuse({ status: 403, headers: { "content-type": "text/plain; charset=utf-8" }, body });
    return;
  }
  acceptWebSocket(opened, name, (webSocket) => {
    const serving =
      session.kind === "command"
        ? serveCommand(opened, session, { webSocket, protocol })
        : servePorts(opened, session, { webSocket, protocol });
    serving.catch((error: unknown) => {
      opened.log.write("error", `websocket session: ${String(error)}`);
      webSocket.terminate();
    });
  });
}

function favourite(kind: "command" | "portforward", offered: readonly string[]): string | undefined {
  if (kind === "command") return negotiate(offered, Object.keys(channelProtocols));
  return forwardProtocols.find((one) => offered.includes(one));
}

interface Agreed {
  readonly webSocket: WebSocket;
  readonly protocol: ChannelProtocol;
}

async function serveCommand(
  { hangUp, log }: OpenedSession,
  session: CommandSession,
  { webSocket, protocol }: Agreed,
): Promise<void> {
  const channels = new Channels(webSocket, protocol, [stdin, resize]);
  // Upstream greets with an empty message on the first channel it will write to, and some clients wait for it.
  const { wants } = session;
  void channels.send(wants.stdout ? stdout : wants.stderr ? stderr : errors, new Uint8Array());
  const status = await runCommand(
    session,
    {
      stdin: () => channels.source(stdin),
      stdout: () => channels.sink(stdout),
      stderr: () => channels.sink(stderr),
      sizes: () => terminalSizes(channels.source(resize)),
      hangUp,
    },
    log,
  );
  const told = protocol.isTranslated ? translated(status) : status;
  const last = protocol.statusAsJson ? encodedStatus(told) : plainStatus(told);
  if (last.length > 0) await channels.send(errors, last);
  channels.close();
}

/** Channel 2i carries the data of the i-th port, 2i+1 its errors; each begins with the port's number. */
async function servePorts(
  opened: OpenedSession,
  session: PortForwardSession,
  { webSocket, protocol }: Agreed,
): Promise<void> {
  const pod = podNameIn(opened.request.url);
  const channels = new Channels(
    webSocket,
    protocol,
    session.ports.map((_, index) => 2 * index),
  );
  let open = session.ports.length;
  const forward = async (port: number, data: number): Promise<void> => {
    let closed = false;
    const close = (): void => {
      if (!closed && --open === 0) channels.close();
      closed = true;
    };
    const reply = channels.sink(data, close);
    const fail = (message: string): Promise<void> => channels.send(data + 1, encodeText(message));
    await channels.send(data, littleEndian(port));
    await channels.send(data + 1, littleEndian(port));
    const { hangUp } = opened;
    await forwardPort(session, pod, { port, data: channels.source(data), reply, hangUp, fail }, opened);
  };
  await Promise.all(session.ports.map((port, index) => forward(port, 2 * index)));
}

function littleEndian(port: number): Uint8Array {
  return Uint8Array.of(port & 0xff, port >> 8);
}
