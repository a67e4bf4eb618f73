import { type Process, SystemError } from "../../../runtime/process.ts";
import type { Exchange } from "./transfer.ts";

export interface TransferFacts {
  readonly url: string;
  /** The last exchange, if there was one. */
  readonly exchange: Exchange | undefined;
  readonly downloaded: number;
  readonly redirects: number;
  readonly retries: number;
  readonly totalMs: number;
  readonly exitCode: number;
  readonly error: string;
  /** Where the body went; undefined: stdout. */
  readonly file: string | undefined;
  readonly urlNumber: number;
}

/** Prints what `-w` asks for. https://curl.se/docs/manpage.html#-w */
export async function writeOut(given: string, facts: TransferFacts, process: Process): Promise<void> {
  const format = given.startsWith("@") ? await formatIn(given.slice(1), process) : given;
  let toStderr = false;
  for (const [piece, header, name, escape] of format.matchAll(pieces)) {
    if (name === "stderr" || name === "stdout") {
      toStderr = name === "stderr";
      continue;
    }
    if (name === "onerror" && facts.exitCode === 0) break;
    const known = name === undefined ? plain(piece, { header, escape, facts }) : variable(name, facts);
    if (known === undefined) await process.warn(`curl: unknown --write-out variable: '${name ?? ""}'\n`);
    else await (toStderr ? process.warn(known) : process.print(known));
  }
}

const pieces = /%header\{([^}]*)\}|%\{([^}]*)\}|\\([^])|%%|[^%\\]+|[%\\]/giu;
const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", "\\": "\\" };

interface Plain {
  readonly header: string | undefined;
  readonly escape: string | undefined;
  readonly facts: TransferFacts;
}

function plain(piece: string, { header, escape, facts }: Plain): string {
  if (header !== undefined) return facts.exchange?.response.headers[header.toLowerCase()] ?? "";
  if (escape !== undefined) return escapes[escape] ?? `\\${escape}`;
  return piece === "%%" ? "%" : piece;
}

async function formatIn(path: string, process: Process): Promise<string> {
  if (path === "-") return process.stdin.readText();
  try {
    return process.files.readText(process.resolve(path)).replaceAll(/[\r\n]/gu, "");
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    await process.warn(`curl: Failed to open ${path}\n`);
    return "";
  }
}

function variable(name: string, facts: TransferFacts): string | undefined {
  if (name === "json") return jsonOf(facts);
  if (name === "header_json") return headersOf(facts);
  if (name === "onerror") return "";
  const value = variables[name]?.(facts);
  return value === undefined ? undefined : String(value);
}

type Variable = (facts: TransferFacts) => string | number;

const seconds = (milliseconds: (facts: TransferFacts) => number): Variable => {
  return (facts) => (milliseconds(facts) / 1000).toFixed(6);
};
const connected = seconds(({ exchange }) => exchange?.connectMs ?? 0);
const none = seconds(() => 0);
const status: Variable = ({ exchange }) => String(exchange?.response.status ?? 0).padStart(3, "0");

const variables: Readonly<Record<string, Variable>> = {
  certs: () => "",
  conn_id: () => 0,
  content_type: ({ exchange }) => exchange?.response.headers["content-type"] ?? "",
  errormsg: ({ error }) => error,
  exitcode: ({ exitCode }) => exitCode,
  filename_effective: ({ file }) => file ?? "",
  ftp_entry_path: () => "",
  http_code: status,
  http_connect: () => "000",
  http_version: ({ exchange }) => (exchange ? "1.1" : "0"),
  local_ip: () => "",
  local_port: () => 0,
  method: ({ exchange }) => exchange?.request.method ?? "",
  num_certs: () => 0,
  num_connects: ({ exchange }) => (exchange ? 1 : 0),
  num_headers: ({ exchange }) => Object.keys(exchange?.response.headers ?? {}).length,
  num_redirects: ({ redirects }) => redirects,
  num_retries: ({ retries }) => retries,
  proxy_ssl_verify_result: () => 0,
  proxy_used: () => 0,
  redirect_url: redirectUrl,
  referer: ({ exchange }) => exchange?.request.headers.find(([name]) => name === "Referer")?.[1] ?? "",
  remote_ip: ({ exchange }) => exchange?.ip ?? "",
  remote_port: ({ exchange }) => exchange?.target.port ?? 0,
  response_code: status,
  scheme: ({ exchange }) => exchange?.target.scheme ?? "",
  size_download: ({ downloaded }) => downloaded,
  size_header: ({ exchange }) => headerBytes(exchange),
  size_request: ({ exchange }) => requestBytes(exchange),
  size_upload: ({ exchange }) => exchange?.request.body.length ?? 0,
  speed_download: ({ downloaded, totalMs }) => (totalMs > 0 ? Math.round((downloaded * 1000) / totalMs) : 0),
  speed_upload: ({ exchange, totalMs }) =>
    totalMs > 0 ? Math.round(((exchange?.request.body.length ?? 0) * 1000) / totalMs) : 0,
  ssl_verify_result: () => 0,
  time_appconnect: ({ exchange }) =>
    exchange?.target.scheme === "https" ? (exchange.connectMs / 1000).toFixed(6) : "0.000000",
  time_connect: connected,
  time_namelookup: none,
  time_posttransfer: connected,
  time_pretransfer: connected,
  time_queue: none,
  time_redirect: none,
  time_starttransfer: connected,
  time_total: seconds(({ totalMs }) => totalMs),
  url: ({ url }) => url,
  url_effective: effectiveUrl,
  urlnum: ({ urlNumber }) => urlNumber,
  xfer_id: () => 0,
};

function effectiveUrl({ url, exchange }: TransferFacts): string {
  if (!exchange) return url;
  const { scheme, host, port } = exchange.target;
  const isUsual = port === (scheme === "https" ? 443 : 80);
  return `${scheme}://${host}${isUsual ? "" : `:${port}`}${exchange.request.path}`;
}

/** Where a redirect that is not followed leads. */
function redirectUrl(facts: TransferFacts): string {
  const { location } = facts.exchange?.response.headers ?? {};
  const { status: code = 0 } = facts.exchange?.response ?? {};
  if (location === undefined || code < 300 || code > 399) return "";
  return URL.canParse(location, effectiveUrl(facts)) ? new URL(location, effectiveUrl(facts)).href : location;
}

function headerBytes(exchange: Exchange | undefined): number {
  if (!exchange) return 0;
  const lines = Object.entries(exchange.response.headers).map(([name, value]) => name.length + value.length + 4);
  return lines.reduce((sum, length) => sum + length, "HTTP/1.1 200 OK\r\n\r\n".length);
}

function requestBytes(exchange: Exchange | undefined): number {
  if (!exchange) return 0;
  const { method, path, headers, body } = exchange.request;
  const lines = headers.map(([name, value]) => name.length + value.length + 4);
  return lines.reduce((sum, length) => sum + length, `${method} ${path} HTTP/1.1\r\n\r\n`.length + body.length);
}

const numbers =
  /^(?:exitcode|conn_id|xfer_id|urlnum|.*_code|http_connect|num_.*|size_.*|speed_.*|.*_port|.*verify_result|proxy_used)$/u;

function jsonOf(facts: TransferFacts): string {
  const entries = Object.keys(variables)
    .filter((name) => name !== "certs")
    .map((name) => {
      const value = variable(name, facts) ?? "";
      const isNumber = numbers.test(name) || name.startsWith("time_");
      const shown = value === "" ? "null" : isNumber ? plainNumber(name, value) : JSON.stringify(value);
      return `"${name}":${shown}`;
    });
  return `{${entries.join(",")},"curl_version":"libcurl/8.11.1"}`;
}

function plainNumber(name: string, value: string): string {
  return name.startsWith("time_") ? value : String(Number(value));
}

function headersOf({ exchange }: TransferFacts): string {
  const lines = Object.entries(exchange?.response.headers ?? {}).map(
    ([name, value]) => `"${name.toLowerCase()}":[${JSON.stringify(value)}]`,
  );
  return `{${lines.join(",\n")}\n}`;
}
