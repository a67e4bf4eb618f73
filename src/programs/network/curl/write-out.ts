import type { Exchange } from "./transfer.ts";

export interface TransferFacts {
  readonly url: string;
  /** The last exchange, if there was one. */
  readonly exchange: Exchange | undefined;
  readonly downloaded: number;
  readonly redirects: number;
  readonly totalMs: number;
  readonly exitCode: number;
  readonly error: string;
}

/** `-w` https://curl.se/docs/manpage.html#-w */
export function writeOut(format: string, facts: TransferFacts): string {
  return format
    .replaceAll(
      /%header\{([^}]+)\}/giu,
      (_, name: string) => facts.exchange?.response.headers[name.toLowerCase()] ?? "",
    )
    .replaceAll(/%\{([a-z_]+)\}/giu, (whole, name: string) => variable(name, facts) ?? whole)
    .replaceAll("%%", "%")
    .replaceAll(/\\([nrt\\])/gu, (_, letter: string) => ({ n: "\n", r: "\r", t: "\t" })[letter] ?? "\\");
}

function variable(
  name: string,
  { url, exchange, downloaded, redirects, totalMs, exitCode, error }: TransferFacts,
): string | undefined {
  const { target, response, ip, request, connectMs = 0 } = exchange ?? {};
  switch (name) {
    case "http_code":
    case "response_code":
      return String(response?.status ?? 0).padStart(3, "0");
    case "remote_ip":
      return ip ?? "";
    case "remote_port":
      return String(target?.port ?? "");
    case "local_ip":
    case "local_port":
      return "";
    case "size_download":
      return String(downloaded);
    case "size_upload":
      return String(request?.body.length ?? 0);
    case "num_redirects":
      return String(redirects);
    case "num_connects":
      return exchange ? "1" : "0";
    case "url":
    case "url_effective":
      return target
        ? `${target.scheme}://${target.host}${isPlain(target) ? "" : `:${target.port}`}${request?.path ?? ""}`
        : url;
    case "content_type":
      return response?.headers["content-type"] ?? "";
    case "redirect_url":
      return response?.headers["location"] ?? "";
    case "method":
      return request?.method ?? "";
    case "scheme":
      return target?.scheme ?? "";
    case "http_version":
      return response ? "1.1" : "0";
    case "exitcode":
      return String(exitCode);
    case "errormsg":
      return error;
    case "num_headers":
      return String(Object.keys(response?.headers ?? {}).length);
    case "speed_download":
      return String(totalMs > 0 ? Math.round((downloaded * 1000) / totalMs) : 0);
    default:
      return timeVariable(name, { connectMs, totalMs });
  }
}

function timeVariable(
  name: string,
  { connectMs, totalMs }: { readonly connectMs: number; readonly totalMs: number },
): string | undefined {
  switch (name) {
    case "time_total":
      return timeOf(totalMs);
    case "time_connect":
    case "time_appconnect":
    case "time_pretransfer":
    case "time_starttransfer":
      return timeOf(connectMs);
    case "time_namelookup":
    case "time_redirect":
      return timeOf(0);
    default:
      return undefined;
  }
}

function isPlain({ scheme, port }: { scheme: string; port: number }): boolean {
  return port === (scheme === "https" ? 443 : 80);
}

function timeOf(ms: number): string {
  return (ms / 1000).toFixed(6);
}
