import { expect, test } from "vitest";

import type { EndpointSlice, Service } from "../../../src/api/types.gen.ts";
import { serviceProblem } from "../../../src/apiserver/aggregation/availability-checks.ts";
import type { ApiService } from "../../../src/resources/apiregistration/api-service.ts";

const apiService = {
  spec: { service: { namespace: "n", name: "s", port: 443 }, groupPriorityMinimum: 1, versionPriority: 1 },
} as ApiService;
const service = (port: number, type = "ClusterIP"): Service =>
  ({ spec: { type, ports: [{ name: "tls", port }] } }) as never;
const slice = (ready: boolean, port = "tls"): EndpointSlice =>
  ({ endpoints: [{ addresses: ["10.0.0.1"], conditions: { ready } }], ports: [{ name: port, port: 1 }] }) as never;

test.each<[Service | undefined, EndpointSlice[], string | undefined, string | undefined]>([
  [undefined, [], "ServiceNotFound", 'service/s in "n" is not present'],
  [service(444), [], "ServicePortError", 'service/s in "n" is not listening on port 443'],
  [service(443), [], "EndpointsNotFound", 'cannot find endpoints for service/s in "n"'],
  [
    service(443),
    [slice(false)],
    "MissingEndpoints",
    'endpoints for service/s in "n" have no addresses with port name "tls"',
  ],
  [
    service(443),
    [slice(true, "other")],
    "MissingEndpoints",
    'endpoints for service/s in "n" have no addresses with port name "tls"',
  ],
  [service(443), [slice(false), slice(true)], undefined, undefined],
  [service(1, "ExternalName"), [], undefined, undefined],
])("an APIService's Service may lack what it takes (%#)", (found, slices, reason, message) => {
  const problem = serviceProblem(apiService, found, slices);
  expect([problem?.reason, problem?.message]).toEqual([reason, message]);
});
