import { isNotFound } from "../../api/status.ts";
import type { EndpointSlice, Ingress, IngressBackend, Service } from "../../api/types.gen.ts";
import { listAll } from "../targets.ts";
import type { Call } from "../verb.ts";
import { describer, type Describer } from "./describer.ts";
import type { Description } from "./description.ts";
import { endpointsText } from "./endpoints-text.ts";

export const ingress: Describer = describer<Ingress>("networking.k8s.io", "Ingress", async (object, { to, call }) => {
  const { metadata, spec, status } = object;
  to.field("Name", metadata.name);
  to.labels("Labels", metadata.labels);
  to.field("Namespace", metadata.namespace ?? "");
  const addresses = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip ?? hostname ?? "");
  to.field("Address", addresses.join(","));
  to.field("Ingress Class", spec.ingressClassName ?? "<none>");
  const place = metadata.namespace ?? "";
  const backend = spec.defaultBackend;
  to.field("Default backend", backend ? await backendWithEndpoints(backend, place, call) : "<default>");
  describeTls(object, to);
  to.line("Rules:");
  to.line("Host\tPath\tBackends", 1);
  to.line("----\t----\t--------", 1);
  let count = 0;
  for (const { host, http } of spec.rules ?? []) {
    if (!http) continue;
    count++;
    to.line(`${host || "*"}\t`, 1);
    for (const { path = "", backend: one } of http.paths)
      to.line(`\t${path} \t${await backendWithEndpoints(one, place, call)}`, 1);
  }
  if (count === 0) {
    to.line(`*\t*\t${backend ? await backendWithEndpoints(backend, place, call) : "<default>"}`, 1);
  }
  to.annotations("Annotations", metadata.annotations);
});

function describeTls({ spec }: Ingress, to: Description): void {
  const tls = spec?.tls ?? [];
  if (tls.length === 0) return;
  to.line("TLS:");
  for (const { secretName, hosts = [] } of tls) {
    if (secretName) to.line(`${secretName} terminates ${hosts.join(",")}`, 1);
    else to.line(`SNI routes ${hosts.join(",")}`, 1);
  }
}

async function backendWithEndpoints(
  { service, resource }: IngressBackend,
  namespace: string,
  call: Call,
): Promise<string> {
  if (resource) return `APIGroup: ${resource.apiGroup ?? "<none>"}, Kind: ${resource.kind}, Name: ${resource.name}`;
  if (!service) return "";
  const { name, port } = service;
  const text = `${name}:${port?.name ?? port?.number ?? ""}`;
  return `${text} (${await endpointsOf({ name, port: port?.name ?? port?.number }, namespace, call)})`;
}

async function endpointsOf(
  { name, port }: { name: string; port: string | number | undefined },
  namespace: string,
  call: Call,
): Promise<string> {
  try {
    const found = await call.rest.json<Service>("GET", `/api/v1/namespaces/${namespace}/services/${name}`);
    const own = found.spec?.ports?.find((one) => one.name === port || one.port === port);
    const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
    const slices = await listAll<EndpointSlice>(path, call, { labelSelector: `kubernetes.io/service-name=${name}` });
    return endpointsText(slices, own?.name ?? "");
  } catch (error) {
    if (isNotFound(error)) return `<error: ${error instanceof Error ? error.message : ""}>`;
    throw error;
  }
}
