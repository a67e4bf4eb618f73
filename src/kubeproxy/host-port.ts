import type { Service } from "../api/types.gen.ts";
import type { Address } from "../network/network.ts";
import type { KubeProxy } from "./kube-proxy.ts";

/** A port of this machine that leads into the cluster. */
export interface WantedPort {
  readonly service: Service;
  /** Of the Service's port; "" for the only one. */
  readonly portName: string;
  readonly kind: "node port" | "load balancer" | "health check";
  readonly address: Address;
  /** What to listen on where the address cannot be had, best first. */
  readonly otherwise: readonly Address[];
  readonly protocol: "TCP" | "UDP";
  /** Where in the cluster it leads, asked anew for each connection. */
  enter(): Address | undefined;
}

export interface HostPortPlaces {
  readonly proxy: Pick<KubeProxy, "entryFor">;
  readonly nodePortAddress: string;
}

const localhost = "127.0.0.1";
/** Where a port below 1024 goes when this machine keeps those for its administrator: 80 to 8080, 443 to 8443. */
const unprivilegedOffset = 8000;
const firstUnprivileged = 1024;

/** All that a Service shows to the outside. SCTP is not carried. */
export function hostPortsOf(service: Service, places: HostPortPlaces): readonly WantedPort[] {
  const { spec, status } = service;
  const ingress = spec.type === "LoadBalancer" ? (status?.loadBalancer?.ingress ?? []) : [];
  const balancers = ingress.flatMap(({ ip }) => (ip?.startsWith("127.") ? [ip] : []));
  const ports = (spec.ports ?? []).flatMap(({ port, nodePort = 0, protocol = "TCP", name = "" }): WantedPort[] => {
    if (protocol === "SCTP") return [];
    const own = { service, protocol, portName: name };
    return [
      ...(nodePort ? [atNodes(nodePort, own, places)] : []),
      ...balancers.map((ip) => atBalancer({ ip, port }, own)),
    ];
  });
  const health = spec.healthCheckNodePort ?? 0;
  if (health === 0) return ports;
  const own = { service, protocol: "TCP" as const, portName: "" };
  return [...ports, { ...atNodes(health, own, places), kind: "health check" }];
}

type Own = Pick<WantedPort, "service" | "protocol" | "portName">;

function atNodes(port: number, own: Own, { proxy, nodePortAddress }: HostPortPlaces): WantedPort {
  return {
    ...own,
    kind: "node port",
    address: { ip: nodePortAddress, port },
    otherwise: [],
    enter() {
      const node = proxy.entryFor(port, own.protocol);
      return node && { ip: node.ip, port };
    },
  };
}

function atBalancer(address: Address, own: Own): WantedPort {
  const ports = address.port < firstUnprivileged ? [address.port, address.port + unprivilegedOffset] : [address.port];
  const places = [address.ip, localhost].flatMap((ip) => ports.map((port) => ({ ip, port })));
  return {
    ...own,
    kind: "load balancer",
    address,
    otherwise: [...places.slice(1), { ip: localhost, port: 0 }],
    enter: () => address,
  };
}
