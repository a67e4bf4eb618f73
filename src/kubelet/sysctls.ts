import type { PodSpec } from "../api/types.gen.ts";

/** What pods may set without asking. https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/#safe-and-unsafe-sysctls */
const safeSysctls = new Set([
  "kernel.shm_rmid_forced",
  "net.ipv4.ip_local_port_range",
  "net.ipv4.tcp_syncookies",
  "net.ipv4.ping_group_range",
  "net.ipv4.ip_unprivileged_port_start",
  "net.ipv4.ip_local_reserved_ports",
  "net.ipv4.tcp_keepalive_time",
  "net.ipv4.tcp_fin_timeout",
  "net.ipv4.tcp_keepalive_intvl",
  "net.ipv4.tcp_keepalive_probes",
  "net.ipv4.tcp_rmem",
  "net.ipv4.tcp_wmem",
]);

/** What a pod sets, by dotted name. */
export function sysctlsOf({ securityContext }: PodSpec): ReadonlyMap<string, string> {
  const { sysctls = [] } = securityContext ?? {};
  return new Map(sysctls.map(({ name, value }) => [withDots(name), value]));
}

/** Slashes may stand for dots. */
export function isSafeSysctl(name: string): boolean {
  return safeSysctls.has(withDots(name));
}

function withDots(name: string): string {
  const slash = name.indexOf("/");
  return slash < 0 || (name.includes(".") && name.indexOf(".") < slash) ? name : name.replaceAll("/", ".");
}
