import { httpDate } from "../../network/http-headers.ts";
import { SystemError } from "../../runtime/process.ts";
import { filePart } from "../web/file-response.ts";
import { extensionOf } from "../web/mime-types.ts";
import { directoryListing } from "./autoindex.ts";
import type { Exchange } from "./exchange.ts";
import type { Logs } from "./logs.ts";
import { type Reply, statusReply } from "./reply.ts";
import type { Settings } from "./settings.ts";
import type { Location } from "./sites.ts";
import { interpolate } from "./variables.ts";

/** A file that answers, or the path to look at instead. */
export type Found = Reply | { readonly redirectTo: string };

export interface Place {
  readonly exchange: Exchange;
  readonly settings: Settings;
  readonly location: Location | undefined;
  readonly logs: Logs;
}

const numbers: Readonly<Record<string, string>> = {
  ENOENT: "2: No such file or directory",
  ENOTDIR: "20: Not a directory",
  EACCES: "13: Permission denied",
  ELOOP: "40: Too many levels of symbolic links",
};

/** Where a path lies in the file system, by `root` or `alias`. */
export function filePath({ exchange, settings, location }: Place, uri: string): string {
  if (settings.alias === undefined) return `${interpolate(settings.root, exchange).replace(/\/$/u, "")}${uri}`;
  const rest = location?.kind === "pattern" ? "" : uri.slice(location?.path.length ?? 0);
  return `${interpolate(settings.alias, exchange)}${rest}`;
}

/** Answers with what is at the exchange's path. */
export function serveFile(place: Place): Found {
  const { exchange, settings } = place;
  const { method } = exchange.request;
  if (method !== "GET" && method !== "HEAD") return statusReply(exchange, settings, 405);
  const path = filePath(place, exchange.uri);
  return exchange.uri.endsWith("/") ? serveDirectory(place, path) : serveOne(place, path);
}

function serveOne(place: Place, path: string): Found {
  const { exchange, settings } = place;
  const { files } = exchange.process;
  try {
    const info = files.stat(path);
    if (info.kind !== "directory") return fileReply(place, path);
    return redirect(exchange, settings, `${exchange.uri}/`);
  } catch (error) {
    return failed(place, path, error);
  }
}

/** 301 to the same place with a slash; the port is told where it is not the usual one. */
function redirect(exchange: Exchange, settings: Settings, path: string): Reply {
  const host = (exchange.request.headers["host"] ?? exchange.site.names[0] ?? "").replace(/:\d+$/u, "");
  const usual = exchange.scheme === "https" ? 443 : 80;
  const port = exchange.port === usual ? "" : `:${exchange.port}`;
  const query = exchange.query === "" ? "" : `?${exchange.query}`;
  return statusReply(exchange, settings, 301, {
    location: `${exchange.scheme}://${host}${port}${encodeURI(path)}${query}`,
  });
}

function serveDirectory(place: Place, path: string): Found {
  const { exchange, settings, logs } = place;
  const { files } = exchange.process;
  for (const index of settings.index) {
    if (index.startsWith("/")) return { redirectTo: index };
    const candidate = `${path}${interpolate(index, exchange)}`;
    if (files.exists(candidate) && files.stat(candidate).kind !== "directory") {
      return { redirectTo: `${exchange.uri}${index}` };
    }
  }
  if (!files.exists(path)) {
    const first = `${path}${settings.index.at(-1) ?? "index.html"}`;
    return failed(place, first, new SystemError("ENOENT"));
  }
  if (settings.autoindex) {
    return { status: 200, contentType: "text/html", body: directoryListing(files, path, exchange.uri) };
  }
  logs.error(exchange, `directory index of "${path}" is forbidden`);
  return statusReply(exchange, settings, 403);
}

function fileReply({ exchange, settings }: Place, path: string): Reply {
  const { files } = exchange.process;
  const { modifiedAt, size } = files.stat(path);
  const etag = `"${Math.floor(modifiedAt / 1000).toString(16)}-${size.toString(16)}"`;
  const part = filePart(exchange.request, { bytes: files.read(path), modifiedAt, etag });
  const modified = { "last-modified": httpDate(modifiedAt) };
  if (part.status === 416) return statusReply(exchange, settings, 416, { "content-range": part.contentRange ?? "" });
  const ranged =
    part.contentRange === undefined ? { "accept-ranges": "bytes" } : { "content-range": part.contentRange };
  return {
    status: part.status,
    body: part.body,
    contentType: settings.types.get(extensionOf(path)) ?? settings.defaultType,
    headers: { ...modified, etag, ...(part.status === 304 ? {} : ranged) },
  };
}

function failed({ exchange, settings, logs }: Place, path: string, error: unknown): Reply {
  if (!(error instanceof SystemError)) throw error;
  const reason = numbers[error.code] ?? `5: ${error.message}`;
  logs.error(exchange, `open() "${path}" failed (${reason})`);
  return statusReply(exchange, settings, error.code === "EACCES" ? 403 : 404);
}
