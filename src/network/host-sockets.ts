import type { Duplex } from "node:stream";

import type { Address, SocketFacts } from "./network.ts";
import type { PortTable } from "./port-table.ts";

interface OpenPorts {
  readonly tcp: PortTable<{ readonly connections: ReadonlyMap<Duplex, unknown> }>;
  readonly udp: PortTable<unknown>;
  readonly dialled: ReadonlySet<Duplex>;
}

/** What netstat would say of a host. */
export function hostSockets(host: OpenPorts | undefined): readonly SocketFacts[] {
  if (!host) return [];
  const { tcp, udp, dialled } = host;
  const listeners = tcp.entries();
  const open = (protocol: "TCP" | "UDP", ip: string, port: number): SocketFacts => ({
    protocol,
    state: "listening",
    local: { ip, port },
  });
  const listening = listeners.map(([ip, port]) => open("TCP", ip, port));
  const bound = udp.entries().map(([ip, port]) => open("UDP", ip, port));
  const accepted = listeners.flatMap(([, , { connections }]) => [...connections.keys()]);
  return [...listening, ...bound, ...[...accepted, ...dialled].flatMap((connection) => established(connection))];
}

/** Nothing for a byte stream that does not know its ends. */
function established(connection: Duplex): readonly SocketFacts[] {
  const ends: Partial<Record<"localAddress" | "localPort" | "remoteAddress" | "remotePort", unknown>> =
    connection as object;
  const local = addressOf(ends.localAddress, ends.localPort);
  const remote = addressOf(ends.remoteAddress, ends.remotePort);
  return local && remote ? [{ protocol: "TCP", state: "established", local, remote }] : [];
}

function addressOf(ip: unknown, port: unknown): Address | undefined {
  return typeof ip === "string" && typeof port === "number" ? { ip, port } : undefined;
}
