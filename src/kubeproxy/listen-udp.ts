import { createSocket, type RemoteInfo } from "node:dgram";

import type { Network } from "../network/network.ts";
import type { HostListenerOptions } from "./listen-tcp.ts";

/** A client that has been silent this long is forgotten, as Linux's connection tracking forgets it. */
const forgetAfterMs = 120_000;

interface Client {
  readonly bound: ReturnType<Network["bind"]>;
  cancel(): void;
}

/** Listens on a UDP port of this machine; each client gets a port of its own in the cluster's network, for the answers. */
export function listenUdp({
  network,
  clock,
  address,
  hostIp,
  enter,
  onOpen,
  onError,
}: HostListenerOptions): () => void {
  const clients = new Map<string, Client>();
  const socket = createSocket("udp4");

  const clientFor = ({ address: ip, port }: RemoteInfo): Client => {
    const id = `${ip}:${port}`;
    const known = clients.get(id);
    known?.cancel();
    const bound = known?.bound ?? network.bind({ ip: hostIp, port: 0 }, ({ bytes }) => socket.send(bytes, port, ip));
    const forget = (): void => {
      clients.delete(id);
      bound.close();
    };
    const client = { bound, cancel: clock.after(forgetAfterMs, forget) };
    clients.set(id, client);
    return client;
  };

  socket.on("error", onError);
  socket.on("message", (bytes, remote) => {
    const to = enter();
    if (to) network.send({ from: { ip: hostIp, port: clientFor(remote).bound.address.port }, to, bytes });
  });
  socket.bind({ address: address.ip, port: address.port }, () => onOpen(socket.address().port));
  return () => {
    for (const client of clients.values()) {
      client.cancel();
      client.bound.close();
    }
    clients.clear();
    if (isOpen(socket)) socket.close();
  };
}

/** A socket that could not be bound is closed by nobody; closing it twice throws. */
function isOpen(socket: ReturnType<typeof createSocket>): boolean {
  try {
    socket.address();
    return true;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}
