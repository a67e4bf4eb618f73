import type { Address, Destination } from "./network.ts";

/** Addresses that mean the host itself. */
export function isLoopback(ip: string): boolean {
  return ip.startsWith("127.") || ip === "::1";
}

/** Whom the receiver sees: what the redirect says, and the loopback address of a sender that talks to itself. */
export function sourceOf(from: Address, { ip, source }: Destination): Address {
  if (source !== undefined) return { ip: source, port: from.port };
  return isLoopback(ip) && !isLoopback(from.ip) ? { ip: "127.0.0.1", port: from.port } : from;
}
