import { httpDate } from "../../network/http-headers.ts";
import type { HttpRequest, HttpResponse } from "../../network/http.ts";
import { type Process, SystemError } from "../../runtime/process.ts";
import { filePart } from "../web/file-response.ts";
import { mimeTypeOf } from "../web/mime-types.ts";
import { goError, goNotFound, goResponse, sniffedType, targetOf } from "./http.ts";

/** `http.FileServer` over a directory: files, index.html, and lists of directories. */
export function serveFiles(process: Process, request: HttpRequest, root: string): HttpResponse {
  const { path } = targetOf(request);
  const full = `${root.replace(/\/$/u, "")}${path}`;
  if (path.endsWith("/index.html")) return moved(process, "./");
  try {
    if (process.files.stat(full).kind !== "directory") return fileResponse(process, request, full);
    if (!path.endsWith("/")) return moved(process, `${path.split("/").at(-1) ?? ""}/`);
    const index = `${full}index.html`;
    return process.files.exists(index) ? fileResponse(process, request, index) : listing(process, full);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    return error.code === "EACCES" ? goError(process, "403 Forbidden", 403) : goNotFound(process);
  }
}

function moved(process: Process, location: string): HttpResponse {
  return goResponse(process, "", { status: 301, headers: { location } });
}

function fileResponse(process: Process, request: HttpRequest, path: string): HttpResponse {
  const { modifiedAt } = process.files.stat(path);
  const bytes = process.files.read(path);
  const part = filePart(request, { bytes, modifiedAt, etag: "" });
  const type = mimeTypeOf(path);
  const headers: Record<string, string> = { "accept-ranges": "bytes" };
  if (part.contentRange !== undefined) headers["content-range"] = part.contentRange;
  headers["content-type"] = type?.startsWith("text/") ? `${type}; charset=utf-8` : (type ?? sniffedType(bytes));
  headers["last-modified"] = httpDate(modifiedAt);
  if (part.status === 416) return goError(process, "invalid range: failed to overlap", 416);
  return goResponse(process, part.body, { status: part.status, headers });
}

function listing(process: Process, path: string): HttpResponse {
  const lines = process.files.list(path).map((name) => {
    const isDirectory =
      process.files.exists(`${path}${name}`) && process.files.stat(`${path}${name}`).kind === "directory";
    const shown = `${name}${isDirectory ? "/" : ""}`;
    return `<a href="${encodeURI(shown)}">${shown}</a>\n`;
  });
  const body = `<!doctype html>\n<meta name="viewport" content="width=device-width">\n<pre>\n${lines.join("")}</pre>\n`;
  return goResponse(process, body, { headers: { "content-type": "text/html; charset=utf-8" } });
}
