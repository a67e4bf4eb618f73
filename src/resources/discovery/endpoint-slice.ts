import { duplicate, type FieldError, invalid, notSupported, required, tooMany } from "../../api/status.ts";
import type { DiscoveryV1EndpointPort as Port, Endpoint, EndpointSlice } from "../../api/types.gen.ts";
import { age, name } from "../columns.ts";
import { firstFew, protocols } from "../core/endpoints.ts";
import type { ResourceDefinition } from "../definition.ts";
import { endpointAddressErrors, ipFamilyOf } from "../ip.ts";
import { check, dnsLabel, dnsSubdomain, labelValue, qualifiedName } from "../names.ts";

const addressTypes = ["FQDN", "IPv4", "IPv6"];
const mostEndpoints = 1000;
const mostPorts = 20_000;
const mostAddresses = 100;
const mostZones = 8;

/** Some of the endpoints of one Service, with the ports they share. https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/ */
export const endpointSlices: ResourceDefinition<EndpointSlice> = {
  group: "discovery.k8s.io",
  version: "v1",
  kind: "EndpointSlice",
  plural: "endpointslices",
  namespaced: true,
  type: "io.k8s.api.discovery.v1.EndpointSlice",
  tracksGeneration: true,
  columns: [
    name,
    { name: "AddressType", value: ({ addressType }) => addressType },
    { name: "Ports", value: ({ ports }) => portsText(ports ?? []) },
    { name: "Endpoints", value: ({ endpoints }) => endpointsText(endpoints) },
    age,
  ],

  default(slice) {
    slice.addressType ??= "";
    slice.endpoints ??= [];
    for (const endpoint of slice.endpoints) endpoint.addresses ??= [];
    for (const port of slice.ports ?? []) {
      port.name ??= "";
      port.protocol ??= "TCP";
    }
  },

  validate: (slice, previous) => [
    ...addressTypeErrors(slice),
    ...(slice.endpoints.length > mostEndpoints ? [tooMany("endpoints", slice.endpoints.length, mostEndpoints)] : []),
    ...slice.endpoints.flatMap((endpoint, index) => endpointErrors(`endpoints[${index}]`, endpoint, slice.addressType)),
    ...portsErrors(slice.ports ?? []),
    ...(previous && previous.addressType !== slice.addressType
      ? [invalid("addressType", slice.addressType, "field is immutable")]
      : []),
  ],
};

function portsText(ports: readonly Port[]): string {
  if (ports.length === 0) return "<unset>";
  return firstFew(ports.map(({ port, name: own }) => (port === undefined ? (own ?? "*") : String(port))));
}

function endpointsText(all: readonly Endpoint[]): string {
  return all.length === 0 ? "<unset>" : firstFew(all.flatMap(({ addresses }) => addresses));
}

function addressTypeErrors({ addressType }: EndpointSlice): FieldError[] {
  if (!addressType) return [required("addressType")];
  return addressTypes.includes(addressType) ? [] : [notSupported("addressType", addressType, addressTypes)];
}

function endpointErrors(field: string, endpoint: Endpoint, addressType: string): FieldError[] {
  const { addresses, nodeName, hostname, hints, deprecatedTopology: topology = {} } = endpoint;
  const zones = hints?.forZones ?? [];
  const errors: FieldError[] = [];
  if (addresses.length === 0) errors.push(required(`${field}.addresses`, "must contain at least 1 address"));
  if (addresses.length > mostAddresses) errors.push(tooMany(`${field}.addresses`, addresses.length, mostAddresses));
  for (const [index, address] of addresses.entries()) {
    errors.push(...addressErrors(`${field}.addresses[${index}]`, address, addressType));
  }
  if (nodeName !== undefined) errors.push(...check(`${field}.nodeName`, nodeName, dnsSubdomain));
  for (const [key, value] of Object.entries(topology)) {
    errors.push(...check(`${field}.deprecatedTopology`, key, qualifiedName));
    errors.push(...check(`${field}.deprecatedTopology[${key}]`, value, labelValue));
  }
  if (hostname !== undefined) errors.push(...check(`${field}.hostname`, hostname, dnsLabel));
  if (zones.length > mostZones) errors.push(tooMany(`${field}.hints.forZones`, zones.length, mostZones));
  for (const [index, zone] of zones.entries()) {
    errors.push(...check(`${field}.hints.forZones[${index}].name`, zone.name, qualifiedName));
  }
  return errors;
}

function addressErrors(field: string, address: string, addressType: string): FieldError[] {
  switch (addressType) {
    case "IPv4":
    case "IPv6":
      if (ipFamilyOf(address) === addressType) return endpointAddressErrors(field, address);
      return [invalid(field, address, `must be a valid ${addressType} address`)];
    case "FQDN":
      return domainErrors(field, address);
    default:
      return [];
  }
}

/** At least two segments; a trailing dot is as good. */
function domainErrors(field: string, address: string): FieldError[] {
  const domain = address.endsWith(".") ? address.slice(0, -1) : address;
  if (domain === "") return [required(field)];
  const errors = check(field, address, () => dnsSubdomain(domain));
  if (errors.length > 0) return errors;
  if (!domain.includes(".")) {
    return [invalid(field, address, "should be a domain with at least two segments separated by dots")];
  }
  return domain.split(".").flatMap((label) => check(field, label, dnsLabel));
}

function portsErrors(ports: readonly Port[]): FieldError[] {
  const errors = ports.length > mostPorts ? [tooMany("ports", ports.length, mostPorts)] : [];
  const seen = new Set<string>();
  for (const [index, { name: own = "", protocol, appProtocol }] of ports.entries()) {
    const field = `ports[${index}]`;
    if (own) errors.push(...check(`${field}.name`, own, dnsLabel));
    if (seen.has(own)) errors.push(duplicate(`${field}.name`, own));
    seen.add(own);
    if (!protocol) errors.push(required(`${field}.protocol`));
    else if (!protocols.includes(protocol)) errors.push(notSupported(`${field}.protocol`, protocol, protocols));
    if (appProtocol !== undefined) errors.push(...check(`${field}.appProtocol`, appProtocol, qualifiedName));
  }
  return errors;
}
