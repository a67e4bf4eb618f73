import type { Duplex } from "node:stream";

import type { EndpointSlice } from "../api/types.gen.ts";
import type { Informers } from "../client/informer.ts";
import { slicesByService } from "../client/service-slices.ts";
import { httpExchange } from "../network/http-client.ts";
import type { HttpRequest, HttpResponse } from "../network/http.ts";
import { securedClient } from "../network/https-exchange.ts";
import { type Address, NetworkError } from "../network/network.ts";
import { secrets } from "../resources/core/secret.ts";
import { services } from "../resources/core/service.ts";
import type { Clock } from "../sim/clock.ts";
import type { Random } from "../sim/random.ts";
import { type FindSecret, refusal } from "./access.ts";
import { annotationOf } from "./annotations.ts";
import { goesToCanary } from "./canary.ts";
import { nginxPage } from "./nginx-page.ts";
import { redirectFor } from "./redirects.ts";
import { type Location, locationFor, rewritten, type Upstream, type VirtualHost, virtualHostFor } from "./routes.ts";

const connectTimeoutMs = 5000;
const readTimeoutMs = 60_000;
/** How many endpoints are tried before nginx gives up. */
const tries = 3;
const hopByHop = new Set([
  "connection",
  "keep-alive",
  "transfer-encoding",
  "te",
  "trailer",
  "upgrade",
  "proxy-connection",
]);

export interface ServeOptions {
  readonly informers: Informers;
  readonly clock: Clock;
  readonly random: Random;
  /** The virtual hosts as they are now. */
  hosts(): ReadonlyMap<string, VirtualHost>;
}

/** One request as the controller's pod hears it. */
export interface IngressRequest {
  readonly request: HttpRequest;
  readonly scheme: "http" | "https";
  /** A connection from the controller's pod. */
  dial(to: Address, signal: AbortSignal): Promise<Duplex>;
}

/** What came of a request, for the access log. */
export interface IngressReply {
  readonly response: HttpResponse;
  /** `default-web-80`; "" when no upstream was asked. */
  readonly upstreamName: string;
  readonly upstream: Address | undefined;
  readonly requestId: string;
}

/** Answers requests as ingress-nginx does: by host and path, to a Service's endpoints in turn. */
export function ingressServer(options: ServeOptions): (incoming: IngressRequest) => Promise<IngressReply> {
  const turns = new Map<string, number>();
  const slicesOf = slicesByService(options.informers);
  const endpointsOf = (upstream: Upstream): readonly Address[] => {
    const all = addressesOf(upstream, slicesOf(`${upstream.namespace}/${upstream.service}`), options.informers);
    const turn = turns.get(nameOf(upstream)) ?? 0;
    turns.set(nameOf(upstream), turn + 1);
    const start = all.length > 0 ? turn % all.length : 0;
    return [...all.slice(start), ...all.slice(0, start)];
  };
  const findSecret: FindSecret = (namespace, name) => options.informers.for(secrets).get({ namespace, name });
  return async (incoming) => {
    const { request, scheme } = incoming;
    const requestId = Buffer.from(options.random.bytes(16)).toString("hex");
    const none = { upstreamName: "", upstream: undefined, requestId };
    const [path = "/"] = request.url.split("?", 1);
    const host = virtualHostFor(options.hosts(), request.headers["host"] ?? "");
    const location = host && locationFor(host, path);
    const early =
      redirectFor(request, { host, location, scheme }) ?? (location && refusal(request, location.ingress, findSecret));
    if (early) return { ...none, response: early };
    const upstream = (location && upstreamFor(location, request, options.random)) ?? host?.fallback;
    if (!upstream) return { ...none, upstreamName: "upstream-default-backend", response: nginxPage(404) };
    const outgoing = outgoingRequest(incoming, { location, path, requestId });
    const isSecure = location && annotationOf(location.ingress, "backend-protocol") === "HTTPS";
    const dial = isSecure ? securely(incoming.dial) : incoming.dial;
    const { response, from } = await ask(endpointsOf(upstream), outgoing, { dial, clock: options.clock });
    const isTls = scheme === "https" && host?.tlsSecret !== undefined;
    return {
      requestId,
      upstreamName: nameOf(upstream),
      upstream: from,
      response: isTls ? withHsts(response) : response,
    };
  };
}

function upstreamFor({ upstream, canary }: Location, request: HttpRequest, random: Random): Upstream {
  return canary && goesToCanary(canary.ingress, request, random) ? canary.upstream : upstream;
}

/** TLS to the pods, whose certificates nobody looks at. */
function securely(dial: IngressRequest["dial"]): IngressRequest["dial"] {
  return async (to, signal) => {
    const connection = await dial(to, signal);
    try {
      return await securedClient(connection);
    } catch (error) {
      throw new NetworkError("ECONNRESET", error instanceof Error ? error.message : String(error));
    }
  };
}

function nameOf({ namespace, service, port }: Upstream): string {
  return `${namespace}-${service}-${port}`;
}

function withHsts(response: HttpResponse): HttpResponse {
  const hsts = { "strict-transport-security": "max-age=31536000; includeSubDomains" };
  return { ...response, headers: { ...hsts, ...response.headers } };
}

function outgoingRequest(
  { request, scheme }: IngressRequest,
  { location, path, requestId }: { location: Location | undefined; path: string; requestId: string },
): HttpRequest {
  const { method, url, headers, body, remote } = request;
  const client = remote?.ip ?? "";
  const kept = Object.entries(headers).filter(([name]) => !hopByHop.has(name));
  const added = {
    "x-request-id": headers["x-request-id"] ?? requestId,
    "x-real-ip": client,
    "x-forwarded-for": client,
    "x-forwarded-host": headers["host"] ?? "",
    "x-forwarded-port": scheme === "https" ? "443" : "80",
    "x-forwarded-proto": scheme,
    "x-forwarded-scheme": scheme,
    "x-scheme": scheme,
  };
  const target = location ? rewritten(location, path) : path;
  return {
    method,
    url: `${target}${url.slice(path.length)}`,
    headers: { ...Object.fromEntries(kept), ...added, ...upgradeOf(headers) },
    body,
  };
}

/** A WebSocket is asked for as the client asks for it. */
function upgradeOf({ upgrade }: HttpRequest["headers"]): Readonly<Record<string, string>> {
  return upgrade === undefined ? { connection: "close" } : { connection: "upgrade", upgrade };
}

interface Asking {
  readonly clock: Clock;
  dial(to: Address, signal: AbortSignal): Promise<Duplex>;
}

/** The first endpoint that can be connected to; one that cannot is passed over. */
async function ask(
  endpoints: readonly Address[],
  request: HttpRequest,
  { clock, dial }: Asking,
): Promise<{ response: HttpResponse; from: Address | undefined }> {
  if (endpoints.length === 0) return { response: nginxPage(503), from: undefined };
  let status = 502;
  for (const to of endpoints.slice(0, tries)) {
    const connection = await within(clock, connectTimeoutMs, (signal) => dial(to, signal));
    if (connection instanceof NetworkError) {
      status = connection.code === "ETIMEDOUT" ? 504 : 502;
      continue;
    }
    const response = await within(clock, readTimeoutMs, (signal) => httpExchange(connection, request, signal));
    if (!(response instanceof NetworkError)) return { response: withoutHopByHop(response), from: to };
    return { response: nginxPage(response.code === "ETIMEDOUT" ? 504 : 502), from: to };
  }
  return { response: nginxPage(status), from: endpoints[0] };
}

/** What goes wrong on the network is a result like any other. */
async function within<T>(
  clock: Clock,
  timeoutMs: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | NetworkError> {
  const abort = new AbortController();
  const cancel = clock.after(timeoutMs, () => abort.abort());
  try {
    return await work(abort.signal);
  } catch (error) {
    if (error instanceof NetworkError) return error;
    throw error;
  } finally {
    cancel();
  }
}

function withoutHopByHop(response: HttpResponse): HttpResponse {
  if (response.upgraded) return response;
  const kept = Object.entries(response.headers).filter(([name]) => !hopByHop.has(name) && name !== "server");
  return { ...response, headers: Object.fromEntries(kept) };
}

/** The ready endpoints of a Service's port: nginx asks pods, not the Service's own address. */
function addressesOf(upstream: Upstream, slices: readonly EndpointSlice[], informers: Informers): readonly Address[] {
  const service = informers.for(services).get({ namespace: upstream.namespace, name: upstream.service });
  const port = service?.spec.ports?.find(
    ({ name, port: number }) => name === upstream.port || number === upstream.port,
  );
  if (!port) return [];
  return slices.flatMap(({ endpoints, ports = [] }) => {
    const target = ports.find(({ name = "" }) => name === (port.name ?? ""))?.port;
    if (target === undefined) return [];
    const ready = endpoints.filter(({ conditions }) => conditions?.ready ?? true);
    return ready.flatMap(({ addresses }) => addresses.slice(0, 1).map((ip) => ({ ip, port: target })));
  });
}
