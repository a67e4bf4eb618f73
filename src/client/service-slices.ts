import type { EndpointSlice } from "../api/types.gen.ts";
import { endpointSlices } from "../resources/discovery/endpoint-slice.ts";
import type { Informers } from "./informer.ts";

/** Says whose endpoints a slice holds. */
export const serviceNameLabel = "kubernetes.io/service-name";
const index = "service";

/** Finds the EndpointSlices of a Service (`namespace/name`), however many others there are. */
export function slicesByService(informers: Informers): (service: string) => readonly EndpointSlice[] {
  const slices = informers.for(endpointSlices);
  slices.addIndex(index, (slice) => [serviceOf(slice)]);
  return (service) => slices.byIndex(index, service);
}

/** `namespace/name` of the Service that a slice belongs to. */
export function serviceOf({ metadata }: EndpointSlice): string {
  return `${metadata.namespace ?? ""}/${metadata.labels?.[serviceNameLabel] ?? ""}`;
}
