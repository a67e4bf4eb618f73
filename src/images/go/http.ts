import { STATUS_CODES } from "node:http";

import { decodeText, encodeText, readAll } from "../../api/bytes.ts";
import { httpDate } from "../../network/http-headers.ts";
import type { HttpHeaders, HttpRequest, HttpResponse } from "../../network/http.ts";
import type { Process } from "../../runtime/process.ts";

export interface Answer {
  readonly status?: number;
  /** Set by the program; those that Go adds by itself follow them. */
  readonly headers?: HttpHeaders;
}

/** A response with the headers of Go's server in its order: the handler's own, Date, Content-Length, Content-Type. */
export function goResponse(
  { clock }: Process,
  body: string | Uint8Array,
  { status = 200, headers = {} }: Answer = {},
): HttpResponse {
  const bytes = typeof body === "string" ? encodeText(body) : body;
  const type = "content-type" in headers || bytes.length === 0 ? {} : { "content-type": sniffedType(bytes) };
  return {
    status,
    headers: { ...headers, date: httpDate(clock.now()), "content-length": String(bytes.length), ...type },
    body: bytes,
  };
}

/** `http.Error`. */
export function goError(process: Process, text: string, status: number): HttpResponse {
  const headers = { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" };
  return goResponse(process, `${text}\n`, { status, headers });
}

export function goNotFound(process: Process): HttpResponse {
  return goError(process, "404 page not found", 404);
}

/** `http.Redirect`. */
export function goRedirect(process: Process, { method }: HttpRequest, location: string, status: number): HttpResponse {
  const isRead = method === "GET" || method === "HEAD";
  const escaped = location.replaceAll("&", "&amp;").replaceAll('"', "&#34;").replaceAll("<", "&lt;");
  const body = isRead ? `<a href="${escaped}">${STATUS_CODES[status] ?? ""}</a>.\n\n` : "";
  const headers = { ...(isRead ? { "content-type": "text/html; charset=utf-8" } : {}), location };
  return goResponse(process, body, { status, headers });
}

/** The first bytes decide. https://pkg.go.dev/net/http#DetectContentType */
export function sniffedType(bytes: Uint8Array): string {
  const start = decodeText(bytes.subarray(0, 512)).trimStart().toLowerCase();
  if (/^<(?:!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p)[\s>]/u.test(start)) {
    return "text/html; charset=utf-8";
  }
  if (start.startsWith("<?xml")) return "text/xml; charset=utf-8";
  const isBinary = bytes
    .subarray(0, 512)
    .some((byte) => byte < 9 || byte === 11 || (byte > 13 && byte < 32 && byte !== 27));
  return isBinary ? "application/octet-stream" : "text/plain; charset=utf-8";
}

/** A request's path and query. */
export function targetOf({ url }: Pick<HttpRequest, "url">): {
  readonly path: string;
  readonly query: URLSearchParams;
} {
  const cut = url.indexOf("?");
  const path = cut < 0 ? url : url.slice(0, cut);
  return { path: decoded(path), query: new URLSearchParams(cut < 0 ? "" : url.slice(cut + 1)) };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) return path;
    throw error;
  }
}

/** `r.FormValue`: a form in the body goes before the query. */
export async function formOf(request: HttpRequest): Promise<URLSearchParams> {
  const { query } = targetOf(request);
  const isForm = request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded") ?? false;
  if (!isForm || !["POST", "PUT", "PATCH"].includes(request.method)) return query;
  const posted = new URLSearchParams(decodeText(await bodyOf(request)));
  return new URLSearchParams([...posted, ...query]);
}

export async function bodyOf({ body }: Pick<HttpRequest, "body">): Promise<Uint8Array> {
  return body instanceof Uint8Array ? body : readAll(body);
}

/** `10.244.0.5:41234`, as `r.RemoteAddr` has it. */
export function remoteAddress({ remote }: HttpRequest): string {
  return remote ? `${remote.ip}:${remote.port}` : "";
}
