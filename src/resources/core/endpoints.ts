import { type FieldError, invalid, notSupported, required } from "../../api/status.ts";
import type { EndpointAddress, EndpointPort, Endpoints, EndpointSubset } from "../../api/types.gen.ts";
import { age, name } from "../columns.ts";
import type { ResourceDefinition } from "../definition.ts";
import { endpointAddressErrors } from "../ip.ts";
import { check, dnsLabel, dnsSubdomain, portNumberProblems, qualifiedName } from "../names.ts";

export const protocols = ["SCTP", "TCP", "UDP"];
const mostShown = 3;

/** The addresses behind a Service, as they were before EndpointSlices; what answers on its ports at this moment. */
export const endpoints: ResourceDefinition<Endpoints> = {
  group: "",
  version: "v1",
  kind: "Endpoints",
  plural: "endpoints",
  singular: "endpoints",
  shortNames: ["ep"],
  namespaced: true,
  type: "io.k8s.api.core.v1.Endpoints",
  columns: [name, { name: "Endpoints", value: ({ subsets = [] }) => endpointsText(subsets) }, age],

  default({ subsets = [] }) {
    for (const port of subsets.flatMap(({ ports = [] }) => ports)) port.protocol ??= "TCP";
  },

  validate: ({ subsets = [] }) => subsets.flatMap((subset, index) => subsetErrors(`subsets[${index}]`, subset)),
};

/** `10.1.0.1:80,10.1.0.2:80 + 2 more...` */
function endpointsText(subsets: readonly EndpointSubset[]): string {
  if (subsets.length === 0) return "<none>";
  const all = subsets.flatMap(({ addresses = [], ports = [] }) =>
    ports.length === 0
      ? addresses.map(({ ip }) => ip)
      : ports.flatMap(({ port }) => addresses.map(({ ip }) => hostPort(ip, port))),
  );
  return firstFew(all);
}

function hostPort(ip: string, port: number): string {
  return ip.includes(":") ? `[${ip}]:${port}` : `${ip}:${port}`;
}

/** The first three of a list, and how many more there are. */
export function firstFew(all: readonly string[]): string {
  const shown = all.slice(0, mostShown).join(",");
  return all.length > mostShown ? `${shown} + ${all.length - mostShown} more...` : shown;
}

function subsetErrors(
  field: string,
  { addresses = [], notReadyAddresses = [], ports = [] }: EndpointSubset,
): FieldError[] {
  const nobody = addresses.length === 0 && notReadyAddresses.length === 0;
  return [
    ...(nobody ? [required(field, "must specify `addresses` or `notReadyAddresses`")] : []),
    ...addresses.flatMap((one, index) => addressErrors(`${field}.addresses[${index}]`, one)),
    ...notReadyAddresses.flatMap((one, index) => addressErrors(`${field}.notReadyAddresses[${index}]`, one)),
    ...ports.flatMap((one, index) => portErrors(`${field}.ports[${index}]`, one, ports.length > 1)),
  ];
}

function addressErrors(field: string, { ip, hostname, nodeName }: EndpointAddress): FieldError[] {
  return [
    ...(hostname ? check(`${field}.hostname`, hostname, dnsLabel) : []),
    ...(nodeName === undefined ? [] : check(`${field}.nodeName`, nodeName, dnsSubdomain)),
    ...endpointAddressErrors(`${field}.ip`, ip ?? ""),
  ];
}

function portErrors(field: string, port: EndpointPort, needsName: boolean): FieldError[] {
  const errors: FieldError[] = [];
  if (port.name) errors.push(...check(`${field}.name`, port.name, dnsLabel));
  else if (needsName) errors.push(required(`${field}.name`));
  errors.push(...portNumberProblems(port.port).map((problem) => invalid(`${field}.port`, port.port, problem)));
  if (!port.protocol) errors.push(required(`${field}.protocol`));
  else if (!protocols.includes(port.protocol)) errors.push(notSupported(`${field}.protocol`, port.protocol, protocols));
  if (port.appProtocol !== undefined) errors.push(...check(`${field}.appProtocol`, port.appProtocol, qualifiedName));
  return errors;
}
