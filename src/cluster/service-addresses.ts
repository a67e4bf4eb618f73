import type { Service } from "../api/types.gen.ts";
import type { HostPorts } from "../kubeproxy/host-ports.ts";
import type { Address } from "../network/network.ts";

/** Where one port of a Service is reached from this machine. */
export interface ServiceAddress {
  readonly kind: "node port" | "load balancer" | "health check" | "cluster IP";
  /** The port's name; "" for the only one. */
  readonly portName: string;
  /** The port in the cluster. */
  readonly port: number;
  readonly protocol: string;
  /** Where this machine listens for it. None: only a tunnel leads there. */
  readonly address?: Address;
}

/** All ports of a Service, open on this machine or not. */
export function serviceAddresses(service: Service, hostPorts: Iterable<HostPorts>): readonly ServiceAddress[] {
  const id = `${service.metadata.namespace ?? ""}/${service.metadata.name}`;
  const open = [...hostPorts].flatMap((ports) => ports.openFor(id));
  return (service.spec.ports ?? []).flatMap(({ name = "", port, protocol = "TCP" }): ServiceAddress[] => {
    const own = { portName: name, port, protocol };
    const found = open.filter(
      ({ wanted }) => wanted.portName === name && wanted.protocol === protocol && wanted.kind !== "health check",
    );
    const reached = found.map(({ wanted, address }): ServiceAddress => ({ ...own, kind: wanted.kind, address }));
    return reached.length > 0 ? reached : [{ ...own, kind: "cluster IP" }];
  });
}
