import { concatBytes, decodeText } from "../api/bytes.ts";
import type { HTTPGetAction } from "../api/types.gen.ts";
import type { HttpRequest, HttpResponse } from "../network/http.ts";
import { httpsExchange, PlainHttpError } from "../network/https-exchange.ts";
import { type Address, NetworkError } from "../network/network.ts";
import { type ActionTarget, portOf } from "./action-target.ts";
import { DeadlineError, holdTime, within } from "./deadline.ts";
import { goNetworkError } from "./go-network-error.ts";

export interface HttpGetOptions {
  /** `kube-probe/1.32`. */
  readonly userAgent: string;
  /** Time is up when it aborts. */
  readonly signal: AbortSignal;
}

/** The end of the redirects; `body` is at most its first 10 KiB. */
export interface HttpGetResponse {
  readonly status: number;
  readonly body: string;
}

/** There was no response: `message` is what Go's client says. */
export class HttpGetError extends Error {}

const mostRedirects = 10;
const longestBody = 10 * 1024;

/**
 * A GET as probes and hooks do it. Redirects are followed on the same host only. Rejects with HttpGetError, and with
 * ActionError when there is nothing to ask.
 */
export async function httpGet(
  action: HTTPGetAction,
  target: ActionTarget,
  options: HttpGetOptions,
): Promise<HttpGetResponse> {
  const { host, path = "/", scheme = "HTTP" } = action;
  const port = portOf(action.port, target.container);
  let url = new URL(`${scheme.toLowerCase()}://${host || target.ip}:${port}${path.startsWith("/") ? "" : "/"}${path}`);
  let text = textOf(url, port);
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    const { response, body } = await get(url, { text, action, target, options });
    const next = redirectOf(response, url);
    if (!next || next.hostname !== url.hostname) return { status: response.status, body };
    url = next;
    text = next.href;
  }
  throw new HttpGetError(`Get ${JSON.stringify(text)}: stopped after ${mostRedirects} redirects`);
}

/** Go keeps a port that is the scheme's own. */
function textOf({ protocol, hostname, pathname, search }: URL, port: number): string {
  return `${protocol}//${hostname}:${port}${pathname}${search}`;
}

interface OneGet {
  /** The URL as errors name it. */
  readonly text: string;
  readonly action: HTTPGetAction;
  readonly target: ActionTarget;
  readonly options: HttpGetOptions;
}

async function get(url: URL, one: OneGet): Promise<{ response: HttpResponse; body: string }> {
  const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
  const { text, target, options } = one;
  const to = { ip: await addressOf(url.hostname, one), port };
  const request = requestFor(url, one.action, { port, userAgent: options.userAgent });
  try {
    const exchange =
      url.protocol === "https:"
        ? overTls(to, request, one)
        : target.network.fetch(target.from, to, request, options.signal);
    const response = await within(options.signal, exchange);
    return { response, body: await within(options.signal, bodyOf(response)) };
  } catch (error) {
    throw new HttpGetError(`Get ${JSON.stringify(text)}: ${whyNot(error, to, one)}`);
  }
}

async function addressOf(hostname: string, { text, target }: OneGet): Promise<string> {
  const [ip] = await target.lookup(hostname);
  if (ip === undefined)
    throw new HttpGetError(`Get ${JSON.stringify(text)}: dial tcp: lookup ${hostname}: no such host`);
  return ip;
}

function requestFor(
  { hostname, pathname, search }: URL,
  { httpHeaders = [] }: HTTPGetAction,
  { port, userAgent }: { readonly port: number; readonly userAgent: string },
): HttpRequest {
  const own = { host: `${hostname}:${port}`, "user-agent": userAgent, accept: "*/*", connection: "close" };
  const asked = httpHeaders.map(({ name, value }) => [name.toLowerCase(), value] as const);
  return {
    method: "GET",
    url: `${pathname}${search}`,
    headers: { ...own, ...Object.fromEntries(asked) },
    body: new Uint8Array(),
  };
}

/** Any certificate will do, as for the kubelet's probes. */
async function overTls(to: Address, request: HttpRequest, { target, options }: OneGet): Promise<HttpResponse> {
  const letGo = holdTime(target.clock);
  try {
    return await httpsExchange({ network: target.network, from: target.from, to }, request, options.signal);
  } finally {
    letGo();
  }
}

function whyNot(error: unknown, to: Address, { target, options }: OneGet): string {
  if (error instanceof DeadlineError || options.signal.aborted) {
    const timedOut = "(Client.Timeout exceeded while awaiting headers)";
    const route = target.network.route({ protocol: "TCP", from: { ip: target.from, port: 0 }, to });
    if (typeof route === "string") return `dial tcp ${to.ip}:${to.port}: i/o timeout ${timedOut}`;
    return `context deadline exceeded ${timedOut}`;
  }
  if (error instanceof NetworkError) return goNetworkError(error, to);
  if (error instanceof PlainHttpError) return error.message;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "ECONNRESET") return "EOF";
  if (code.startsWith("ERR_SSL")) return `tls: ${(error as Error).message}`;
  throw error;
}

async function bodyOf({ body }: HttpResponse): Promise<string> {
  if (typeof body === "string") return body.slice(0, longestBody);
  if (body instanceof Uint8Array) return decodeText(body.subarray(0, longestBody));
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= longestBody) break;
  }
  return decodeText(concatBytes(chunks).subarray(0, longestBody));
}

function redirectOf({ status, headers }: HttpResponse, url: URL): URL | undefined {
  const { location } = headers;
  const redirects = [301, 302, 303, 307, 308].includes(status);
  return redirects && location !== undefined && URL.canParse(location, url.href) ? new URL(location, url) : undefined;
}
