import type { Socket } from "node:net";
import type { Duplex } from "node:stream";

import { joinStreams } from "../network/join-streams.ts";
import { ByteReader } from "./byte-reader.ts";
import { serveHttpProxy } from "./http-proxy.ts";
import { listenLocally, type Tunnel } from "./local-port.ts";
import { serveSocks } from "./socks.ts";

export interface TunnelOptions {
  /** On 127.0.0.1; 0 takes a free one. */
  readonly port: number;
  /** A connection to a name or address inside the cluster. */
  dial(host: string, port: number): Promise<Duplex>;
}

const socksVersion = 5;

/**
 * A way into the cluster for this machine's programs: SOCKS5 and an HTTP proxy on one port, told apart by the first
 * byte. Names are resolved inside. Rejects when the port cannot be had.
 */
export function openTunnel({ port, dial }: TunnelOptions): Promise<Tunnel> {
  return listenLocally(port, (socket) => {
    // Clients and pods go away as they like: that ends their own connection only.
    serve(socket, dial).catch(() => socket.destroy());
  });
}

async function serve(socket: Socket, dial: TunnelOptions["dial"]): Promise<void> {
  const reader = new ByteReader(socket);
  const [first] = await reader.peek(1);
  const remote = await (first === socksVersion
    ? serveSocks(reader, socket, dial)
    : serveHttpProxy(reader, socket, dial));
  if (!remote) return;
  const early = reader.release();
  if (early.length > 0) remote.write(early);
  joinStreams(socket, remote);
}
