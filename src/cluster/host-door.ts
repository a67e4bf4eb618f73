import { listenTcp } from "../kubeproxy/listen-tcp.ts";
import { listenUdp } from "../kubeproxy/listen-udp.ts";
import type { Address, Network } from "../network/network.ts";
import type { Clock } from "../sim/clock.ts";
import { hostIp } from "./addresses.ts";

/** A port of this machine that leads to one address in the cluster. */
export interface HostDoor {
  readonly port: number;
  close(): void;
}

/** A port of this machine that was asked for and cannot be had. */
export class HostPortError extends Error {
  constructor(what: string, { ip, port }: Address, cause: unknown) {
    const code = cause instanceof Error && "code" in cause ? cause.code : "";
    const why =
      code === "EADDRINUSE" ? "the port is in use" : code === "EACCES" ? "it needs more rights" : String(cause);
    super(`cannot listen on ${ip}:${port} for ${what}: ${why}`);
    this.cause = cause;
  }
}

/** Resolves when it listens; rejects when the port cannot be had. */
function openHostDoor(
  { network, clock }: { readonly network: Network; readonly clock: Clock },
  { address, protocol, to }: { readonly address: Address; readonly protocol: "TCP" | "UDP"; readonly to: Address },
): Promise<HostDoor> {
  const listen = protocol === "TCP" ? listenTcp : listenUdp;
  return new Promise((resolve, reject) => {
    const close = listen({
      network,
      clock,
      hostIp,
      address,
      enter: () => to,
      onOpen: (port) => resolve({ port, close }),
      onError: reject,
    });
  });
}

/** DNS on one port for both protocols. */
export async function openDnsDoor(
  parts: { readonly network: Network; readonly clock: Clock },
  address: Address,
  to: Address,
): Promise<HostDoor> {
  const tcp = await openHostDoor(parts, { address, protocol: "TCP", to });
  try {
    const udp = await openHostDoor(parts, { address: { ip: address.ip, port: tcp.port }, protocol: "UDP", to });
    return {
      port: tcp.port,
      close() {
        tcp.close();
        udp.close();
      },
    };
  } catch (error) {
    tcp.close();
    throw error;
  }
}
