import { connect } from "node:net";
import type { Duplex } from "node:stream";

/** A TCP connection of this machine: the API server speaks to the world around the cluster, as no pod does. */
export function dialOutside(host: string, port: number): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    socket.once("connect", () => {
      socket.off("error", reject);
      resolve(socket);
    });
    socket.once("error", reject);
  });
}
