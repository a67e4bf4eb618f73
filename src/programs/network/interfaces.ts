import type { Process } from "../../runtime/process.ts";

/** The pod's one interface beside `lo`, as CNI plugins make it. */
export interface Ethernet {
  readonly ip: string;
  readonly prefixLength: number;
  readonly broadcast: string;
  readonly netmask: string;
  readonly subnet: string;
  readonly gateway: string;
  readonly mac: string;
  readonly mtu: number;
}

export function ethernetOf({ network }: Process): Ethernet {
  const parts = network.ip.split(".");
  const start = parts.slice(0, 3).join(".");
  const mac = ["0a", "58", ...parts.map((part) => Number(part).toString(16).padStart(2, "0"))].join(":");
  return {
    ip: network.ip,
    prefixLength: 24,
    broadcast: `${start}.255`,
    netmask: "255.255.255.0",
    subnet: `${start}.0`,
    gateway: `${start}.1`,
    mac,
    mtu: 1500,
  };
}
