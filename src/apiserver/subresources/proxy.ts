import type { ByteSource } from "../../api/bytes.ts";
import { badRequest, notFound, serviceUnavailable } from "../../api/status.ts";
import type { EndpointSlice, Pod, Service } from "../../api/types.gen.ts";
import type { NodeAgents, ProxiedAddress } from "../../client/node-agents.ts";
import type { HttpRequest, HttpResponse } from "../../network/http.ts";
import { type Address, NetworkError } from "../../network/network.ts";
import { has } from "../../resources/definition.ts";
import type { Call } from "../call.ts";
import { hopByHopHeaders } from "../hop-by-hop.ts";
import type { ApiResponse } from "../request.ts";
import type { SubresourceHandler } from "./handlers.ts";

const defaultPorts = { http: 80, https: 443 } as const;

/**
 * `…/proxy/…` of pods, services and nodes: an HTTP request carried to where the object serves.
 * https://kubernetes.io/docs/tasks/access-application-cluster/access-cluster-services/#manually-constructing-apiserver-proxy-urls
 */
export function proxyHandler(agents: NodeAgents): SubresourceHandler {
  return {
    subresource: "proxy",
    serves: (resource) => has(resource, "proxy"),
    async handle(call) {
      const { request, route } = call;
      if (route.rest === "" && (request.method === "GET" || request.method === "HEAD")) return toDirectory(call);
      const target = parseTarget(route);
      const outgoing = outgoingRequest(call);
      if (route.resource.plural === "nodes") {
        call.registry.get(route.resource, { namespace: "", name: target.name });
        return answer(await agents.nodeRequest(target.name, outgoing), call);
      }
      const address = route.resource.plural === "pods" ? podAddress(call, target) : serviceAddress(call, target);
      return answer(await fetchFrom(agents, address, outgoing), call);
    },
  };
}

interface Target {
  readonly scheme: "http" | "https";
  readonly name: string;
  /** Number or name; "" is the first. */
  readonly port: string;
}

/** `[scheme:]name[:port]`. */
function parseTarget({ name: text, resource }: Call["route"]): Target {
  const parts = text.split(":");
  const [scheme = "", name = "", port = ""] = parts.length === 3 ? parts : ["", ...parts];
  const isKnown = scheme === "" || scheme === "http" || scheme === "https";
  if (!isKnown || parts.length > 3 || name === "")
    throw badRequest(`invalid ${resource.kind.toLowerCase()} request ${JSON.stringify(text)}`);
  return { scheme: scheme === "https" ? "https" : "http", name, port };
}

/** A path without its slash would break relative links. */
function toDirectory({ request }: Call): ApiResponse {
  const query = request.query.toString();
  return { status: 301, headers: { location: `${request.path}/${query ? `?${query}` : ""}` }, body: "" };
}

function outgoingRequest({ request, route }: Call): HttpRequest {
  const query = request.query.toString();
  const headers = Object.entries(request.headers).filter(
    ([name, value]) => value !== undefined && !hopByHopHeaders.has(name),
  );
  return {
    method: request.method,
    url: `${route.rest || "/"}${query ? `?${query}` : ""}`,
    headers: { host: "", ...Object.fromEntries(headers), ...upgradeOf(request), "x-forwarded-uri": request.path },
    body: request.body,
  };
}

/** Of the headers of one connection these go on: the other end may switch protocols. */
function upgradeOf({ headers: { upgrade } }: Call["request"]): Readonly<Record<string, string | readonly string[]>> {
  return upgrade === undefined ? {} : { connection: "Upgrade", upgrade };
}

function podAddress({ route, registry }: Call, { scheme, name, port }: Target): ProxiedAddress {
  const pod = registry.get(route.resource, { namespace: route.namespace, name }) as Pod;
  const ports = pod.spec.containers.flatMap((container) => container.ports ?? []);
  const declared = port === "" ? ports[0] : ports.find((one) => one.name === port);
  const number = declared?.containerPort ?? (port === "" ? defaultPorts[scheme] : Number(port));
  if (!Number.isInteger(number)) throw badRequest(`invalid port ${JSON.stringify(port)}`);
  const ip = pod.status?.podIP;
  if (!ip) throw badRequest("address not allowed");
  return { scheme, ip, port: number };
}

/** One of the Service's ready endpoints, by chance: the API server balances for itself. */
function serviceAddress({ route, registry }: Call, { scheme, name, port }: Target): ProxiedAddress {
  const service = registry.get(route.resource, { namespace: route.namespace, name }) as Service;
  const ports = service.spec.ports ?? [];
  const wanted = port === "" ? ports[0] : ports.find((one) => one.name === port || String(one.port) === port);
  if (!wanted)
    throw serviceUnavailable(`no service port ${JSON.stringify(port)} found for service ${JSON.stringify(name)}`);
  const slices = registry.catalogue.find("discovery.k8s.io", "v1", "endpointslices");
  if (!slices) throw notFound({ group: "discovery.k8s.io", plural: "endpointslices" }, name);
  const candidates = (registry.list(slices, route.namespace) as readonly EndpointSlice[])
    .filter(({ metadata }) => metadata.labels?.["kubernetes.io/service-name"] === name)
    .flatMap((slice) => addressesOf(slice, wanted.name ?? ""));
  const chosen = candidates[registry.random.integer(candidates.length)];
  if (!chosen) throw serviceUnavailable(`no endpoints available for service ${JSON.stringify(name)}`);
  return { scheme, ...chosen };
}

function addressesOf({ endpoints, ports }: EndpointSlice, portName: string): Address[] {
  const port = ports?.find(({ name }) => (name ?? "") === portName)?.port;
  if (port === undefined) return [];
  return endpoints
    .filter(({ conditions }) => conditions?.ready !== false)
    .flatMap(({ addresses }) => addresses.map((ip) => ({ ip, port })));
}

async function fetchFrom(agents: NodeAgents, to: ProxiedAddress, request: HttpRequest): Promise<HttpResponse> {
  try {
    return await agents.fetch(to, request);
  } catch (error) {
    if (error instanceof NetworkError)
      throw serviceUnavailable(`error trying to reach service: dial tcp ${to.ip}:${to.port}: ${reasonOf(error)}`);
    if (to.scheme === "https" && error instanceof Error)
      throw serviceUnavailable(`error trying to reach service: ${error.message}`);
    throw error;
  }
}

function reasonOf({ code, message }: NetworkError): string {
  switch (code) {
    case "ECONNREFUSED":
      return "connect: connection refused";
    case "EHOSTUNREACH":
      return "connect: no route to host";
    case "ETIMEDOUT":
      return "i/o timeout";
    case "ECONNRESET":
    case "EADDRINUSE":
      return message;
  }
}

async function answer({ status, headers, body, upgraded }: HttpResponse, call: Call): Promise<ApiResponse> {
  if (upgraded) return { status, headers, body: "", upgraded };
  const kept = Object.entries(headers).filter(([name]) => !hopByHopHeaders.has(name));
  const prefix = call.request.path.slice(0, call.request.path.length - call.route.rest.length);
  const { location } = headers;
  const redirect = location?.startsWith("/") ? { location: `${prefix}${location}` } : {};
  const isHtml = headers["content-type"]?.startsWith("text/html") ?? false;
  const content = isHtml ? rewriteLinks(await textOf(body), prefix) : body;
  return { status, headers: { ...Object.fromEntries(kept), ...redirect }, body: content };
}

/** Absolute links of a page stay below the proxy's own path. */
function rewriteLinks(html: string, prefix: string): string {
  return html.replaceAll(/(\s(?:href|src|action)=["'])\/(?!\/)/gu, (_, before: string) => `${before}${prefix}/`);
}

async function textOf(body: string | Uint8Array | ByteSource): Promise<string> {
  if (typeof body === "string") return body;
  if (body instanceof Uint8Array) return Buffer.from(body).toString();
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
