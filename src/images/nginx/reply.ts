import { httpDate } from "../../network/http-headers.ts";
import type { HttpHeaders, HttpResponse } from "../../network/http.ts";
import type { Exchange } from "./exchange.ts";
import { errorPage, nginxReason } from "./pages.ts";
import type { HeaderRule, Settings } from "./settings.ts";
import { interpolate } from "./variables.ts";

/** What nginx answers, before its own headers are added. */
export interface Reply {
  readonly status: number;
  readonly body: HttpResponse["body"];
  readonly reason?: string;
  readonly contentType?: string | undefined;
  readonly headers?: HttpHeaders;
}

/** Statuses on which `add_header` without `always` takes effect. */
const fineStatuses: ReadonlySet<number> = new Set([200, 201, 204, 206, 301, 302, 303, 304, 307, 308]);

function signatureOf({ version }: Exchange, { serverTokens }: Settings): string {
  return serverTokens ? `nginx/${version}` : "nginx";
}

/** nginx's page for a status. */
export function statusReply(exchange: Exchange, settings: Settings, status: number, headers: HttpHeaders = {}): Reply {
  const body = errorPage(status, signatureOf(exchange, settings)) ?? "";
  return { status, body, contentType: "text/html", headers };
}

/** The whole response, headers in nginx's order. */
export function finishReply(exchange: Exchange, settings: Settings, reply: Reply): HttpResponse {
  const { status, body, headers = {} } = reply;
  const length =
    typeof body === "string" ? Buffer.byteLength(body) : body instanceof Uint8Array ? body.length : undefined;
  const type = withCharset(reply.contentType, settings.charset);
  const { "last-modified": modified, ...others } = headers;
  const reason = reply.reason ?? nginxReason(status);
  return {
    status,
    ...(reason === undefined ? {} : { reason }),
    headers: {
      server: signatureOf(exchange, settings),
      date: httpDate(exchange.process.clock.now()),
      ...(type === undefined || status === 304 || status === 204 ? {} : { "content-type": type }),
      ...(length === undefined || status === 304 || status === 204 ? {} : { "content-length": String(length) }),
      ...(modified === undefined ? {} : { "last-modified": modified }),
      connection: exchange.request.headers["connection"]?.toLowerCase() === "close" ? "close" : "keep-alive",
      ...others,
      ...addedHeaders(exchange, settings.addHeaders, status),
    },
    body,
  };
}

function withCharset(type: string | undefined, charset: string | undefined): string | undefined {
  const isText = type !== undefined && /^text\/|javascript$|xml$/u.test(type) && !type.includes("charset");
  return isText && charset !== undefined ? `${type}; charset=${charset}` : type;
}

function addedHeaders(exchange: Exchange, rules: readonly HeaderRule[], status: number): HttpHeaders {
  const added: Record<string, string> = {};
  for (const { name, value, always } of rules) {
    const text = always || fineStatuses.has(status) ? interpolate(value, exchange) : "";
    if (text !== "") added[name.toLowerCase()] = text;
  }
  return added;
}
