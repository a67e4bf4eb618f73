import type { HttpRequest, HttpResponse } from "../../network/http.ts";
import { type Address, NetworkError } from "../../network/network.ts";
import type { Exchange } from "./exchange.ts";
import { type Reply, statusReply } from "./reply.ts";
import type { Place } from "./static.ts";
import type { Upstreams } from "./upstreams.ts";
import { interpolate } from "./variables.ts";

/** Headers that belong to one connection. */
const ownHeaders: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
  "te",
  "date",
  "server",
]);

/** Hands the request to the server of `proxy_pass`: 502 when it refuses, 504 when it is silent. */
export async function proxy(place: Place, upstreams: Upstreams): Promise<Reply> {
  const { exchange, settings } = place;
  const url = interpolate(settings.proxyPass ?? "", exchange);
  const [, scheme = "http", authority = "", uri = ""] = /^(https?):\/\/([^/?]+)(.*)$/su.exec(url) ?? [];
  const path = upstreamPath(place, uri);
  const to = upstreams.next(authority) ?? (await addressOf(exchange, authority));
  if (scheme === "https") {
    place.logs.error(exchange, "proxying to https is not simulated");
    return statusReply(exchange, settings, 502);
  }
  if (!to) {
    place.logs.error(exchange, `${authority.replace(/:\d+$/u, "")} could not be resolved (3: Host not found)`);
    return statusReply(exchange, settings, 502);
  }
  exchange.upstream = `${scheme}://${to.ip}:${to.port}${path}`;
  try {
    const { body, status, reason, headers } = await send(place, { to, path, authority });
    const kept = Object.entries(headers).filter(([name]) => isPassed(name, settings.proxyHiddenHeaders));
    return {
      status,
      body,
      ...(reason === undefined ? {} : { reason }),
      contentType: headers["content-type"],
      headers: Object.fromEntries(kept),
    };
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    return failed(place, error);
  }
}

function isPassed(name: string, hidden: readonly string[]): boolean {
  return name !== "content-type" && !ownHeaders.has(name) && !hidden.includes(name);
}

/** A URI in `proxy_pass` takes the place of the location's part of the path. */
function upstreamPath({ exchange, settings, location }: Place, uri: string): string {
  const query = exchange.query === "" ? "" : `?${exchange.query}`;
  if (settings.proxyPass?.includes("$") && uri !== "") return uri;
  if (uri === "" || location?.kind === "pattern") return `${encodeURI(exchange.uri)}${query}`;
  return `${uri}${encodeURI(exchange.uri.slice(location?.path.length ?? 0))}${query}`;
}

async function addressOf({ process }: Exchange, authority: string): Promise<Address | undefined> {
  const [, host = "", port = "80"] = /^(.*?)(?::(\d+))?$/u.exec(authority) ?? [];
  const [ip] = await process.network.lookup(host).catch((error: unknown) => {
    if (error instanceof NetworkError) return [];
    throw error;
  });
  return ip === undefined ? undefined : { ip, port: Number(port) };
}

interface Sending {
  readonly to: Address;
  readonly path: string;
  readonly authority: string;
}

async function send({ exchange, settings }: Place, { to, path, authority }: Sending): Promise<HttpResponse> {
  const { request, process } = exchange;
  const headers: Record<string, string> = { host: authority, connection: "close" };
  for (const [name, value] of Object.entries(request.headers)) {
    if (name !== "host" && !ownHeaders.has(name)) headers[name] = value;
  }
  for (const [name = "", value = ""] of settings.proxySetHeaders) {
    const text = interpolate(value, exchange);
    if (text === "") delete headers[name.toLowerCase()];
    else headers[name.toLowerCase()] = text;
  }
  const abort = new AbortController();
  const cancel = process.clock.after(Math.min(settings.proxyConnectMs, settings.proxyReadMs), () => {
    abort.abort();
  });
  const outgoing: HttpRequest = { method: request.method, url: path, headers, body: request.body };
  try {
    return await process.network.fetch(to, outgoing, abort.signal);
  } finally {
    cancel();
  }
}

function failed({ exchange, settings, logs }: Place, { code, message }: NetworkError): Reply {
  if (code === "ETIMEDOUT") {
    const doing = message.startsWith("read") ? "reading response header from upstream" : "connecting to upstream";
    logs.error(exchange, `upstream timed out (110: Connection timed out) while ${doing}`);
    return statusReply(exchange, settings, 504);
  }
  if (code === "ECONNRESET") {
    logs.error(exchange, "upstream prematurely closed connection while reading response header from upstream");
  } else {
    const reason = code === "EHOSTUNREACH" ? "113: Host is unreachable" : "111: Connection refused";
    logs.error(exchange, `connect() failed (${reason}) while connecting to upstream`);
  }
  return statusReply(exchange, settings, 502);
}
