import type { Pod, PodDNSConfig } from "../api/types.gen.ts";

export interface ResolvConfOptions {
  readonly dnsServiceIp: string;
  readonly clusterDomain: string;
  /** The node's own file. */
  readonly nodeResolvConf: string;
}

interface Resolv {
  readonly nameservers: readonly string[];
  readonly searches: readonly string[];
  readonly options: readonly string[];
}

/** A pod's /etc/resolv.conf. https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-s-dns-policy */
export function resolvConfFor(pod: Pod, options: ResolvConfOptions): string {
  const { nameservers, searches, options: settings } = merged(baseFor(pod, options), pod.spec.dnsConfig ?? {});
  return [
    ...(searches.length > 0 ? [`search ${searches.join(" ")}`] : []),
    ...nameservers.map((ip) => `nameserver ${ip}`),
    ...(settings.length > 0 ? [`options ${settings.join(" ")}`] : []),
  ]
    .map((line) => `${line}\n`)
    .join("");
}

/** With the host's network, ClusterFirst means the node's own DNS. */
function baseFor({ spec, metadata }: Pod, { dnsServiceIp, clusterDomain, nodeResolvConf }: ResolvConfOptions): Resolv {
  const { dnsPolicy = "ClusterFirst" } = spec;
  if (dnsPolicy === "None") return { nameservers: [], searches: [], options: [] };
  const node = parsed(nodeResolvConf);
  if (dnsPolicy === "Default" || (dnsPolicy === "ClusterFirst" && spec.hostNetwork)) return node;
  const searches = [`${metadata.namespace ?? ""}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain];
  return { nameservers: [dnsServiceIp], searches: distinct([...searches, ...node.searches]), options: ["ndots:5"] };
}

function merged(base: Resolv, { nameservers = [], searches = [], options = [] }: PodDNSConfig): Resolv {
  const settings = new Map(base.options.map((option) => [option.split(":", 1)[0] ?? option, option]));
  for (const { name = "", value } of options) settings.set(name, value ? `${name}:${value}` : name);
  return {
    nameservers: distinct([...base.nameservers, ...nameservers]),
    searches: distinct([...base.searches, ...searches]),
    options: [...settings.values()],
  };
}

function parsed(text: string): Resolv {
  const lines = text.split("\n").map((line) => line.trim().split(/\s+/u));
  const wordsOf = (keyword: string): string[] =>
    lines.filter(([first]) => first === keyword).flatMap(([, ...rest]) => rest);
  return { nameservers: wordsOf("nameserver"), searches: wordsOf("search"), options: wordsOf("options") };
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
