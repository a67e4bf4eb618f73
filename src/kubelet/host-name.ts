import type { Pod } from "../api/types.gen.ts";

const longestLabel = 63;
const longestFqdn = 64;

/** What a pod is called from inside. */
export interface HostName {
  readonly hostname: string;
  /** `sub.default.svc.cluster.local`, or "". */
  readonly domain: string;
}

/** https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-hostname-and-subdomain-field */
export function hostNameOf(
  { metadata, spec }: Pod,
  { nodeName, clusterDomain }: { nodeName: string; clusterDomain: string },
): HostName {
  if (spec.hostNetwork) return { hostname: nodeName, domain: "" };
  const hostname = spec.hostname || metadata.name.slice(0, longestLabel).replace(/[-.]+$/u, "");
  const domain = spec.subdomain ? `${spec.subdomain}.${metadata.namespace ?? ""}.svc.${clusterDomain}` : "";
  return { hostname, domain };
}

/** What the kernel is told; undefined: the full name that the pod asks for is too long. */
export function kernelHostName({ hostname, domain }: HostName, { setHostnameAsFQDN }: Pod["spec"]): string | undefined {
  if (!setHostnameAsFQDN || domain === "") return hostname;
  const full = `${hostname}.${domain}`;
  return full.length <= longestFqdn ? full : undefined;
}
