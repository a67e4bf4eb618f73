import { encodeText, readAll } from "../api/bytes.ts";
import type { Pod } from "../api/types.gen.ts";
import type { Lookup } from "../dns/resolver.ts";
import type { Kubelet } from "../kubelet/kubelet.ts";
import type { KubeProxy } from "../kubeproxy/kube-proxy.ts";
import type { HttpRequest, HttpResponse } from "../network/http.ts";
import { isLoopback } from "../network/loopback.ts";
import { type Address, type Network, NetworkError } from "../network/network.ts";
import { hostIp } from "./addresses.ts";

export interface FetchOptions {
  /** The pod that asks; this machine unless given. */
  readonly from?: string;
  readonly namespace?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface FetchParts {
  readonly network: Network;
  readonly proxy: KubeProxy;
  readonly kubelets: ReadonlyMap<string, Kubelet>;
  readonly lookup: Lookup;
}

/**
 * One HTTP request in the cluster. Rejects with NetworkError, with the code a socket would give: a name that is not
 * found (ENOTFOUND), or that no DNS server answers for (EAI_AGAIN), as Node's Error that names the host.
 */
export async function fetchFrom(
  parts: FetchParts,
  { url, pod }: { url: string; pod: Pod | undefined },
  options: FetchOptions,
): Promise<Reply> {
  const target = targetOf(url);
  const request = requestFor(target, options);
  const response = pod ? await fromPod(parts, pod, { target, request }) : await fromHost(parts, target, request);
  const { status, headers, body } = response;
  return { status, headers, body: typeof body === "string" ? body : await textOf(body) };
}

interface Target {
  readonly host: string;
  readonly port: number;
  readonly path: string;
}

const targets = new Map<string, Target>();
const rememberedTargets = 1000;

/** Parsing a URL costs more than the rest of a request in this process, so the latest ones are remembered. */
function targetOf(url: string): Target {
  let target = targets.get(url);
  if (!target) {
    const parsed = new URL(url);
    if (parsed.protocol !== "http:") throw new Error(`only http: is simulated, not ${parsed.protocol}`);
    target = { host: parsed.hostname, port: Number(parsed.port || 80), path: parsed.pathname + parsed.search };
    if (targets.size >= rememberedTargets) targets.clear();
    targets.set(url, target);
  }
  return target;
}

const noBody = new Uint8Array();

function requestFor({ host, port, path }: Target, { method = "GET", headers, body }: FetchOptions): HttpRequest {
  const own = { host: port === 80 ? host : `${host}:${port}` };
  return {
    method,
    url: path,
    headers: headers ? { ...own, ...lowerCase(headers) } : own,
    body: body === undefined ? noBody : typeof body === "string" ? encodeText(body) : body,
  };
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

async function fromPod(
  { kubelets, lookup, network }: FetchParts,
  pod: Pod,
  { target, request }: { target: Target; request: HttpRequest },
): Promise<HttpResponse> {
  const sandbox = kubelets.get(pod.spec.nodeName ?? "")?.worker(pod.metadata.uid ?? "")?.sandbox;
  if (!sandbox?.ip) throw new Error(`pod ${pod.metadata.name} has no network yet`);
  const { ip: from, hosts, resolvConf } = sandbox;
  const [ip] = await lookup(target.host, { from, hosts, resolvConf }).catch((error: unknown) => {
    throw error instanceof NetworkError ? new Error(`getaddrinfo EAI_AGAIN ${target.host}`) : error;
  });
  if (ip === undefined) throw new Error(`getaddrinfo ENOTFOUND ${target.host}`);
  return network.fetch(from, { ip, port: target.port }, request);
}

/** From this machine only NodePorts and load balancers are reached, as on a real one. */
function fromHost({ network, proxy }: FetchParts, { host, port }: Target, request: HttpRequest): Promise<HttpResponse> {
  const isName = host !== "localhost" && !/^[\d.]+$/u.test(host);
  if (isName) return Promise.reject(new Error(`getaddrinfo ENOTFOUND ${host}`));
  const to = addressFromHost(proxy, host, port);
  if (typeof to === "object") return network.fetch(hostIp, to, request);
  return Promise.reject(new NetworkError(to, `connect ${to} ${host}:${port}`));
}

function addressFromHost(proxy: KubeProxy, host: string, port: number): Address | "ECONNREFUSED" | "ETIMEDOUT" {
  const ip = host === "localhost" ? "127.0.0.1" : host;
  if (!isLoopback(ip)) return proxy.nodes.withIp(ip) ? { ip, port } : "ETIMEDOUT";
  if (proxy.isServiceIp(ip)) return { ip, port };
  const node = proxy.hasNodePort(port) ? proxy.entryFor(port, "TCP") : undefined;
  return node ? { ip: node.ip, port } : "ECONNREFUSED";
}

async function textOf(body: Exclude<HttpResponse["body"], string>): Promise<string> {
  return Buffer.from(body instanceof Uint8Array ? body : await readAll(body)).toString();
}
