import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";

import { concatBytes } from "../api/bytes.ts";
import type { Flags } from "./flags.ts";
import { answerText, redirect } from "./http-answers.ts";
import { KubectlError } from "./kubectl-error.ts";
import { serveFile } from "./serve-file.ts";
import type { Call } from "./verb.ts";

/** What `kubectl proxy` answers: the API below `--api-prefix`, files below `--www-prefix`. Throws KubectlError. */
export function proxyRequests(call: Call): RequestListener {
  const { flags } = call;
  const passes = flags.isTrue("disable-filter") ? () => true : filterFrom(flags);
  const api = prefixOf(flags.value("api-prefix") || "/");
  const files = flags.value("www") ? prefixOf(flags.value("www-prefix") || "/static/") : undefined;
  return (request, response) => {
    const path = request.url ?? "/";
    const bare = path.split("?", 1)[0] ?? "";
    if (!passes(request, bare)) return answerText(response, 403, "Forbidden");
    if (files !== undefined && bare.startsWith(files))
      return serveFile({ path: bare.slice(files.length), directory: flags.value("www") ?? "" }, response, call.io);
    if (path.startsWith(api)) return void pass({ request, path: path.slice(api.length - 1) }, response, call);
    const prefix = [api, files].find((one) => one === `${bare}/`);
    if (prefix !== undefined) return redirect(response, prefix);
    return answerText(response, 404, "404 page not found");
  };
}

function prefixOf(text: string): string {
  const opened = text.startsWith("/") ? text : `/${text}`;
  return opened.endsWith("/") ? opened : `${opened}/`;
}

type Filter = (request: IncomingMessage, path: string) => boolean;

const usual = {
  "accept-hosts": String.raw`^localhost$,^127\.0\.0\.1$,^\[::1\]$`,
  "accept-paths": "^.*",
  "reject-paths": "^/api/.*/pods/.*/exec,^/api/.*/pods/.*/attach",
  "reject-methods": "^$",
} as const;

/** Comma-separated patterns, any of which may match. */
function filterFrom(flags: Flags): Filter {
  const matches = (name: keyof typeof usual): ((text: string) => boolean) => {
    const patterns = (flags.value(name) ?? usual[name]).split(",").map((text) => patternFrom(text));
    return (text) => patterns.some((pattern) => pattern.test(text));
  };
  const [host, accepted, rejected, method] = [
    matches("accept-hosts"),
    matches("accept-paths"),
    matches("reject-paths"),
    matches("reject-methods"),
  ];
  return (request, path) =>
    host((request.headers.host ?? "").replace(/:\d+$/u, "")) &&
    accepted(path) &&
    !rejected(path) &&
    !method(request.method ?? "");
}

function patternFrom(text: string): RegExp {
  try {
    return new RegExp(text, "u");
  } catch (error) {
    throw new KubectlError(`error parsing regexp: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function pass(
  { request, path }: { request: IncomingMessage; path: string },
  response: ServerResponse,
  { transport }: Call,
): Promise<void> {
  const cut = new AbortController();
  response.on("close", () => cut.abort());
  try {
    const body: Uint8Array[] = [];
    for await (const chunk of request) body.push(chunk as Uint8Array);
    const content = body.length > 0 ? { body: concatBytes(body) } : {};
    const { method = "GET" } = request;
    const reply = await transport.request({ method, path, headers: passedOn(request), ...content }, cut.signal);
    const { "transfer-encoding": _encoding, connection: _connection, ...headers } = reply.headers;
    response.writeHead(reply.status, headers);
    await pipeline(reply.body, response);
  } catch (error) {
    if (cut.signal.aborted) return;
    if (!response.headersSent) response.writeHead(502);
    response.end(error instanceof Error ? error.message : String(error));
  }
}

/** Not the headers of this connection, nor credentials of another. */
function passedOn({ headers }: IncomingMessage): Record<string, string> {
  const own = new Set(["host", "connection", "authorization", "transfer-encoding", "content-length", "upgrade"]);
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]): [string, string][] => {
      return own.has(name) || value === undefined ? [] : [[name, typeof value === "string" ? value : value.join(", ")]];
    }),
  );
}
