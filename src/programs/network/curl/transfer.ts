import type { HttpRequest, HttpResponse } from "../../../network/http.ts";
import { headerTitle } from "../../../network/http-headers.ts";
import { NetworkError } from "../../../network/network.ts";
import type { Process } from "../../../runtime/process.ts";
import { CurlError } from "./error.ts";
import type { CurlOptions } from "./options.ts";
import { type Outgoing, parseTarget, requestFor, type Target } from "./request.ts";
import { dialTls, tlsExchange } from "./tls.ts";

/** One exchange, as `-v`, `-i` and `-w` tell of it. */
export interface Exchange {
  readonly target: Target;
  readonly ip: string;
  readonly request: Outgoing & { readonly path: string };
  readonly response: HttpResponse;
  readonly connectMs: number;
}

/** What is told while it goes on: lines of `-v`. */
export type Tell = (line: string) => Promise<void>;

export interface Deadline {
  readonly startedAt: number;
  readonly connectMs: number | undefined;
  readonly totalMs: number | undefined;
}

export function deadlineOf(options: CurlOptions, now: number): Deadline {
  return { startedAt: now, connectMs: seconds(options.value("connect-timeout")), totalMs: seconds(options.value("max-time")) };
}

function seconds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isNaN(value) || value < 0) throw new CurlError(2, `expected a proper numerical parameter`);
  return value > 0 ? value * 1000 : undefined;
}

/** Sends one request and waits for the head of its response. Throws CurlError. */
export async function exchange(
  url: string,
  { options, process, tell, deadline }: { options: CurlOptions; process: Process; tell: Tell; deadline: Deadline },
): Promise<Exchange> {
  const target = parseTarget(url);
  const request = await requestFor(target, options, process);
  const ip = await resolve(target, options, process);
  await tell(`*   Trying ${ip}:${target.port}...`);
  const begun = process.clock.now();
  const abort = new AbortController();
  const cancels = timers(deadline, { process, abort });
  try {
    const response = await process.waitFor(send({ target, ip, request, options, process }, abort.signal), () => abort.abort());
    return { target, ip, request, response, connectMs: process.clock.now() - begun };
  } catch (error) {
    throw failure(error, { target, ip, process, deadline, isTimedOut: abort.signal.aborted });
  } finally {
    for (const cancel of cancels) cancel();
  }
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

interface Sending {
  readonly target: Target;
  readonly ip: string;
  readonly request: Outgoing & { readonly path: string };
  readonly options: CurlOptions;
  readonly process: Process;
}

async function send({ target, ip, request, options, process }: Sending, signal: AbortSignal): Promise<HttpResponse> {
  const to = { ip, port: target.port };
  const outgoing: HttpRequest = {
    method: request.method,
    url: request.path,
    headers: Object.fromEntries(request.headers.map(([name, value]) => [name.toLowerCase(), value])),
    body: request.body,
  };
  if (target.scheme === "http") return process.network.fetch(to, outgoing, signal);
  const connection = await process.network.dial(to, signal);
  return tlsExchange(await dialTls(connection, { target, options, process }), outgoing, signal);
}

/** `--resolve host:port:address` goes before everything else. */
async function resolve({ host, port }: Target, options: CurlOptions, process: Process): Promise<string> {
  for (const entry of options.values("resolve")) {
    const [name, number, ...address] = entry.replace(/^[+-]/u, "").split(":");
    if ((name === host || name === "*") && Number(number) === port) return address.join(":").split(",")[0] ?? "";
  }
  if (host.startsWith("[")) throw new CurlError(7, `Failed to connect to ${host} port ${port} after 0 ms: Could not connect to server`);
  if (options.has("ipv6") && !options.has("ipv4")) throw new CurlError(6, `Could not resolve host: ${host}`);
  try {
    const [first] = await process.waitFor(process.network.lookup(host));
    if (first !== undefined) return first;
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
  }
  throw new CurlError(6, `Could not resolve host: ${host}`);
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
  const { host, port } = target;
  if (isTimedOut) {
    if (error.message.startsWith("read")) return new CurlError(28, `Operation timed out after ${afterMs} milliseconds with 0 bytes received`);
    return new CurlError(28, `Connection timed out after ${afterMs} milliseconds`);
  }
  switch (error.code) {
    case "ECONNRESET":
      if (error.message.includes("hang up")) return new CurlError(52, "Empty reply from server");
      if (error.message.startsWith("Parse Error")) return new CurlError(1, "Received HTTP/0.9 when not allowed");
      return new CurlError(56, "Recv failure: Connection reset by peer");
    case "ETIMEDOUT":
      return new CurlError(28, `Failed to connect to ${host} port ${port} after ${afterMs} ms: Could not connect to server`);
    default:
      return new CurlError(7, `Failed to connect to ${host} port ${port} after ${afterMs} ms: Could not connect to server`);
  }
}

/** The response's head as it came, without its last empty line. */
export function headLines({ status, reason, headers }: HttpResponse, statusText: (code: number) => string): string[] {
  const phrase = reason ?? statusText(status);
  return [`HTTP/1.1 ${status}${phrase ? ` ${phrase}` : ""}`, ...Object.entries(headers).map(([name, value]) => `${headerTitle(name)}: ${value}`)];
}
