import { concatBytes } from "../../../api/bytes.ts";
import type { Process } from "../../../runtime/process.ts";
import { decodeText, encodeText } from "../../../runtime/text.ts";
import { parseDate } from "../../system/parse-date.ts";
import type { CookieJar } from "./cookies.ts";
import { CurlError } from "./error.ts";
import { multipartOf } from "./multipart.ts";
import type { CurlOptions } from "./options.ts";
import type { Proxy } from "./proxy.ts";
import { readAt } from "./read-at.ts";

export const userAgent = "curl/8.11.1";

/** Where a request goes. */
export interface Target {
  readonly scheme: "http" | "https";
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly user: string | undefined;
}

/** Headers in the order and spelling in which they are sent. */
export interface Outgoing {
  readonly method: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

/** Throws CurlError as curl words it. */
export function parseTarget(text: string, keepsDots = false): Target {
  const [, scheme = "http", rest = ""] = /^(?:([A-Za-z][A-Za-z0-9+.-]*):\/\/)?(.*)$/su.exec(text) ?? [];
  const protocol = scheme.toLowerCase();
  if (protocol !== "http" && protocol !== "https") {
    throw new CurlError(1, `Protocol "${scheme}" not supported`);
  }
  if (rest === "" || /\s/u.test(rest)) throw new CurlError(3, "URL rejected: Malformed input to a URL function");
  const end = rest.search(/[/?#]/u);
  const authority = end < 0 ? rest : rest.slice(0, end);
  const after = end < 0 ? "" : rest.slice(end).replace(/#.*$/su, "");
  const at = authority.lastIndexOf("@");
  const [, host = "", portText] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/u.exec(authority.slice(at + 1)) ?? [];
  if (host === "") throw new CurlError(3, "URL rejected: No host part in the URL");
  const port = portText ? Number(portText) : protocol === "https" ? 443 : 80;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new CurlError(3, "URL rejected: Port number was not a decimal number between 0 and 65535");
  }
  const given = after.startsWith("/") ? after : `/${after}`;
  const path = keepsDots ? given : withoutDots(given);
  return { scheme: protocol, host, port, path: encodePath(path), user: at < 0 ? undefined : authority.slice(0, at) };
}

/** `/a/../b` is `/b`. */
function withoutDots(path: string): string {
  const [, names = "", query = ""] = /^([^?]*)(.*)$/su.exec(path) ?? [];
  if (!/\/\.{1,2}(?:\/|$)/u.test(names)) return path;
  const kept: string[] = [];
  const all = names.split("/").slice(1);
  for (const [index, name] of all.entries()) {
    const isLast = index === all.length - 1;
    if (name === "..") kept.pop();
    if (name !== "." && name !== "..") kept.push(name);
    else if (isLast) kept.push("");
  }
  return `/${kept.join("/")}${query}`;
}

function encodePath(path: string): string {
  return path.replaceAll(/[^\u0021-\u007E]/gu, (character) => encodeURIComponent(character));
}

/** What a request is made for. */
export interface RequestContext {
  readonly process: Process;
  readonly dropsBody: boolean;
  readonly cookies: CookieJar;
  /** Plain HTTP goes to it as it is. */
  readonly proxy: Proxy | undefined;
}

/** What `-X`, `-H`, `-d`, `-F` and the like make of a request. */
export async function requestFor(
  target: Target,
  options: CurlOptions,
  context: RequestContext,
): Promise<Outgoing & { path: string }> {
  const { process, dropsBody } = context;
  const asked = asSeenBy(context.proxy, target);
  if (dropsBody)
    return {
      method: "GET",
      path: asked.path,
      headers: headersFor(target, { options, ...context }, nothingSent),
      body: new Uint8Array(),
    };
  const data = await dataOf(options, process);
  const form = options.values("form");
  const upload = options.value("upload-file");
  const inQuery = options.has("get") && data !== undefined;
  const path = inQuery ? withQuery(asked.path, Buffer.from(data).toString()) : asked.path;
  const multipart = form.length > 0 ? await multipartOf(form, process) : undefined;
  const uploaded = upload === undefined ? undefined : await readAt(process, upload);
  const body = inQuery ? undefined : (multipart?.body ?? data ?? uploaded);
  const method = options.value("request") ?? defaultMethod(options, { inQuery, uploads: uploaded !== undefined, body });
  const headers = headersFor(
    target,
    { options, ...context },
    {
      body,
      contentType: multipart?.contentType ?? contentTypeOf(options, data),
    },
  );
  return { method, path, headers, body: body ?? new Uint8Array() };
}

/** A proxy is told the whole URL of what it is to fetch over plain HTTP. */
function asSeenBy(proxy: Proxy | undefined, { scheme, host, port, path }: Target): { readonly path: string } {
  if (!proxy || scheme === "https") return { path };
  return { path: `http://${host}${port === 80 ? "" : `:${port}`}${path}` };
}

const nothingSent = { body: undefined, contentType: undefined };

function defaultMethod(
  options: CurlOptions,
  { inQuery, uploads, body }: { inQuery: boolean; uploads: boolean; body: Uint8Array | undefined },
): string {
  if (options.has("head")) return "HEAD";
  if (uploads) return "PUT";
  return body !== undefined && !inQuery ? "POST" : "GET";
}

function withQuery(path: string, query: string): string {
  return `${path}${path.includes("?") ? "&" : "?"}${query}`;
}

function contentTypeOf(options: CurlOptions, data: Uint8Array | undefined): string | undefined {
  if (data === undefined || options.has("get")) return undefined;
  return options.has("json") ? undefined : "application/x-www-form-urlencoded";
}

/** A header given with `-H` replaces ours; without a value it takes it away. */
function headersFor(
  target: Target,
  { options, process, cookies, proxy }: RequestContext & { readonly options: CurlOptions },
  { body, contentType }: { body: Uint8Array | undefined; contentType: string | undefined },
): readonly (readonly [string, string])[] {
  const { scheme, host, port, user } = target;
  const plainProxy = scheme === "http" ? proxy : undefined;
  const isDefault = port === (scheme === "https" ? 443 : 80);
  const credentials = options.value("user") ?? user;
  const bearer = options.value("oauth2-bearer");
  const own: (readonly [string, string | undefined])[] = [
    ["Host", isDefault ? host : `${host}:${port}`],
    ["Proxy-Authorization", plainProxy?.authorization],
    [
      "Authorization",
      bearer ? `Bearer ${bearer}` : credentials && `Basic ${Buffer.from(credentials).toString("base64")}`,
    ],
    ["Range", rangeOf(options)],
    ["User-Agent", options.value("user-agent") === "" ? undefined : (options.value("user-agent") ?? userAgent)],
    ["Accept", "*/*"],
    ["Accept-Encoding", options.has("compressed") ? "deflate, gzip, br, zstd" : undefined],
    ...timeCondition(options, process),
    ["Referer", options.value("referer")],
    ["Cookie", cookies.headerFor(target)],
    ["Proxy-Connection", plainProxy && "Keep-Alive"],
  ];
  const sized: (readonly [string, string | undefined])[] = [
    ["Content-Length", body && String(body.length)],
    ["Content-Type", contentType],
  ];
  const given = [...options.values("header"), ...jsonHeaders(options)].map((line) => splitHeader(line));
  const named = new Set(given.map(([name]) => name.toLowerCase()));
  const isOwn = ([name, value]: readonly [string, string | undefined]): boolean =>
    value !== undefined && !named.has(name.toLowerCase());
  const kept = given.flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, value]]));
  const hostFirst = kept.toSorted(([one], [other]) => Number(isHost(other)) - Number(isHost(one)));
  const split = hostFirst.length > 0 && isHost(hostFirst[0]?.[0] ?? "") ? 1 : 0;
  const all = [...hostFirst.slice(0, split), ...own.filter(isOwn), ...hostFirst.slice(split), ...sized.filter(isOwn)];
  return all as readonly (readonly [string, string])[];
}

/** `-z date` or `-z file`: only what is newer; older with a dash. */
function timeCondition(options: CurlOptions, process: Process): readonly (readonly [string, string])[] {
  const given = options.value("time-cond");
  if (given === undefined) return [];
  const wanted = given.replace(/^[-+=]/u, "");
  const path = process.resolve(wanted);
  const at = process.files.exists(path) ? process.files.stat(path).modifiedAt : parseDate(wanted, process.clock.now());
  if (at === undefined) return [];
  return [[given.startsWith("-") ? "If-Unmodified-Since" : "If-Modified-Since", new Date(at).toUTCString()]];
}

function rangeOf(options: CurlOptions): string | undefined {
  const offset = options.value("continue-at");
  if (offset !== undefined && Number(offset) > 0) return `bytes=${offset}-`;
  const range = options.value("range");
  return range === undefined ? undefined : `bytes=${range}`;
}

/** `--json` is `-d` with two headers, unless they are given. */
function jsonHeaders(options: CurlOptions): readonly string[] {
  if (!options.has("json")) return [];
  const given = new Set(options.values("header").map((line) => splitHeader(line)[0].toLowerCase()));
  return ["Content-Type", "Accept"]
    .filter((name) => !given.has(name.toLowerCase()))
    .map((name) => `${name}: application/json`);
}

function isHost(name: string): boolean {
  return name.toLowerCase() === "host";
}

function splitHeader(line: string): [string, string | undefined] {
  const colon = line.indexOf(":");
  if (colon < 0) return [line.replace(/;$/u, ""), line.endsWith(";") ? "" : undefined];
  const value = line.slice(colon + 1).trim();
  return [line.slice(0, colon), value === "" ? undefined : value];
}

async function dataOf({ data }: CurlOptions, process: Process): Promise<Uint8Array | undefined> {
  if (data.length === 0) return undefined;
  const parts: Uint8Array[] = [];
  for (const [index, [kind, value]] of data.entries()) {
    if (index > 0 && kind !== "json") parts.push(encodeText("&"));
    parts.push(await dataPart(kind, value, process));
  }
  return concatBytes(parts);
}

async function dataPart(kind: string, value: string, process: Process): Promise<Uint8Array> {
  if (kind === "data-urlencode") return encodeText(await urlEncoded(value, process));
  if (kind === "data-raw" || !value.startsWith("@")) return encodeText(value);
  const bytes = await readAt(process, value.slice(1));
  return kind === "data" || kind === "data-ascii" ? bytes.filter((byte) => byte !== 10 && byte !== 13) : bytes;
}

/** `content`, `=content`, `name=content`, `@file` or `name@file`. */
async function urlEncoded(value: string, process: Process): Promise<string> {
  const [, fileField, path] = /^([^=@]*)@(.*)$/su.exec(value) ?? [];
  if (path !== undefined) {
    const content = formEncoded(decodeText(await readAt(process, path)));
    return fileField ? `${fileField}=${content}` : content;
  }
  const equals = value.indexOf("=");
  const name = value.slice(0, Math.max(0, equals));
  return `${name ? `${name}=` : ""}${formEncoded(value.slice(equals + 1))}`;
}

function formEncoded(text: string): string {
  return encodeURIComponent(text)
    .replaceAll("%20", "+")
    .replaceAll(/[!'()*]/gu, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
