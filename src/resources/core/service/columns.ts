import type { Service, ServicePort } from "../../../api/types.gen.ts";

/** `80/TCP,443:30443/TCP` */
export function portsText(ports: readonly ServicePort[]): string {
  const texts = ports.map(({ port, nodePort, protocol = "TCP" }) =>
    nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`,
  );
  return texts.join(",") || "<none>";
}

/** Where a Service is reached from outside: `<pending>` until its load balancer has an address. */
export function externalIpText({ spec, status }: Service): string {
  const { type, externalIPs = [], externalName = "" } = spec;
  switch (type) {
    case "ClusterIP":
    case "NodePort":
      return externalIPs.join(",") || "<none>";
    case "LoadBalancer": {
      const balancers = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || (hostname ?? ""));
      const known = [...new Set(balancers.filter((one) => one !== ""))].toSorted();
      return [...known, ...externalIPs].join(",") || "<pending>";
    }
    case "ExternalName":
      return externalName;
    default:
      return "<unknown>";
  }
}
