import type { Exchange } from "./exchange.ts";
import { nginxLocalTime } from "./time.ts";

/** What is known only once the response is made, for the access log. */
export interface Outcome {
  readonly status: number;
  readonly bodyBytes: number;
}

/** Fills in `$name` and `${name}`. */
export function interpolate(text: string, exchange: Exchange, outcome?: Outcome): string {
  if (!text.includes("$")) return text;
  return text.replaceAll(/\$(?:\{(\w+)\}|(\w+))/gu, (_, braced: string | undefined, plain: string | undefined) =>
    variable(braced ?? plain ?? "", exchange, outcome),
  );
}

function variable(name: string, exchange: Exchange, outcome: Outcome | undefined): string {
  const set = exchange.variables.get(name);
  if (set !== undefined) return set;
  const { request } = exchange;
  if (name.startsWith("http_")) return request.headers[name.slice("http_".length).replaceAll("_", "-")] ?? "";
  if (name.startsWith("arg_")) return new URLSearchParams(exchange.query).get(name.slice("arg_".length)) ?? "";
  if (name.startsWith("cookie_")) return cookie(request.headers["cookie"] ?? "", name.slice("cookie_".length));
  return outcomeVariable(name, outcome) ?? requestVariable(name, exchange) ?? serverVariable(name, exchange) ?? "";
}

function cookie(header: string, name: string): string {
  const pair = header.split(/;\s*/u).find((one) => one.startsWith(`${name}=`));
  return pair?.slice(name.length + 1) ?? "";
}

function outcomeVariable(name: string, outcome: Outcome | undefined): string | undefined {
  switch (name) {
    case "status":
      return String(outcome?.status ?? "");
    case "body_bytes_sent":
    case "bytes_sent":
      return String(outcome?.bodyBytes ?? 0);
    default:
      return undefined;
  }
}

function requestVariable(name: string, { request, uri, query, scheme, process }: Exchange): string | undefined {
  const { method, url, headers, remote } = request;
  switch (name) {
    case "request":
      return `${method} ${url} HTTP/1.1`;
    case "request_method":
      return method;
    case "request_uri":
      return url;
    case "uri":
    case "document_uri":
      return uri;
    case "args":
    case "query_string":
      return query;
    case "is_args":
      return query === "" ? "" : "?";
    case "scheme":
      return scheme;
    case "content_type":
      return headers["content-type"] ?? "";
    case "content_length":
      return headers["content-length"] ?? "";
    case "remote_addr":
    case "realip_remote_addr":
      return remote?.ip ?? "";
    case "remote_port":
      return String(remote?.port ?? "");
    case "remote_user":
      return "-";
    case "proxy_add_x_forwarded_for":
      return [headers["x-forwarded-for"], remote?.ip].filter((part) => part).join(", ");
    case "time_local":
      return nginxLocalTime(process.clock.now());
    case "time_iso8601":
      return `${new Date(process.clock.now()).toISOString().slice(0, 19)}+00:00`;
    case "msec":
      return (process.clock.now() / 1000).toFixed(3);
    case "request_time":
    case "upstream_response_time":
      return "0.000";
    case "request_id":
      return Buffer.from(process.random.bytes(16)).toString("hex");
    default:
      return undefined;
  }
}

function serverVariable(
  name: string,
  { request, site, port, process, version, upstream, number }: Exchange,
): string | undefined {
  switch (name) {
    case "host":
      return (request.headers["host"] ?? site.names[0] ?? "").replace(/:\d+$/u, "").toLowerCase();
    case "hostname":
      return process.container.hostname;
    case "server_addr":
      return process.network.ip;
    case "server_port":
      return String(port);
    case "server_name":
      return site.names[0] ?? "";
    case "server_protocol":
      return "HTTP/1.1";
    case "document_root":
      return site.settings.root;
    case "nginx_version":
      return version;
    case "upstream_addr":
    case "proxy_host":
      return upstream;
    case "connection":
      return String(number);
    case "pid":
      return String(process.pid);
    case "pipe":
      return ".";
    default:
      return undefined;
  }
}
