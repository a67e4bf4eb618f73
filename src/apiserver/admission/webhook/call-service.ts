import type { Duplex } from "node:stream";
import { connect, type TLSSocket } from "node:tls";

import { decodeText, encodeText, readAll } from "../../../api/bytes.ts";
import type { EndpointSlice, Pod, Service, ServiceReference } from "../../../api/types.gen.ts";
import type { NodeAgents } from "../../../client/node-agents.ts";
import { httpExchange } from "../../../network/http-client.ts";
import { pods } from "../../../resources/core/pod.ts";
import { services } from "../../../resources/core/service.ts";
import type { ResourceDefinition } from "../../../resources/definition.ts";
import { endpointSlices } from "../../../resources/discovery/endpoint-slice.ts";
import type { Registry } from "../../registry.ts";

/** A POST of JSON to a Service of the cluster. */
export interface ServiceCall {
  readonly service: ServiceReference;
  /** Path and query. */
  readonly url: string;
  /** PEM: whom to trust. None: nobody. */
  readonly trusted: string;
  readonly timeoutMs: number;
  readonly body: unknown;
}

/** Why no answer came, in the words of Go's HTTP client. */
export class CallError extends Error {}

/** Calls a Service over TLS at one of its ready pods; resolves with what a 200 says. Rejects with CallError. */
export async function callService(agents: NodeAgents, registry: Registry, call: ServiceCall): Promise<string> {
  const { pod, port, asked } = endpointOf(registry, call.service);
  const giveUp = new AbortController();
  const cancel = registry.clock.after(call.timeoutMs, () => giveUp.abort());
  const late = new Promise<never>((_, reject) => {
    giveUp.signal.addEventListener("abort", () => reject(new CallError("context deadline exceeded")));
  });
  const answer = agents.portForward(pod, port).then((connection) => exchange(connection, call, giveUp.signal));
  try {
    return await Promise.race([answer, late]);
  } catch (error) {
    throw error instanceof CallError ? error : new CallError(whyNot(error, asked));
  } finally {
    cancel();
  }
}

const serviceKind: ResourceDefinition = services;
const sliceKind: ResourceDefinition = endpointSlices;
const podKind: ResourceDefinition = pods;

interface Endpoint {
  readonly pod: Pod;
  readonly port: number;
  /** The Service's own address and port. */
  readonly asked: string;
}

function endpointOf(registry: Registry, { name, namespace, port = 443 }: ServiceReference): Endpoint {
  const service = registry.find(serviceKind, { namespace, name }) as Service | undefined;
  if (!service) throw new CallError(`service "${name}" not found`);
  const wanted = service.spec.ports?.find((one) => one.port === port);
  if (!wanted) throw new CallError(`no service port ${port} found for service "${name}"`);
  const endpoints = (registry.list(sliceKind, namespace) as readonly EndpointSlice[])
    .filter(({ metadata }) => metadata.labels?.["kubernetes.io/service-name"] === name)
    .flatMap((slice) => podsBehind(slice, wanted.name ?? ""))
    .flatMap(({ pod, port: target }) => {
      const found = registry.find(podKind, { namespace, name: pod }) as Pod | undefined;
      return found ? [{ pod: found, port: target, asked: `${service.spec.clusterIP ?? ""}:${port}` }] : [];
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

async function exchange(
  connection: Duplex,
  { service, url, trusted, body }: ServiceCall,
  signal: AbortSignal,
): Promise<string> {
  if (signal.aborted) connection.destroy();
  const host = `${service.name}.${service.namespace}.svc`;
  signal.addEventListener("abort", () => connection.destroy());
  try {
    const socket = await secured(connection, host, trusted);
    const headers = {
      host: `${host}:${service.port ?? 443}`,
      "user-agent": "kube-apiserver-admission",
      accept: "application/json, */*",
      "content-type": "application/json",
      connection: "close",
    };
    const bytes = encodeText(JSON.stringify(body));
    const answer = await httpExchange(
      socket,
      {
        method: "POST",
        url,
        headers: { ...headers, "content-length": String(bytes.length) },
        body: bytes,
      },
      signal,
    );
    const text = await textOf(answer.body);
    if (answer.status === 200) return text;
    if (answer.status === 404) throw new CallError("the server could not find the requested resource");
    throw new CallError(`an error on the server (${JSON.stringify(text)}) has prevented the request from succeeding`);
  } finally {
    connection.destroy();
  }
}

async function textOf(body: string | Uint8Array | AsyncIterable<Uint8Array>): Promise<string> {
  if (typeof body === "string") return body;
  return decodeText(body instanceof Uint8Array ? body : await readAll(body));
}

function secured(connection: Duplex, host: string, trusted: string): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      socket: connection,
      servername: host,
      host,
      ca: trusted || [],
      ALPNProtocols: ["http/1.1"],
    });
    socket.once("secureConnect", () => resolve(socket));
    socket.on("error", reject);
    socket.once("close", () => reject(new CallError("EOF")));
  });
}

const authorities = /UNABLE_TO|SELF_SIGNED|ISSUER|CERT_UNTRUSTED/u;

function whyNot(error: unknown, asked: string): string {
  const { code = "", message } = error as NodeJS.ErrnoException;
  const verify = "tls: failed to verify certificate: x509:";
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") return `${verify} certificate is not valid for the name of the service`;
  if (code === "CERT_HAS_EXPIRED") return `${verify} certificate has expired or is not yet valid`;
  if (authorities.test(code)) return `${verify} certificate signed by unknown authority`;
  if (code === "ECONNREFUSED") return `dial tcp ${asked}: connect: connection refused`;
  if (code === "ECONNRESET") return "read: connection reset by peer";
  return message;
}
