import ipaddr from "ipaddr.js";

import type { HttpResponse } from "../../network/http.ts";
import type { Exchange } from "./exchange.ts";
import type { Logs } from "./logs.ts";
import { proxy } from "./proxy.ts";
import { finishReply, type Reply, statusReply } from "./reply.ts";
import type { Settings } from "./settings.ts";
import { findLocation, type Location } from "./sites.ts";
import { filePath, type Place, serveFile } from "./static.ts";
import { runSteps } from "./steps.ts";
import type { Upstreams } from "./upstreams.ts";

export interface Server {
  readonly logs: Logs;
  readonly upstreams: Upstreams;
  /** Requests answered so far, for `stub_status`. */
  readonly requests: () => number;
}

const mostRedirects = 10;

/** Answers a request. Files answer at once; only what is proxied waits. */
export function handle(exchange: Exchange, server: Server): HttpResponse | Promise<HttpResponse> {
  const { settings } = exchange.site;
  const early = runSteps(exchange, settings);
  const place = { exchange, settings, location: undefined, logs: server.logs };
  if (early && "status" in early) return finish(place, early);
  return route(exchange, server, 0);
}

function finish({ exchange, settings, logs }: Place, reply: Reply): HttpResponse {
  const response = finishReply(exchange, settings, reply);
  const { body } = reply;
  const sent =
    typeof body === "string" ? Buffer.byteLength(body) : body instanceof Uint8Array ? body.length : undefined;
  const announced = Number(response.headers["content-length"] ?? 0);
  const bodyBytes = exchange.request.method === "HEAD" ? 0 : (sent ?? announced);
  logs.access(exchange, { status: reply.status, bodyBytes });
  return response;
}

function route(exchange: Exchange, server: Server, redirects: number): HttpResponse | Promise<HttpResponse> {
  const location = findLocation(exchange.site.locations, exchange.uri);
  const settings = location?.settings ?? exchange.site.settings;
  const place: Place = { exchange, settings, location, logs: server.logs };
  if (redirects > mostRedirects) {
    server.logs.error(
      exchange,
      `rewrite or internal redirection cycle while internally redirecting to "${exchange.uri}"`,
    );
    return finish(place, statusReply(exchange, settings, 500));
  }
  if (settings.isInternal && redirects === 0)
    return conclude(place, server, redirects, statusReply(exchange, settings, 404));
  const step = location ? runSteps(exchange, settings) : undefined;
  if (step && "status" in step) return conclude(place, server, redirects, step);
  if (step?.searchesAgain) return route(exchange, server, redirects + 1);
  const refusal = refused(exchange, settings);
  if (refusal) {
    if (refusal.status === 403) server.logs.error(exchange, "access forbidden by rule");
    return conclude(place, server, redirects, refusal);
  }
  if (settings.tryFiles) return tryFiles(place, server, redirects);
  return content(place, server, redirects);
}

function content(place: Place, server: Server, redirects: number): HttpResponse | Promise<HttpResponse> {
  const { exchange, settings } = place;
  if (settings.proxyPass !== undefined) {
    return proxy(place, server.upstreams).then((reply) => {
      // What the server behind says stands, even an error; nginx's own failures have their pages.
      return reply.contentType === "text/html" && reply.status >= 502
        ? conclude(place, server, redirects, reply)
        : finish(place, reply);
    });
  }
  if (settings.hasStubStatus) return finish(place, stubStatus(server.requests()));
  const found = serveFile(place);
  if (!("redirectTo" in found)) return conclude(place, server, redirects, found);
  exchange.uri = found.redirectTo;
  return route(exchange, server, redirects + 1);
}

/** An error goes to its `error_page`, if there is one. */
function conclude(place: Place, server: Server, redirects: number, reply: Reply): HttpResponse | Promise<HttpResponse> {
  const { exchange, settings } = place;
  const page = settings.errorPages.find((args) => args.slice(0, -1).includes(String(reply.status)));
  const target = page?.at(-1);
  if (target === undefined || (redirects > 0 && exchange.variables.has("error_page"))) return finish(place, reply);
  const [, override] = page?.map((arg) => /^=(\d*)$/u.exec(arg)).find((match) => match) ?? [];
  if (/^https?:/u.test(target)) return finish(place, statusReply(exchange, settings, 302, { location: target }));
  exchange.variables.set("error_page", target);
  exchange.uri = target;
  const status = override === undefined ? reply.status : Number(override || 200);
  const shown = route(exchange, server, redirects + 1);
  const restated = (response: HttpResponse): HttpResponse =>
    response.status === 200 ? withStatus(response, status) : response;
  return shown instanceof Promise ? shown.then(restated) : restated(shown);
}

function withStatus({ headers, body }: HttpResponse, status: number): HttpResponse {
  return { status, headers, body };
}

/** `try_files a b fallback`: the first that exists, else the last, which is a path, `=404` or `@name`. */
function tryFiles(place: Place, server: Server, redirects: number): HttpResponse | Promise<HttpResponse> {
  const { exchange, settings } = place;
  const { files } = exchange.process;
  const candidates = settings.tryFiles ?? [];
  for (const candidate of candidates.slice(0, -1)) {
    const uri = named(candidate, exchange);
    const path = filePath(place, uri);
    const kind = files.exists(path) ? files.stat(path).kind : undefined;
    if (kind !== undefined && uri.endsWith("/") === (kind === "directory")) {
      exchange.uri = uri;
      return content({ ...place, settings: { ...settings, tryFiles: undefined } }, server, redirects);
    }
  }
  const last = candidates.at(-1) ?? "=404";
  const code = /^=(\d{3})$/u.exec(last)?.[1];
  if (code !== undefined) return conclude(place, server, redirects, statusReply(exchange, settings, Number(code)));
  const target = last.startsWith("@") ? last : named(last, exchange);
  const [path = "", query] = target.split("?");
  if (last.startsWith("@")) return routeTo(namedLocation(exchange, last), { ...place }, server, redirects);
  exchange.uri = path;
  if (query !== undefined) exchange.query = query;
  return route(exchange, server, redirects + 1);
}

function named(text: string, exchange: Exchange): string {
  return text
    .replaceAll("$uri", exchange.uri)
    .replaceAll("$is_args$args", exchange.query === "" ? "" : `?${exchange.query}`);
}

function namedLocation({ site }: Exchange, name: string): Location | undefined {
  return site.locations.find(({ path }) => path === name);
}

function routeTo(
  location: Location | undefined,
  place: Place,
  server: Server,
  redirects: number,
): HttpResponse | Promise<HttpResponse> {
  const { exchange } = place;
  if (!location) return finish(place, statusReply(exchange, place.settings, 500));
  const { settings } = location;
  const step = runSteps(exchange, settings);
  if (step && "status" in step) return finish(place, step);
  return content({ ...place, location, settings }, server, redirects + 1);
}

function refused(exchange: Exchange, { accessRules, maxBodyBytes }: Settings): Reply | undefined {
  const { site, request } = exchange;
  const length = Number(request.headers["content-length"] ?? 0);
  if (length > maxBodyBytes) return statusReply(exchange, site.settings, 413);
  const rule = accessRules.find(({ args: [who = ""] }) => isAmong(request.remote?.ip ?? "", who));
  return rule?.name === "deny" ? statusReply(exchange, site.settings, 403) : undefined;
}

function isAmong(ip: string, who: string): boolean {
  if (who === "all" || who === ip) return true;
  if (!ipaddr.IPv4.isValidCIDR(who) || !ipaddr.IPv4.isValid(ip)) return false;
  return ipaddr.IPv4.parse(ip).match(ipaddr.IPv4.parseCIDR(who));
}

function stubStatus(requests: number): Reply {
  const body = `Active connections: 1 \nserver accepts handled requests\n ${requests} ${requests} ${requests} \nReading: 0 Writing: 1 Waiting: 0 \n`;
  return { status: 200, contentType: "text/plain", body };
}
