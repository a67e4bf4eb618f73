import { type AddressInfo, createServer, type Socket } from "node:net";

import { admit } from "../kubeproxy/listen-tcp.ts";
import { resetConnection } from "../network/connection.ts";
import type { Address, Network } from "../network/network.ts";
import { hostIp } from "./addresses.ts";
import type { HostDoor } from "./host-door.ts";

/** What a TLS client says first. */
const tlsHandshake = 0x16;

/** One port for HTTP and HTTPS: the first byte tells which. Rejects when the port cannot be had. */
export function openIngressDoor(
  network: Network,
  { address, controller }: { readonly address: Address; controller(): string | undefined },
): Promise<HostDoor> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    socket.on("error", () => socket.destroy());
    onFirstByte(socket, (first) => {
      const ip = controller();
      if (ip === undefined) resetConnection(socket);
      else admit(network, socket, { hostIp, to: { ip, port: first === tlsHandshake ? 443 : 80 } });
    });
  });
  return new Promise((resolve, reject) => {
    server.on("error", reject);
    server.listen({ host: address.ip, port: address.port }, () => {
      resolve({ port: (server.address() as AddressInfo).port, close: () => server.close() });
    });
  });
}

function onFirstByte(socket: Socket, decide: (first: number) => void): void {
  socket.once("readable", () => {
    const head = socket.read() as Buffer | null;
    const first = head?.[0];
    if (head === null || first === undefined) {
      socket.destroy();
      return;
    }
    socket.unshift(head);
    decide(first);
  });
}
