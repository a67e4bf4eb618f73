import type { Socket } from "node:net";
import type { Duplex } from "node:stream";

import type { ByteReader } from "./byte-reader.ts";
import type { TunnelOptions } from "./tunnel.ts";

const longestHead = 64 * 1024;

/** An HTTP proxy: CONNECT, and plain requests with a whole URL, one to a connection. https://www.rfc-editor.org/rfc/rfc9110#name-connect */
export async function serveHttpProxy(
  reader: ByteReader,
  socket: Socket,
  dial: TunnelOptions["dial"],
): Promise<Duplex | undefined> {
  const head = await reader.takeUntil("\r\n\r\n", longestHead);
  const [line = "", ...headers] = head.trimEnd().split("\r\n");
  const [method = "", target = "", version = ""] = line.split(" ");
  const place = method === "CONNECT" ? authority(target) : urlPlace(target);
  if (!place || !version.startsWith("HTTP/1."))
    return refuse(socket, 400, "this is a proxy: ask for a whole URL, or CONNECT");
  try {
    const remote = await dial(place.host, place.port);
    if (method === "CONNECT") socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
    else remote.write(`${method} ${place.path} ${version}\r\n${forwarded(headers)}\r\n\r\n`);
    return remote;
  } catch (error) {
    return refuse(socket, 502, error instanceof Error ? error.message : String(error));
  }
}

interface Place {
  readonly host: string;
  readonly port: number;
  readonly path: string;
}

function authority(target: string): Place | undefined {
  const [, host, port] = /^([^:]+):(\d+)$/u.exec(target) ?? [];
  return host !== undefined && port !== undefined ? { host, port: Number(port), path: "" } : undefined;
}

function urlPlace(target: string): Place | undefined {
  if (!target.startsWith("http://") || !URL.canParse(target)) return undefined;
  const { hostname, port, pathname, search } = new URL(target);
  return { host: hostname, port: Number(port || 80), path: `${pathname}${search}` };
}

/** The next request may be for another host: it gets a connection of its own. */
function forwarded(headers: readonly string[]): string {
  const kept = headers.filter((header) => !/^(?:proxy-[a-z]+|connection):/iu.test(header));
  return [...kept, "Connection: close"].join("\r\n");
}

function refuse(socket: Socket, status: number, why: string): undefined {
  const reason = status === 400 ? "Bad Request" : "Bad Gateway";
  socket.end(`HTTP/1.1 ${status} ${reason}\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n${why}\n`);
  return undefined;
}
