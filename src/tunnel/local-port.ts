import { type AddressInfo, createServer, type Socket } from "node:net";

/** A port of 127.0.0.1 that leads into the cluster. */
export interface Tunnel {
  readonly port: number;
  /** Cuts what is open. */
  close(): void;
}

/** Rejects when the port cannot be had; 0 takes a free one. */
export function listenLocally(port: number, accept: (socket: Socket) => void): Promise<Tunnel> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    accept(socket);
  });
  return new Promise((resolve, reject) => {
    server.on("error", reject);
    server.listen(port, "127.0.0.1", () => {
      resolve({
        port: (server.address() as AddressInfo).port,
        close() {
          server.close();
          for (const socket of sockets) socket.destroy();
        },
      });
    });
  });
}
