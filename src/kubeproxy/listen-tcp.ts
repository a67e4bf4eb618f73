import { type AddressInfo, createServer, type Socket } from "node:net";

import { resetConnection } from "../network/connection.ts";
import type { Address, Network } from "../network/network.ts";
import type { Clock } from "../sim/clock.ts";

export interface HostListenerOptions {
  readonly network: Network;
  readonly clock: Clock;
  /** A real address of this machine; port 0 takes a free one. */
  readonly address: Address;
  /** What the cluster sees this machine as. */
  readonly hostIp: string;
  /** Where in the cluster a connection goes. undefined: nowhere, it is reset. */
  enter(): Address | undefined;
  /** Told of the port it got. */
  onOpen(port: number): void;
  onError(error: NodeJS.ErrnoException): void;
}

/**
 * Listens on a TCP port of this machine and hands each connection, as it is, to the pod that is chosen for it: no
 * byte is copied. The returned function stops listening; connections go on until they or their pods end.
 */
export function listenTcp({ network, address, hostIp, enter, onOpen, onError }: HostListenerOptions): () => void {
  // As Node's own HTTP server has its sockets.
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    // A client that goes away without a word is the pod's business, not an error of the cluster's.
    socket.on("error", () => socket.destroy());
    const to = enter();
    if (!to) resetConnection(socket);
    else admit(network, socket, { hostIp, to });
  });
  server.on("error", onError);
  server.listen({ host: address.ip, port: address.port }, () => onOpen((server.address() as AddressInfo).port));
  return () => {
    server.close();
  };
}

/** Refused connections are reset; dropped ones hang until the client gives up, as packets that nobody answers. */
export function admit(network: Network, socket: Socket, { hostIp, to }: { hostIp: string; to: Address }): void {
  const from = { ip: hostIp, port: socket.remotePort ?? 0 };
  const verdict = network.enter(socket, { protocol: "TCP", from, to });
  if (verdict === "refuse") resetConnection(socket);
  else if (verdict !== "accept") socket.resume();
}
