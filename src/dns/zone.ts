import type { Endpoint, EndpointSlice, Service } from "../api/types.gen.ts";
import type { Informers } from "../client/informer.ts";
import { serviceNameLabel, slicesByService } from "../client/service-slices.ts";
import { namespaces } from "../resources/core/namespace.ts";
import { services } from "../resources/core/service.ts";
import { endpointSlices } from "../resources/discovery/endpoint-slice.ts";
import type { Clock } from "../sim/clock.ts";

/** What the cluster's names are made from. */
export interface Zone {
  /** Goes up with every change: what was answered before may no longer be so. */
  readonly version: number;
  /** When it last changed, in seconds since the epoch. */
  readonly serial: number;
  hasNamespace(name: string): boolean;
  service(namespace: string, name: string): Service | undefined;
  slices(namespace: string, name: string): readonly EndpointSlice[];
  /** The Service with this cluster IP. */
  serviceAt(ip: string): Service | undefined;
  /** Ready endpoints with this IP, and the Service each stands behind. */
  endpointsAt(ip: string): readonly NamedEndpoint[];
}

export interface NamedEndpoint {
  readonly endpoint: Endpoint;
  readonly namespace: string;
  readonly service: string;
}

/** The zone as the informers show it: always up to date, every look-up by index. */
export function clusterZone(informers: Informers, clock: Clock): Zone {
  const allServices = informers.for(services);
  const allSlices = informers.for(endpointSlices);
  const allNamespaces = informers.for(namespaces);
  allServices.addIndex("cluster-ip", ({ spec }) =>
    spec.clusterIP && spec.clusterIP !== "None" ? [spec.clusterIP] : [],
  );
  const slicesOf = slicesByService(informers);
  allSlices.addIndex("dns-ip", ({ endpoints }) => [...new Set(endpoints.flatMap(({ addresses }) => addresses))]);
  let version = 0;
  let serial = 0;
  const changed = (): void => {
    version++;
    serial = Math.floor(clock.now() / 1000);
  };
  allServices.onChange(changed);
  allSlices.onChange(changed);
  allNamespaces.onChange(changed);
  return {
    get version() {
      return version;
    },
    get serial() {
      return serial;
    },
    hasNamespace: (name) => allNamespaces.get({ namespace: "", name }) !== undefined,
    service: (namespace, name) => allServices.get({ namespace, name }),
    slices: (namespace, name) => slicesOf(`${namespace}/${name}`),
    serviceAt: (ip) => allServices.byIndex("cluster-ip", ip)[0],
    endpointsAt: (ip) =>
      allSlices.byIndex("dns-ip", ip).flatMap(({ endpoints, metadata }) =>
        endpoints
          .filter((endpoint) => isReady(endpoint) && endpoint.addresses.includes(ip))
          .map((endpoint) => ({
            endpoint,
            namespace: metadata.namespace ?? "",
            service: metadata.labels?.[serviceNameLabel] ?? "",
          })),
      ),
  };
}

export function isReady({ conditions }: Endpoint): boolean {
  return conditions?.ready ?? true;
}
