import type { Socket } from "node:net";
import type { Duplex } from "node:stream";

import { NetworkError } from "../network/network.ts";
import type { ByteReader } from "./byte-reader.ts";
import type { TunnelOptions } from "./tunnel.ts";

const version = 5;
const noAuthentication = 0;
const noneAcceptable = 0xff;
const connect = 1;
const addressTypes = { ipv4: 1, name: 3, ipv6: 4 };
const replies = { done: 0, failed: 1, unreachable: 4, refused: 5, timedOut: 6, unsupported: 7, badAddress: 8 };

/** SOCKS5 without authentication, CONNECT only. https://www.rfc-editor.org/rfc/rfc1928 */
export async function serveSocks(
  reader: ByteReader,
  socket: Socket,
  dial: TunnelOptions["dial"],
): Promise<Duplex | undefined> {
  const [, methodCount = 0] = await reader.take(2);
  const methods = await reader.take(methodCount);
  if (!methods.includes(noAuthentication)) {
    socket.end(Uint8Array.of(version, noneAcceptable));
    return undefined;
  }
  socket.write(Uint8Array.of(version, noAuthentication));
  const [, command, , type] = await reader.take(4);
  const host = await readHost(reader, type);
  if (host === undefined) return refuse(socket, replies.badAddress);
  const port = (await reader.take(2)).readUInt16BE(0);
  if (command !== connect) return refuse(socket, replies.unsupported);
  try {
    const remote = await dial(host, port);
    socket.write(reply(replies.done));
    return remote;
  } catch (error) {
    return refuse(socket, replyFor(error));
  }
}

async function readHost(reader: ByteReader, type: number | undefined): Promise<string | undefined> {
  if (type === addressTypes.ipv4) return [...(await reader.take(4))].join(".");
  if (type !== addressTypes.name) return undefined;
  const [length = 0] = await reader.take(1);
  return (await reader.take(length)).toString("latin1");
}

function refuse(socket: Socket, code: number): undefined {
  socket.end(reply(code));
  return undefined;
}

/** With the address 0.0.0.0:0: ours means nothing to the client. */
function reply(code: number): Uint8Array {
  return Uint8Array.of(version, code, 0, addressTypes.ipv4, 0, 0, 0, 0, 0, 0);
}

function replyFor(error: unknown): number {
  if (!(error instanceof NetworkError)) return replies.failed;
  switch (error.code) {
    case "ECONNREFUSED":
      return replies.refused;
    case "EHOSTUNREACH":
      return replies.unreachable;
    case "ETIMEDOUT":
      return replies.timedOut;
    case "EADDRINUSE":
    case "ECONNRESET":
      return replies.failed;
  }
}
