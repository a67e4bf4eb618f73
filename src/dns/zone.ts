import type { Endpoint, EndpointSlice, Service } from "../api/types.gen.ts";
import type { Informers } from "../client/informer.ts";
import { namespaces } from "../resources/core/namespace.ts";
import { services } from "../resources/core/service.ts";
import { endpointSlices } from "../resources/discovery/endpoint-slice.ts";

/** What the cluster's names are made from. */
export interface Zone {
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

const serviceLabel = "kubernetes.io/service-name";

/** The zone as the informers show it: always up to date, every look-up by index. */
export function clusterZone(informers: Informers): Zone {
  const allServices = informers.for(services);
  const allSlices = informers.for(endpointSlices);
  const allNamespaces = informers.for(namespaces);
  allServices.addIndex("cluster-ip", ({ spec }) => (spec.clusterIP && spec.clusterIP !== "None" ? [spec.clusterIP] : []));
  allSlices.addIndex("dns-service", ({ metadata }) => [`${metadata.namespace ?? ""}/${serviceOf(metadata.labels)}`]);
  allSlices.addIndex("dns-ip", ({ endpoints }) => [...new Set(endpoints.flatMap(({ addresses }) => addresses))]);
  return {
    hasNamespace: (name) => allNamespaces.get({ namespace: "", name }) !== undefined,
    service: (namespace, name) => allServices.get({ namespace, name }),
    slices: (namespace, name) => allSlices.byIndex("dns-service", `${namespace}/${name}`),
    serviceAt: (ip) => allServices.byIndex("cluster-ip", ip)[0],
    endpointsAt: (ip) =>
      allSlices.byIndex("dns-ip", ip).flatMap(({ endpoints, metadata }) =>
        endpoints
          .filter((endpoint) => isReady(endpoint) && endpoint.addresses.includes(ip))
          .map((endpoint) => ({ endpoint, namespace: metadata.namespace ?? "", service: serviceOf(metadata.labels) })),
      ),
  };
}

export function isReady({ conditions }: Endpoint): boolean {
  return conditions?.ready ?? true;
}

function serviceOf(labels: Readonly<Record<string, string>> | undefined): string {
  return labels?.[serviceLabel] ?? "";
}
