import type { Duplex } from "node:stream";

import { joinStreams } from "../network/join-streams.ts";
import { listenLocally, type Tunnel } from "./local-port.ts";

/** One port of 127.0.0.1 that leads to one place. Rejects when the port cannot be had. */
export function forwardTcp({ port, dial }: { readonly port: number; dial(): Promise<Duplex> }): Promise<Tunnel> {
  return listenLocally(port, (socket) => {
    dial().then(
      (remote) => joinStreams(socket, remote),
      () => socket.destroy(),
    );
  });
}
