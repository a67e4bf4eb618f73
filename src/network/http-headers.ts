import type { Clock } from "../sim/clock.ts";
import type { HttpHeaders, HttpResponse } from "./http.ts";

/** What a server adds to every response: the cluster's time and, where it is known, the length. */
export function withStandardHeaders(response: HttpResponse, clock: Clock): HttpResponse {
  const date = missingDate(response, clock);
  const length = missingLength(response);
  if (date === undefined && length === undefined) return response;
  const headers: Record<string, string> = { ...response.headers };
  if (date !== undefined) headers["date"] = date;
  if (length !== undefined) headers["content-length"] = length;
  return { ...response, headers };
}

/** All of a response's headers as they are written, names and values in turn. */
export function headerLines(response: HttpResponse, clock: Clock): string[] {
  const { headers } = response;
  const lines: string[] = [];
  for (const name in headers) lines.push(headerTitle(name), headers[name] ?? "");
  const date = missingDate(response, clock);
  if (date !== undefined) lines.push("Date", date);
  const length = missingLength(response);
  if (length !== undefined) lines.push("Content-Length", length);
  return lines;
}

function missingDate({ headers }: HttpResponse, clock: Clock): string | undefined {
  return "date" in headers ? undefined : httpDate(clock.now());
}

function missingLength({ headers, status, body }: HttpResponse): string | undefined {
  if ("content-length" in headers || !mayHaveBody(status)) return undefined;
  const length = lengthOf(body);
  return length === undefined ? undefined : String(length);
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

/** One value a name, as Node's parser gives them but for cookies. */
export function plainHeaders(headers: Readonly<Record<string, string | readonly string[] | undefined>>): HttpHeaders {
  if (!("set-cookie" in headers)) return headers as HttpHeaders;
  const plain: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) plain[name] = typeof value === "string" ? value : value.join(", ");
  }
  return plain;
}
