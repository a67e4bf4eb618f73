import type { EndpointSlice, Pod, Service, ServiceReference } from "../../api/types.gen.ts";
import { pods } from "../../resources/core/pod.ts";
import { services } from "../../resources/core/service.ts";
import type { ResourceDefinition } from "../../resources/definition.ts";
import { endpointSlices } from "../../resources/discovery/endpoint-slice.ts";
import type { Registry } from "../registry.ts";
import { CallError } from "./call-error.ts";

/** A ready pod behind a Service. */
export interface ServiceEndpoint {
  readonly pod: Pod;
  readonly port: number;
  /** The Service's own address and port, as errors name it. */
  readonly asked: string;
}

const httpsPort = 443;
const serviceKind: ResourceDefinition = services;
const sliceKind: ResourceDefinition = endpointSlices;
const podKind: ResourceDefinition = pods;

/** One of a Service's ready pods, by chance. Throws CallError. */
export function serviceEndpoint(
  registry: Registry,
  { name, namespace, port = httpsPort }: ServiceReference,
): ServiceEndpoint {
  const service = registry.find(serviceKind, { namespace, name }) as Service | undefined;
  if (!service) throw new CallError(`service "${name}" not found`);
  const wanted = service.spec.ports?.find((one) => one.port === port);
  if (!wanted) throw new CallError(`no service port ${port} found for service "${name}"`);
  const asked = `${service.spec.clusterIP ?? ""}:${port}`;
  const endpoints = (registry.list(sliceKind, namespace) as readonly EndpointSlice[])
    .filter(({ metadata }) => metadata.labels?.["kubernetes.io/service-name"] === name)
    .flatMap((slice) => podsBehind(slice, wanted.name ?? ""))
    .flatMap(({ pod, port: target }) => {
      const found = registry.find(podKind, { namespace, name: pod }) as Pod | undefined;
      return found ? [{ pod: found, port: target, asked }] : [];
    });
  const chosen = endpoints[registry.random.integer(endpoints.length)];
  if (!chosen) throw new CallError(`no endpoints available for service "${name}"`);
  return chosen;
}

function podsBehind({ endpoints, ports }: EndpointSlice, portName: string): { pod: string; port: number }[] {
  const port = ports?.find(({ name }) => (name ?? "") === portName)?.port;
  if (port === undefined) return [];
  return endpoints
    .filter(({ conditions, targetRef }) => conditions?.ready !== false && targetRef?.kind === "Pod")
    .map(({ targetRef }) => ({ pod: targetRef?.name ?? "", port }));
}
