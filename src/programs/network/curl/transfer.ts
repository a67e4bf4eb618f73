import type { Duplex } from "node:stream";

import { httpExchange } from "../../../network/http-client.ts";
import type { HttpRequest, HttpResponse } from "../../../network/http.ts";
import { type HttpConnection, NetworkError } from "../../../network/network.ts";
import type { Process } from "../../../runtime/process.ts";
import type { CookieJar } from "./cookies.ts";
import { CurlError } from "./error.ts";
import type { Narration } from "./narration.ts";
import type { CurlOptions } from "./options.ts";
import { type Proxy, proxyFor } from "./proxy.ts";
import { type Outgoing, parseTarget, requestFor, type Target, userAgent } from "./request.ts";
import { dialTls, tlsExchange } from "./tls.ts";

/** One exchange, as `-v`, `-i` and `-w` tell of it. */
export interface Exchange {
  readonly target: Target;
  /** Whom it was asked: the server, a proxy, or whoever stands in for it. */
  readonly place: Target;
  readonly ip: string;
  readonly request: Outgoing & { readonly path: string };
  readonly response: HttpResponse;
  readonly connectMs: number;
}

export interface Deadline {
  readonly startedAt: number;
  readonly connectMs: number | undefined;
  readonly totalMs: number | undefined;
}

export function deadlineOf(options: CurlOptions, now: number): Deadline {
  const [connectMs, totalMs] = [seconds(options.value("connect-timeout")), seconds(options.value("max-time"))];
  return { startedAt: now, connectMs, totalMs };
}

function seconds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isNaN(value) || value < 0) throw new CurlError(2, `expected a proper numerical parameter`);
  return value > 0 ? value * 1000 : undefined;
}

export interface ExchangeContext {
  readonly options: CurlOptions;
  readonly process: Process;
  readonly narration: Narration;
  readonly deadline: Deadline;
  /** A redirect turned the request into a GET without a body. */
  readonly dropsBody: boolean;
  readonly cookies: CookieJar;
  /** Kept open from earlier requests of this curl, by `ip:port`. */
  readonly connections: Map<string, HttpConnection>;
}

/** Sends one request and waits for the head of its response. Throws CurlError. */
export async function exchange(url: string, context: ExchangeContext): Promise<Exchange> {
  const { options, process, narration, deadline, connections } = context;
  const target = parseTarget(url, options.has("path-as-is"));
  checkProtocol(target, options);
  const proxy = proxyFor(target, options, process);
  const request = await requestFor(target, options, { ...context, proxy });
  const place = proxy?.place ?? placeOf(target, options);
  if (options.has("unix-socket")) throw new CurlError(7, unconnected(place, 0));
  const ip = await addressOf(place, { ...context, isProxy: proxy !== undefined });
  const isReused = connections.get(keyOf(ip, place))?.isOpen ?? false;
  if (!isReused) await narration.resolved(place, ip);
  const begun = process.clock.now();
  const abort = new AbortController();
  const cancels = timers(deadline, { process, abort });
  const told = async (): Promise<void> => {
    await narration.connected(place, ip, isReused);
    await narration.sent(request);
  };
  try {
    const sending = send({ target, place, proxy, ip, request, options, process, connections }, abort.signal);
    const response = await process.waitFor(sending, () => abort.abort());
    await told();
    await narration.received(response);
    context.cookies.take(response, target);
    return { target, place, ip, request, response, connectMs: process.clock.now() - begun };
  } catch (error) {
    if (error instanceof NetworkError && isConnected(error)) await told();
    else if (error instanceof NetworkError && !abort.signal.aborted) await narration.unconnected(place, ip, error);
    throw failure(error, { target: place, ip, process, deadline, isTimedOut: abort.signal.aborted });
  } finally {
    for (const cancel of cancels) cancel();
  }
}

/** Whether the server was there and failed later. */
function isConnected({ code, message }: NetworkError): boolean {
  return code === "ECONNRESET" || message.startsWith("read");
}

function timers(
  { startedAt, connectMs, totalMs }: Deadline,
  { process, abort }: { process: Process; abort: AbortController },
): (() => void)[] {
  const spent = process.clock.now() - startedAt;
  return [connectMs, totalMs === undefined ? undefined : totalMs - spent].flatMap((ms) =>
    ms === undefined ? [] : [process.clock.after(Math.max(0, ms), () => abort.abort())],
  );
}

/** Where `--connect-to host:port:elsewhere:port` leads; empty parts stand for any, and for the same. */
function placeOf(target: Target, options: CurlOptions): Target {
  for (const entry of options.values("connect-to")) {
    const [host = "", port = "", otherHost = "", otherPort = ""] = entry.split(":");
    const isMeant = (host === "" || host === target.host) && (port === "" || Number(port) === target.port);
    if (!isMeant) continue;
    return { ...target, host: otherHost || target.host, port: otherPort === "" ? target.port : Number(otherPort) };
  }
  return target;
}

/** `--proto =https` allows no other, `-http` forbids one. */
function checkProtocol({ scheme }: Target, options: CurlOptions): void {
  const rules = options.value("proto")?.split(",") ?? [];
  let allowed = true;
  for (const rule of rules) {
    const [, sign = "+", name = ""] = /^([-+=]?)(.*)$/u.exec(rule) ?? [];
    const isMeant = name === scheme || name === "all";
    if (sign === "=") allowed = isMeant;
    else if (isMeant) allowed = sign !== "-";
  }
  if (!allowed) throw new CurlError(1, `Protocol "${scheme}" disabled`);
}

interface Sending {
  readonly place: Target;
  readonly proxy: Proxy | undefined;
  readonly target: Target;
  readonly ip: string;
  readonly request: Outgoing & { readonly path: string };
  readonly options: CurlOptions;
  readonly process: Process;
  readonly connections: Map<string, HttpConnection>;
}

async function send(sending: Sending, signal: AbortSignal): Promise<HttpResponse> {
  const { target, place, ip, request, options, process } = sending;
  const to = { ip, port: place.port };
  const headers: Record<string, string> = {};
  for (const [name, value] of request.headers) {
    const key = name.toLowerCase();
    headers[key] = key in headers ? `${headers[key] ?? ""}, ${value}` : value;
  }
  const outgoing: HttpRequest = { method: request.method, url: request.path, headers, body: request.body };
  if (target.scheme === "http") return (await connectionFor(sending, signal)).fetch(outgoing, signal);
  const dialled = await process.network.dial(to, signal);
  const connection = sending.proxy ? await tunnelled(dialled, sending, signal) : dialled;
  return tlsExchange(await dialTls(connection, { target, options, process }), outgoing, signal);
}

/** Asks a proxy for a way through to the server. */
async function tunnelled(connection: Duplex, { target, proxy }: Sending, signal: AbortSignal): Promise<Duplex> {
  const place = `${target.host}:${target.port}`;
  const headers: Record<string, string> = {
    host: place,
    ...(proxy?.authorization === undefined ? {} : { "proxy-authorization": proxy.authorization }),
    "user-agent": userAgent,
    "proxy-connection": "Keep-Alive",
  };
  const asked = { method: "CONNECT", url: place, headers, body: new Uint8Array() };
  const { status, upgraded } = await httpExchange(connection, asked, signal);
  if (upgraded && status === 200) return upgraded;
  throw new CurlError(56, `CONNECT tunnel failed, response ${status}`);
}

/** The one kept from before, where it is still open. */
async function connectionFor(
  { place, ip, process, connections }: Sending,
  signal: AbortSignal,
): Promise<HttpConnection> {
  const known = connections.get(keyOf(ip, place));
  if (known?.isOpen) return known;
  const connection = await process.network.connectHttp({ ip, port: place.port }, signal);
  connections.set(keyOf(ip, place), connection);
  return connection;
}

function keyOf(ip: string, { scheme, port }: Target): string {
  return `${scheme}://${ip}:${port}`;
}

/** `--resolve host:port:address` goes before everything else. */
async function addressOf(
  { host, port }: Target,
  { options, process, narration, isProxy }: ExchangeContext & { readonly isProxy: boolean },
): Promise<string> {
  for (const entry of options.values("resolve")) {
    const [name, number, ...address] = entry.replace(/^[+-]/u, "").split(":");
    if ((name === host || name === "*") && Number(number) === port) return address.join(":").split(",")[0] ?? "";
  }
  if (host.startsWith("[")) {
    throw new CurlError(7, unconnected({ host, port }, 0));
  }
  const wantsIpv6 = options.has("ipv6") && !options.has("ipv4");
  try {
    const [first] = wantsIpv6 ? [] : await process.waitFor(process.network.lookup(host));
    if (first !== undefined) return first;
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
  }
  const unresolved = `Could not resolve ${isProxy ? "proxy" : "host"}: ${host}`;
  await narration.unresolved(unresolved);
  throw new CurlError(isProxy ? 5 : 6, unresolved);
}

function unconnected({ host, port }: Pick<Target, "host" | "port">, afterMs: number): string {
  return `Failed to connect to ${host} port ${port} after ${afterMs} ms: Could not connect to server`;
}

interface FailureContext {
  readonly target: Target;
  readonly ip: string;
  readonly process: Process;
  readonly deadline: Deadline;
  readonly isTimedOut: boolean;
}

function failure(error: unknown, { target, process, deadline, isTimedOut }: FailureContext): unknown {
  if (!(error instanceof NetworkError)) return error;
  const afterMs = Math.round(process.clock.now() - deadline.startedAt);
  if (isTimedOut) {
    const isSilent = error.message.startsWith("read");
    const what = isSilent
      ? `Operation timed out after ${afterMs} milliseconds with 0 bytes received`
      : `Connection timed out after ${afterMs} milliseconds`;
    return new CurlError(28, what);
  }
  if (error.code === "ETIMEDOUT") return new CurlError(28, unconnected(target, afterMs));
  if (error.code !== "ECONNRESET") return new CurlError(7, unconnected(target, afterMs));
  if (error.message.includes("hang up")) return new CurlError(52, "Empty reply from server");
  if (error.message.startsWith("Parse Error")) return new CurlError(1, "Received HTTP/0.9 when not allowed");
  return new CurlError(56, "Recv failure: Connection reset by peer");
}
