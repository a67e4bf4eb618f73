import type { HostAlias } from "../api/types.gen.ts";
import type { HostName } from "./host-name.ts";

export interface HostsFileOptions extends HostName {
  readonly ip: string;
  readonly hostNetwork: boolean;
  readonly aliases: readonly HostAlias[];
}

const locals = [
  "127.0.0.1\tlocalhost",
  "::1\tlocalhost ip6-localhost ip6-loopback",
  "fe00::0\tip6-localnet",
  "fe00::0\tip6-mcastprefix",
  "fe00::1\tip6-allnodes",
  "fe00::2\tip6-allrouters",
];

/** A pod's /etc/hosts. https://kubernetes.io/docs/tasks/network/customize-hosts-file-for-pods/ */
export function hostsFile({ ip, hostname, domain, hostNetwork, aliases }: HostsFileOptions): string {
  const title = `# Kubernetes-managed hosts file${hostNetwork ? " (host network)" : ""}.`;
  const names = domain ? `${hostname}.${domain}\t${hostname}` : hostname;
  const lines = [title, ...locals, `${ip}\t${names}`, ...aliasLines(aliases)];
  return lines.map((line) => `${line}\n`).join("");
}

export interface NodeAddress {
  readonly name: string;
  readonly ip: string;
}

/** A node's own /etc/hosts. */
export function nodeHostsFile({ name, ip }: NodeAddress): string {
  return [...locals, `${ip}\t${name}`].map((line) => `${line}\n`).join("");
}

function aliasLines(aliases: readonly HostAlias[]): string[] {
  if (aliases.length === 0) return [];
  const lines = aliases.map(({ ip, hostnames = [] }) => [ip, ...hostnames].join("\t"));
  return ["", "# Entries added by HostAliases.", ...lines];
}
