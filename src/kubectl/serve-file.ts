import type { ServerResponse } from "node:http";

import { answerText, redirect } from "./http-answers.ts";
import type { Files, Io } from "./io.ts";

/** A file of `--www`, or what is in a directory, as Go's file server shows it. `path` is that of the URL. */
export function serveFile(
  { path, directory }: { path: string; directory: string },
  response: ServerResponse,
  { files }: Io,
): void {
  if (!files) return answerText(response, 404, "404 page not found");
  const place = placeOf(directory, path);
  const inside = place === undefined ? undefined : files.list(place);
  if (inside && path !== "" && !path.endsWith("/")) return redirect(response, `${path.split("/").at(-1) ?? ""}/`);
  const index = inside?.find((one) => nameOf(one) === "index.html");
  if (inside && index === undefined) return sendListing(inside, files, response);
  const bytes = place === undefined ? undefined : bytesAt(index ?? place, files);
  if (!bytes) return answerText(response, 404, "404 page not found");
  response.writeHead(200, { "content-type": typeOf(index ?? path), "content-length": bytes.length });
  response.end(bytes);
}

/** undefined: nothing may lead out of the directory. */
function placeOf(directory: string, path: string): string | undefined {
  const parts = decoded(path)?.split(/[/\\]/u);
  if (!parts || parts.includes("..") || parts.some((part) => part.includes("\0"))) return undefined;
  return [directory, ...parts.filter((part) => part !== "" && part !== ".")].join("/");
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

function bytesAt(place: string, files: Files): Uint8Array | undefined {
  try {
    return files.readBytes(place);
  } catch {
    return undefined;
  }
}

function sendListing(inside: readonly string[], files: Files, response: ServerResponse): void {
  const lines = inside.map((one) => {
    const name = `${nameOf(one)}${files.list(one) ? "/" : ""}`;
    return `<a href="${encodeURI(name)}">${name.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</a>\n`;
  });
  response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
  response.end(
    `<!doctype html>\n<meta name="viewport" content="width=device-width">\n<pre>\n${lines.join("")}</pre>\n`,
  );
}

function nameOf(path: string): string {
  return path.split(/[/\\]/u).at(-1) ?? "";
}

const types: Readonly<Record<string, string>> = {
  css: "text/css; charset=utf-8",
  gif: "image/gif",
  htm: "text/html; charset=utf-8",
  html: "text/html; charset=utf-8",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  js: "text/javascript; charset=utf-8",
  json: "application/json",
  pdf: "application/pdf",
  png: "image/png",
  svg: "image/svg+xml",
  wasm: "application/wasm",
  xml: "text/xml; charset=utf-8",
};

function typeOf(path: string): string {
  return types[path.split(".").at(-1)?.toLowerCase() ?? ""] ?? "text/plain; charset=utf-8";
}
