import { httpDate } from "../../network/http-headers.ts";
import type { HttpRequest } from "../../network/http.ts";

export interface WebFile {
  readonly bytes: Uint8Array;
  /** Ms. */
  readonly modifiedAt: number;
  /** With its quotes. */
  readonly etag: string;
}

/** What of a file answers a request, and what to say of that part. */
export interface FilePart {
  readonly status: 200 | 206 | 304 | 416;
  readonly body: Uint8Array;
  /** For 206 and 416. */
  readonly contentRange?: string;
}

const nothing = new Uint8Array();

/** If-None-Match, If-Modified-Since and a single Range. https://www.rfc-editor.org/rfc/rfc9110#name-conditional-requests */
export function filePart({ headers }: Pick<HttpRequest, "headers">, file: WebFile): FilePart {
  if (isUnchanged(headers, file)) return { status: 304, body: nothing };
  const { bytes } = file;
  const range = mayRange(headers["if-range"], file) ? /^bytes=(\d*)-(\d*)$/u.exec(headers["range"] ?? "") : null;
  const [, first = "", last = ""] = range ?? [];
  if (!range || (first === "" && last === "")) return { status: 200, body: bytes };
  const start = first === "" ? Math.max(0, bytes.length - Number(last)) : Number(first);
  const end = first === "" || last === "" ? bytes.length - 1 : Math.min(Number(last), bytes.length - 1);
  if (start > end || start >= bytes.length) {
    return { status: 416, body: nothing, contentRange: `bytes */${bytes.length}` };
  }
  return { status: 206, body: bytes.subarray(start, end + 1), contentRange: `bytes ${start}-${end}/${bytes.length}` };
}

function isUnchanged(headers: HttpRequest["headers"], { etag, modifiedAt }: WebFile): boolean {
  const tags = headers["if-none-match"];
  if (tags !== undefined)
    return tags === "*" || tags.split(/\s*,\s*/u).some((tag) => tag.replace(/^W\//u, "") === etag);
  const since = headers["if-modified-since"];
  return since !== undefined && since === httpDate(modifiedAt);
}

function mayRange(ifRange: string | undefined, { etag, modifiedAt }: WebFile): boolean {
  return ifRange === undefined || ifRange === etag || ifRange === httpDate(modifiedAt);
}
