import { type FieldError, invalid, required } from "../../api/status.ts";
import type { IngressBackend, IngressServiceBackend, TypedLocalObjectReference } from "../../api/types.gen.ts";
import { check, dns1035Label, dnsSubdomain, pathSegment, portName, portNumberProblems } from "../names.ts";

/** Where requests go: a Service's port, or an object that the ingress controller knows. */
export function backendErrors(field: string, { resource, service }: IngressBackend): FieldError[] {
  if (resource && service) return [invalid(field, "", "cannot set both resource and service backends")];
  if (resource) return localReferenceErrors(`${field}.resource`, resource);
  return service ? serviceErrors(field, service) : [invalid(field, "", "resource or service backend is required")];
}

function serviceErrors(field: string, { name, port }: IngressServiceBackend): FieldError[] {
  const path = `${field}.service`;
  const named = name ? check(`${path}.name`, name, dns1035Label) : [required(`${path}.name`)];
  if (port?.name && port.number) return [...named, invalid(field, "", "cannot set both port name & port number")];
  if (port?.name) return [...named, ...check(`${path}.port.name`, port.name, portName)];
  const { number } = port ?? {};
  if (!number) return [...named, required(field, "port name or number is required")];
  return [...named, ...portNumberProblems(number).map((why) => invalid(`${path}.port.number`, number, why))];
}

/** A reference to an object of any kind. IngressClasses use it for their parameters. */
export function localReferenceErrors(
  field: string,
  { apiGroup, kind, name }: Pick<TypedLocalObjectReference, "apiGroup" | "kind" | "name">,
): FieldError[] {
  return [
    ...(apiGroup === undefined ? [] : check(`${field}.apiGroup`, apiGroup, dnsSubdomain)),
    ...(kind ? check(`${field}.kind`, kind, pathSegment) : [required(`${field}.kind`, "kind is required")]),
    ...(name ? check(`${field}.name`, name, pathSegment) : [required(`${field}.name`, "name is required")]),
  ];
}
