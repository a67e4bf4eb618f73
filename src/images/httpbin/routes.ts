import { decodeText, encodeText } from "../../api/bytes.ts";
import type { HttpHeaders, HttpRequest, HttpResponse } from "../../network/http.ts";
import type { Process } from "../../runtime/process.ts";
import { bodyOf, targetOf } from "../go/http.ts";
import { sortedHeaders } from "../web/request-headers.ts";

const longestDelay = 10;
const largestBody = 100 * 1024;
const notFoundPage =
  '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n' +
  "<p>The requested URL was not found on the server.  If you entered the URL manually please check your spelling and try again.</p>\n";

export async function httpbinRoute(process: Process, request: HttpRequest): Promise<HttpResponse> {
  const { path, query } = targetOf(request);
  const [, first = "", second = ""] = path.split("/");
  switch (first) {
    case "":
      return html(
        "<!DOCTYPE html>\n<html><head><title>httpbin.org</title></head>\n<body><h1>httpbin.org</h1><p>A simple HTTP Request &amp; Response Service.</p></body></html>\n",
      );
    case "get":
      return request.method === "GET" || request.method === "HEAD" ? json(facts(request)) : notAllowed();
    case "post":
    case "put":
    case "patch":
    case "delete":
      return request.method.toLowerCase() === first ? json(await factsWithBody(request)) : notAllowed();
    case "anything":
      return json({ ...(await factsWithBody(request)), method: request.method });
    case "headers":
      return json({ headers: headersOf(request) });
    case "ip":
      return json({ origin: request.remote?.ip ?? "" });
    case "user-agent":
      return json({ "user-agent": request.headers["user-agent"] ?? "" });
    case "uuid":
      return json({ uuid: process.random.uuid() });
    case "status":
      return {
        status: statusFrom(process, second),
        headers: { "content-type": "text/html; charset=utf-8" },
        body: second === "418" ? teapot : "",
      };
    case "delay":
      await process.sleep(Math.min(Number(second) || 0, longestDelay) * 1000);
      return json(await factsWithBody(request));
    default:
      return others(process, request, { first, second, query });
  }
}

interface Parts {
  readonly first: string;
  readonly second: string;
  readonly query: URLSearchParams;
}

function others(process: Process, request: HttpRequest, { first, second, query }: Parts): HttpResponse {
  switch (first) {
    case "html":
      return html(
        "<!DOCTYPE html>\n<html>\n  <head>\n  </head>\n  <body>\n      <h1>Herman Melville - Moby-Dick</h1>\n  </body>\n</html>",
      );
    case "json":
      return json({ slideshow: { author: "Yours Truly", date: "date of publication", title: "Sample Slide Show" } });
    case "robots.txt":
      return { status: 200, headers: { "content-type": "text/plain" }, body: "User-agent: *\nDisallow: /deny\n" };
    case "base64":
      return html(Buffer.from(second, "base64url").toString());
    case "bytes":
      return binary(process.random.bytes(Math.min(Number(second) || 0, largestBody)));
    case "redirect":
    case "relative-redirect":
      return redirect(Number(second) > 1 ? `/relative-redirect/${Number(second) - 1}` : "/get");
    case "redirect-to":
      return redirect(query.get("url") ?? "/", Number(query.get("status_code") ?? 302));
    case "cookies":
      return json({ cookies: cookiesOf(request) });
    case "response-headers":
      return json(
        Object.fromEntries(query),
        Object.fromEntries([...query].map(([name, value]) => [name.toLowerCase(), value])),
      );
    case "basic-auth":
      return basicAuth(request);
    case "stream":
      return streamed(request, Math.min(Number(second) || 0, 100));
    default:
      return { status: 404, headers: { "content-type": "text/html" }, body: notFoundPage };
  }
}

const teapot =
  '\n    -=[ teapot ]=-\n\n       _...._\n     .\'  _ _ `.\n    | ."` ^ `". _,\n    \\_;`"---"`|//\n      |       ;/\n      \\_     _/\n        `"""`\n';

/** Names in order, two spaces in: as Flask prints it. */
function json(value: unknown, headers: HttpHeaders = {}): HttpResponse {
  return {
    status: 200,
    headers: { "content-type": "application/json", ...headers },
    body: `${JSON.stringify(sorted(value), undefined, 2)}\n`,
  };
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => sorted(one));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, one]) => [name, sorted(one)]));
}

function html(body: string): HttpResponse {
  return { status: 200, headers: { "content-type": "text/html; charset=utf-8" }, body };
}

function binary(body: Uint8Array): HttpResponse {
  return { status: 200, headers: { "content-type": "application/octet-stream" }, body };
}

function redirect(location: string, status = 302): HttpResponse {
  return { status, headers: { "content-type": "text/html; charset=utf-8", location }, body: "" };
}

function notAllowed(): HttpResponse {
  const body =
    '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">\n<title>405 Method Not Allowed</title>\n<h1>Method Not Allowed</h1>\n<p>The method is not allowed for the requested URL.</p>\n';
  return { status: 405, headers: { "content-type": "text/html" }, body };
}

function headersOf(request: HttpRequest): Readonly<Record<string, string>> {
  return { ...Object.fromEntries(sortedHeaders(request)), Host: request.headers["host"] ?? "" };
}

function facts(request: HttpRequest): Record<string, unknown> {
  const { query } = targetOf(request);
  const url = `http://${request.headers["host"] ?? ""}${request.url}`;
  return { args: many(query), headers: headersOf(request), origin: request.remote?.ip ?? "", url };
}

/** A name given several times has a list of values. */
function many(query: URLSearchParams): Record<string, string | string[]> {
  return Object.fromEntries(
    [...new Set(query.keys())].map((name) => {
      const values = query.getAll(name);
      return [name, values.length === 1 ? (values[0] ?? "") : values];
    }),
  );
}

async function factsWithBody(request: HttpRequest): Promise<Record<string, unknown>> {
  const text = decodeText(await bodyOf(request));
  const isForm = request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded") ?? false;
  const form = isForm ? many(new URLSearchParams(text)) : {};
  return { ...facts(request), data: isForm ? "" : text, files: {}, form, json: jsonOf(text) };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** `/status/200,500` picks one. */
function statusFrom(process: Process, text: string): number {
  const codes = text.split(",").map((code) => Number(code.split(":")[0]));
  const code = codes[process.random.integer(codes.length)] ?? 200;
  return Number.isInteger(code) && code >= 100 && code < 600 ? code : 400;
}

function cookiesOf({ headers }: HttpRequest): Readonly<Record<string, string>> {
  const pairs = (headers["cookie"] ?? "").split(/;\s*/u).filter((pair) => pair !== "");
  return Object.fromEntries(pairs.map((pair) => [pair.split("=")[0] ?? "", pair.slice(pair.indexOf("=") + 1)]));
}

function basicAuth(request: HttpRequest): HttpResponse {
  const [, , user = "", password = ""] = targetOf(request).path.split("/");
  const expected = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
  if (request.headers["authorization"] === expected) return json({ authenticated: true, user });
  return { status: 401, headers: { "www-authenticate": 'Basic realm="Fake Realm"' }, body: "" };
}

function streamed(request: HttpRequest, lines: number): HttpResponse {
  const whole = Array.from({ length: lines }, (_, id) => `${JSON.stringify({ ...facts(request), id })}\n`).join("");
  return { status: 200, headers: { "content-type": "application/json" }, body: encodeText(whole) };
}
