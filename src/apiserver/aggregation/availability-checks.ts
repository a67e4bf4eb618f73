import type { EndpointSlice, Service } from "../../api/types.gen.ts";
import type { ApiService } from "../../resources/apiregistration/api-service.ts";

/** What an Available condition says beside its times. */
export interface Availability {
  readonly status: "True" | "False";
  readonly reason: string;
  readonly message: string;
}

export const passed: Availability = { status: "True", reason: "Passed", message: "all checks passed" };

/** What can be told without asking the server itself. undefined: nothing is against it. */
export function serviceProblem(
  { spec }: ApiService,
  service: Service | undefined,
  slices: readonly EndpointSlice[],
): Availability | undefined {
  const { name = "", namespace = "", port = 443 } = spec.service ?? {};
  const which = `service/${name} in ${JSON.stringify(namespace)}`;
  if (!service) return failed("ServiceNotFound", `${which} is not present`);
  if (service.spec.type === "ExternalName") return undefined;
  const found = service.spec.ports?.find((one) => one.port === port);
  if (!found) return failed("ServicePortError", `${which} is not listening on port ${port}`);
  if (slices.length === 0) return failed("EndpointsNotFound", `cannot find endpoints for ${which}`);
  const portName = found.name ?? "";
  if (slices.some((slice) => isServing(slice, portName))) return undefined;
  return failed(
    "MissingEndpoints",
    `endpoints for ${which} have no addresses with port name ${JSON.stringify(portName)}`,
  );
}

export function failed(reason: string, message: string): Availability {
  return { status: "False", reason, message };
}

function isServing({ endpoints, ports }: EndpointSlice, portName: string): boolean {
  return (
    endpoints.some(({ conditions }) => conditions?.ready !== false) &&
    (ports ?? []).some(({ name = "", port }) => name === portName && port !== undefined)
  );
}
