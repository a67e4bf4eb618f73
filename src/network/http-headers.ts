import type { Clock } from "../sim/clock.ts";
import type { HttpHeaders, HttpResponse } from "./http.ts";

/** What a server adds to every response: the cluster's time and, where it is known, the length. */
export function withStandardHeaders(response: HttpResponse, clock: Clock): HttpResponse {
  const { headers, body, status } = response;
  const hasDate = "date" in headers;
  const length = "content-length" in headers || !mayHaveBody(status) ? undefined : lengthOf(body);
  if (hasDate && length === undefined) return response;
  const all: Record<string, string> = { ...headers };
  if (!hasDate) all["date"] = httpDate(clock.now());
  if (length !== undefined) all["content-length"] = String(length);
  return { ...response, headers: all };
}

/** 1xx, 204 and 304 end with their headers. */
export function mayHaveBody(status: number): boolean {
  return status >= 200 && status !== 204 && status !== 304;
}

function lengthOf(body: HttpResponse["body"]): number | undefined {
  if (typeof body === "string") return Buffer.byteLength(body);
  return body instanceof Uint8Array ? body.length : undefined;
}

let writtenSecond = Number.NaN;
let written = "";

/** `Wed, 01 Jan 2025 00:00:00 GMT`. */
export function httpDate(ms: number): string {
  const second = Math.floor(ms / 1000);
  if (second !== writtenSecond) {
    written = new Date(ms).toUTCString();
    writtenSecond = second;
  }
  return written;
}

const titles = new Map<string, string>([
  ["etag", "ETag"],
  ["te", "TE"],
  ["www-authenticate", "WWW-Authenticate"],
  ["x-xss-protection", "X-XSS-Protection"],
]);
const titlesKept = 1000;

/** A header's name as HTTP/1.1 servers write it: `Content-Type`. */
export function headerTitle(name: string): string {
  let title = titles.get(name);
  if (title === undefined) {
    title = name.replaceAll(/(?:^|-)[a-z]/gu, (letter) => letter.toUpperCase());
    if (titles.size < titlesKept) titles.set(name, title);
  }
  return title;
}

/** One value a name, as Node's parser gives them. */
export function plainHeaders(headers: Readonly<Record<string, string | readonly string[] | undefined>>): HttpHeaders {
  const plain: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) plain[name] = typeof value === "string" ? value : value.join(", ");
  }
  return plain;
}
