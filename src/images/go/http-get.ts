import { decodeText, encodeText, readAll } from "../../api/bytes.ts";
import type { HttpRequest, HttpResponse } from "../../network/http.ts";
import { NetworkError } from "../../network/network.ts";
import type { Process } from "../../runtime/process.ts";
import { resolvConfServer } from "./resolve.ts";

export interface GoReply {
  readonly status: number;
  readonly body: string;
}

/** A failed request, in the words of Go's HTTP client. */
export class GoHttpError extends Error {}

/** What `http.Client` does with a URL and a timeout. Throws GoHttpError. */
export async function goRequest(
  process: Process,
  url: string,
  {
    method = "GET",
    body = "",
    timeoutMs = 0,
    headers = {},
  }: Partial<Pick<HttpRequest, "method" | "headers">> & {
    readonly body?: string;
    readonly timeoutMs?: number;
  } = {},
): Promise<GoReply> {
  const { hostname, port, pathname, search, host } = new URL(url);
  const abort = new AbortController();
  const cancel = timeoutMs > 0 ? process.clock.after(timeoutMs, () => abort.abort()) : undefined;
  const verb = `${method.charAt(0)}${method.slice(1).toLowerCase()} ${JSON.stringify(url)}`;
  const to = { ip: await resolvedHost(process, hostname, verb), port: Number(port || 80) };
  const bytes = encodeText(body);
  const sized: Record<string, string> = bytes.length > 0 ? { "content-length": String(bytes.length) } : {};
  const own = { host, "user-agent": "Go-http-client/1.1", ...sized, ...headers, "accept-encoding": "gzip" };
  try {
    const request: HttpRequest = { method, url: `${pathname}${search}`, headers: own, body: bytes };
    const response = await process.network.fetch(to, request, abort.signal);
    return { status: response.status, body: await bodyText(process, response, abort) };
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    throw new GoHttpError(`${verb}: ${reason(error, `${to.ip}:${to.port}`, abort.signal.aborted)}`);
  } finally {
    cancel?.();
  }
}

async function resolvedHost(process: Process, hostname: string, verb: string): Promise<string> {
  const name = hostname.replaceAll(/[[\]]/gu, "");
  const [ip] = await process.network.lookup(name).catch((error: unknown) => {
    if (error instanceof NetworkError) return [];
    throw error;
  });
  if (ip !== undefined) return ip;
  throw new GoHttpError(`${verb}: dial tcp: ${lookupFailure(process, name)}`);
}

/** `lookup web on 10.96.0.10:53: no such host`. */
export function lookupFailure(process: Process, name: string): string {
  return `lookup ${name} on ${resolvConfServer(process)}:53: no such host`;
}

async function bodyText(process: Process, { body }: HttpResponse, abort: AbortController): Promise<string> {
  if (typeof body === "string") return body;
  return decodeText(body instanceof Uint8Array ? body : await process.waitFor(readAll(body), () => abort.abort()));
}

function reason({ code, message }: NetworkError, address: string, isLate: boolean): string {
  if (isLate && message.startsWith("connect")) {
    return `dial tcp ${address}: i/o timeout (Client.Timeout exceeded while awaiting headers)`;
  }
  if (isLate) return "context deadline exceeded (Client.Timeout exceeded while awaiting headers)";
  return dialFailure(code, address, message);
}

/** `dial tcp 10.0.0.1:80: connect: connection refused`. */
export function dialFailure(code: NetworkError["code"], address: string, message = ""): string {
  switch (code) {
    case "ECONNREFUSED":
      return `dial tcp ${address}: connect: connection refused`;
    case "EHOSTUNREACH":
      return `dial tcp ${address}: connect: no route to host`;
    case "ECONNRESET":
      return message.startsWith("read") ? "EOF" : `read tcp ${address}: read: connection reset by peer`;
    default:
      return `dial tcp ${address}: i/o timeout`;
  }
}
