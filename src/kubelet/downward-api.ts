import type { Pod } from "../api/types.gen.ts";

/**
 * A field of the pod as its containers may see it.
 * https://kubernetes.io/docs/concepts/workloads/pods/downward-api/#available-fields
 */
export function fieldOf(
  { metadata, spec }: Pod,
  path: string,
  { podIp, hostIp }: { readonly podIp: string; readonly hostIp: string },
): string {
  const [, map, key] = /^metadata\.(labels|annotations)\['([^']*)'\]$/u.exec(path) ?? [];
  if (map === "labels") return metadata.labels?.[key ?? ""] ?? "";
  if (map === "annotations") return metadata.annotations?.[key ?? ""] ?? "";
  switch (path) {
    case "metadata.name":
      return metadata.name;
    case "metadata.namespace":
      return metadata.namespace ?? "";
    case "metadata.uid":
      return metadata.uid ?? "";
    case "metadata.labels":
      return formatted(metadata.labels);
    case "metadata.annotations":
      return formatted(metadata.annotations);
    case "spec.nodeName":
      return spec.nodeName ?? "";
    case "spec.serviceAccountName":
      return spec.serviceAccountName ?? "";
    case "status.hostIP":
    case "status.hostIPs":
      return hostIp;
    case "status.podIP":
    case "status.podIPs":
      return podIp;
    default:
      return "";
  }
}

/** `key="value"` lines, in order of key. */
function formatted(map: Readonly<Record<string, string>> | undefined): string {
  return Object.entries(map ?? {})
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join("\n");
}
