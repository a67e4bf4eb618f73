import { httpDate } from "../../network/http-headers.ts";
import type { HttpHeaders, HttpRequest, HttpResponse } from "../../network/http.ts";
import { type Process, SystemError } from "../../runtime/process.ts";
import { targetOf } from "../go/http.ts";
import { filePart } from "../web/file-response.ts";
import { mimeTypeOf } from "../web/mime-types.ts";
import { apacheVersion } from "./version.ts";

const root = "/usr/local/apache2/htdocs";
const methods: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "OPTIONS"]);

/** What Apache answers from its document root. */
export function apacheResponse(process: Process, request: HttpRequest): HttpResponse {
  const { path } = targetOf(request);
  if (!methods.has(request.method)) {
    return page(
      process,
      405,
      "Method Not Allowed",
      `The requested method ${request.method} is not allowed for this URL.`,
    );
  }
  try {
    const full = `${root}${path}`;
    if (process.files.stat(full).kind !== "directory") return file(process, request, full);
    if (!path.endsWith("/")) return moved(process, request, `${path}/`);
    const index = `${full}index.html`;
    return process.files.exists(index) ? file(process, request, index) : listing(process, full, path);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    if (error.code === "EACCES")
      return page(process, 403, "Forbidden", "You don't have permission to access this resource.");
    return page(process, 404, "Not Found", "The requested URL was not found on this server.");
  }
}

function respond(process: Process, status: number, body: Uint8Array | string, headers: HttpHeaders): HttpResponse {
  const length = typeof body === "string" ? Buffer.byteLength(body) : body.length;
  const { "content-type": type, ...others } = headers;
  return {
    status,
    headers: {
      date: httpDate(process.clock.now()),
      server: apacheVersion,
      ...others,
      ...(status === 304 ? {} : { "content-length": String(length) }),
      ...(type === undefined ? {} : { "content-type": type }),
    },
    body,
  };
}

function page(process: Process, status: number, title: string, text: string): HttpResponse {
  const head = `<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>${status} ${title}</title>\n</head><body>`;
  const body = `${head}\n<h1>${title}</h1>\n<p>${text}</p>\n</body></html>\n`;
  return respond(process, status, body, { "content-type": "text/html; charset=iso-8859-1" });
}

function moved(process: Process, request: HttpRequest, path: string): HttpResponse {
  const location = `http://${request.headers["host"] ?? ""}${path}`;
  const response = page(process, 301, "Moved Permanently", `The document has moved <a href="${location}">here</a>.`);
  return { ...response, headers: { ...response.headers, location } };
}

function file(process: Process, request: HttpRequest, path: string): HttpResponse {
  const { modifiedAt, size } = process.files.stat(path);
  const etag = `"${size.toString(16)}-${(BigInt(Math.floor(modifiedAt)) * 1000n).toString(16)}"`;
  const part = filePart(request, { bytes: process.files.read(path), modifiedAt, etag });
  if (part.status === 416)
    return page(
      process,
      416,
      "Requested Range Not Satisfiable",
      "None of the range-specifier values in the Range\nrequest-header field overlap the current extent\nof the selected resource.",
    );
  const type = mimeTypeOf(path);
  return respond(process, part.status, part.body, {
    "last-modified": httpDate(modifiedAt),
    etag,
    "accept-ranges": "bytes",
    ...(part.contentRange === undefined ? {} : { "content-range": part.contentRange }),
    ...(type === undefined || part.status === 304 ? {} : { "content-type": type }),
  });
}

function listing(process: Process, full: string, path: string): HttpResponse {
  const names = process.files.list(full).filter((name) => !name.startsWith("."));
  const shown = names.map((name) => (process.files.stat(`${full}${name}`).kind === "directory" ? `${name}/` : name));
  const up = path === "/" ? "" : '<li><a href="../"> Parent Directory</a></li>\n';
  const items = shown.map((name) => `<li><a href="${encodeURI(name)}"> ${name}</a></li>\n`).join("");
  const head = `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">\n<html>\n <head>\n  <title>Index of ${path.replace(/(.)\/$/u, "$1")}</title>\n </head>\n <body>\n`;
  const body = `${head}<h1>Index of ${path.replace(/(.)\/$/u, "$1")}</h1>\n<ul>${up}${items}</ul>\n</body></html>\n`;
  return respond(process, 200, body, { "content-type": "text/html;charset=ISO-8859-1" });
}
