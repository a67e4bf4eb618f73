import type { Duplex } from "node:stream";

import { encodeText } from "../../../api/bytes.ts";
import { type CommandSession, encodedStatus, plainStatus, runCommand } from "../command.ts";
import { forwardPort, type PortForwardSession } from "../forward.ts";
import { negotiate, offeredProtocols } from "../negotiation.ts";
import { podNameIn } from "../pod-name.ts";
import { terminalSizes } from "../terminal-sizes.ts";
import type { OpenedSession } from "../upgrade.ts";
import { SpdyConnection } from "./connection.ts";
import type { SpdyStream } from "./stream.ts";

const commandProtocols = [
  "v5.channel.k8s.io",
  "v4.channel.k8s.io",
  "v3.channel.k8s.io",
  "v2.channel.k8s.io",
  "channel.k8s.io",
];
const forwardProtocols = ["portforward.k8s.io"];
const versionHeader = "x-stream-protocol-version";

/** Exec, attach and port-forward over SPDY/3.1. */
export async function serveSpdy(opened: OpenedSession): Promise<void> {
  const { session, request, socket, head } = opened;
  const spoken = session.kind === "command" ? commandProtocols : forwardProtocols;
  const offered = offeredProtocols(request, versionHeader);
  const protocol = negotiate(offered, spoken);
  if (protocol === undefined) {
    await refuse(opened, offered, spoken);
    return;
  }
  socket.write(
    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n" +
      `X-Stream-Protocol-Version: ${protocol}\r\n\r\n`,
  );
  if (head.length > 0) socket.unshift(head);
  if (session.kind === "command") serveCommand(opened, session, protocol);
  else forwardPortsOverSpdy(opened, session, socket);
}

async function refuse(opened: OpenedSession, offered: readonly string[], spoken: readonly string[]): Promise<void> {
  const headers = { "content-type": "text/plain; charset=utf-8" };
  if (offered.length === 0) {
    await opened.refuse({ status: 400, headers, body: "unable to upgrade: X-Stream-Protocol-Version is required\n" });
    return;
  }
  const body =
    `unable to upgrade: unable to negotiate protocol: client supports [${offered.join(" ")}], ` +
    `server accepts [${spoken.join(" ")}]\n`;
  await opened.refuse({ status: 403, headers: { ...headers, "x-accepted-stream-protocol-versions": spoken }, body });
}

/** The command starts when the client has opened every stream it asked for. */
function serveCommand(opened: OpenedSession, session: CommandSession, protocol: string): void {
  const { socket, log } = opened;
  const { wants } = session;
  const resizes = wants.tty && commandProtocols.indexOf(protocol) <= commandProtocols.indexOf("v3.channel.k8s.io");
  const wanted = [
    "error",
    ...(wants.stdin ? ["stdin"] : []),
    ...(wants.stdout ? ["stdout"] : []),
    ...(wants.stderr && !wants.tty ? ["stderr"] : []),
    ...(resizes ? ["resize"] : []),
  ];
  const streams = new Map<string, SpdyStream>();
  const connection = new SpdyConnection(
    socket,
    (stream) => {
      const type = stream.headers.get("streamtype") ?? "";
      if (!wanted.includes(type) || streams.has(type)) {
        stream.refuse();
        return;
      }
      streams.set(type, stream);
      if (streams.size === wanted.length) void runOver(opened, session, { connection, streams, protocol });
    },
    log,
  );
  void connection.serve();
}

interface CommandStreams {
  readonly connection: SpdyConnection;
  readonly streams: ReadonlyMap<string, SpdyStream>;
  readonly protocol: string;
}

/** Never rejects. */
async function runOver(
  { hangUp, log }: OpenedSession,
  session: CommandSession,
  { connection, streams, protocol }: CommandStreams,
): Promise<void> {
  const stream = (type: string): SpdyStream => {
    const found = streams.get(type);
    if (!found) throw new Error(`no ${type} stream`);
    return found;
  };
  const status = await runCommand(
    session,
    {
      stdin: () => stream("stdin").source,
      stdout: () => stream("stdout"),
      stderr: () => stream("stderr"),
      sizes: () => (streams.has("resize") ? terminalSizes(stream("resize").source) : undefined),
      hangUp,
    },
    log,
  );
  const isJson = protocol === "v5.channel.k8s.io" || protocol === "v4.channel.k8s.io";
  await stream("error").write(isJson ? encodedStatus(status) : plainStatus(status));
  for (const one of streams.values()) one.close();
  await Promise.all([...streams.values()].map((one) => one.sent));
  connection.close();
}

/** Each forwarded connection is a pair of streams, data and error, with the same request id. */
export function forwardPortsOverSpdy(opened: OpenedSession, session: PortForwardSession, transport: Duplex): void {
  const halves = new Map<string, SpdyStream>();
  const pod = podNameIn(opened.request.url);
  const connection = new SpdyConnection(
    transport,
    (stream) => {
      const pair = pairOf(stream, halves);
      if (pair) void forward(pair);
    },
    opened.log,
  );

  const forward = async ({ data, error, port }: StreamPair): Promise<void> => {
    const { source, hangUp } = data;
    error.discardIncoming();
    const fail = (message: string): Promise<void> => error.write(encodeText(message));
    await forwardPort(session, pod, { port, data: source, reply: data, hangUp, fail }, opened);
    error.close();
    data.discardIncoming();
    connection.forget(data);
    connection.forget(error);
  };
  void connection.serve();
}

interface StreamPair {
  readonly data: SpdyStream;
  readonly error: SpdyStream;
  readonly port: number;
}

/** The pair that `stream` completes, if it does. What makes no sense is refused. */
function pairOf(stream: SpdyStream, halves: Map<string, SpdyStream>): StreamPair | undefined {
  const type = stream.headers.get("streamtype");
  const port = Number(stream.headers.get("port"));
  const request = stream.headers.get("requestid") ?? "";
  if ((type !== "data" && type !== "error") || !(port > 0 && port < 65_536) || request === "") {
    stream.refuse();
    return undefined;
  }
  const other = halves.get(request);
  if (!other) {
    halves.set(request, stream);
    stream.hangUp.addEventListener("abort", () => halves.delete(request));
    return undefined;
  }
  halves.delete(request);
  return type === "data" ? { data: stream, error: other, port } : { data: other, error: stream, port };
}
