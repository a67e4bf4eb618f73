import { STATUS_CODES } from "node:http";
import { connect } from "node:tls";

import { httpExchange } from "../../../network/http-client.ts";
import { headerTitle } from "../../../network/http-headers.ts";
import type { HttpRequest, HttpResponse } from "../../../network/http.ts";
import { NetworkError } from "../../../network/network.ts";
import type { Process } from "../../../runtime/process.ts";
import { encodeText } from "../../../runtime/text.ts";
import type { Call } from "../../applet.ts";
import { Failure } from "../../failure.ts";
import { addressOf, connectFailure } from "../address.ts";
import { bodyChunks } from "../body.ts";
import type { WgetDestination } from "./destination.ts";
import { meter } from "./meter.ts";
import { authorityOf, parseWgetUrl, type WgetUrl } from "./url.ts";

export interface Download {
  readonly call: Call;
  readonly url: WgetUrl;
  readonly destination: WgetDestination;
  readonly timeoutMs: number | undefined;
  readonly log: (text: string) => Promise<void>;
}

const mostRedirects = 5;
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** Without `-T`, busybox waits this long for the network. */
const patienceMs = 900_000;

/** Throws Failure in wget's words. */
export async function download(job: Download): Promise<void> {
  const { call, log } = job;
  let { url } = job;
  for (let followed = 0; ; followed++) {
    const ip = await addressOf(call.process, url.host);
    if (ip === undefined) throw new Failure(`bad address '${authorityOf(url)}'`);
    await log(`Connecting to ${authorityOf(url)} (${ip}:${url.port})\n`);
    const response = await request(job, url, ip);
    const { location } = response.headers;
    if (!redirects.has(response.status) || location === undefined) return receive(job, response);
    if (followed === mostRedirects) throw new Failure("too many redirections");
    const base = `${url.isTls ? "https" : "http"}://${authorityOf(url)}${url.path}`;
    url = parseWgetUrl(new URL(location, base).href);
  }
}

async function request(job: Download, url: WgetUrl, ip: string): Promise<HttpResponse> {
  const { process, options } = job.call;
  const abort = new AbortController();
  const cancel = process.clock.after(job.timeoutMs ?? patienceMs, () => {
    abort.abort();
  });
  try {
    const outgoing = await requestFor(job, url);
    const response = await process.waitFor(send(process, { url, ip, outgoing, log: job.log }, abort.signal), () => {
      abort.abort();
    });
    if (options.has("S")) await job.log(headOf(response, "  "));
    return response;
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    if (abort.signal.aborted) throw new Failure("download timed out");
    if (error.code === "ECONNRESET") throw new Failure("error getting response");
    throw new Failure(`can't connect to remote host (${ip}): ${connectFailure(error, process)}`);
  } finally {
    cancel();
  }
}

interface Sending {
  readonly url: WgetUrl;
  readonly ip: string;
  readonly outgoing: HttpRequest;
  readonly log: Download["log"];
}

async function send(process: Process, { url, ip, outgoing, log }: Sending, signal: AbortSignal): Promise<HttpResponse> {
  const to = { ip, port: url.port };
  if (!url.isTls) return process.network.fetch(to, outgoing, signal);
  const connection = await process.network.dial(to, signal);
  await log("wget: note: TLS certificate validation not implemented\n");
  const servername = /^[\d.]+$/u.test(url.host) ? "" : url.host;
  const socket = connect({ socket: connection, servername, rejectUnauthorized: false });
  try {
    return await httpExchange(socket, outgoing, signal);
  } catch (error) {
    if (error instanceof NetworkError && /SSL|TLS|EPROTO/iu.test(error.message)) {
      throw new Failure(`error getting response: ${error.message}`);
    }
    throw error;
  }
}

async function requestFor({ call, destination }: Download, url: WgetUrl): Promise<HttpRequest> {
  const { process, options } = call;
  const file = options.value("post-file");
  const data = file === undefined ? options.value("post-data") : undefined;
  const body = file === undefined ? encodeText(data ?? "") : process.files.read(process.resolve(file));
  const isPost = file !== undefined || data !== undefined;
  const headers: Record<string, string> = {
    host: authorityOf(url),
    "user-agent": options.value("U") ?? "Wget",
    connection: "close",
  };
  if (url.user !== undefined) headers["authorization"] = `Basic ${Buffer.from(url.user).toString("base64")}`;
  if (destination.size > 0) headers["range"] = `bytes=${destination.size}-`;
  if (isPost) {
    headers["content-type"] = "application/x-www-form-urlencoded";
    headers["content-length"] = String(body.length);
  }
  for (const line of options.values("header")) {
    const colon = line.indexOf(":");
    if (colon > 0) headers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
  const method = isPost ? "POST" : options.has("spider") ? "HEAD" : "GET";
  return { method, url: url.path, headers, body };
}

function statusLine({ status, reason }: HttpResponse): string {
  return `HTTP/1.1 ${status} ${reason ?? STATUS_CODES[status] ?? ""}`.trimEnd();
}

function headOf(response: HttpResponse, indent: string): string {
  const headers = Object.entries(response.headers).map(([name, value]) => `${headerTitle(name)}: ${value}`);
  return [statusLine(response), ...headers].map((line) => `${indent}${line}\n`).join("");
}

async function receive(job: Download, response: HttpResponse): Promise<void> {
  const { call, destination, log } = job;
  const { process, options } = call;
  if (response.status >= 300 || response.status < 200)
    throw new Failure(`server returned error: ${statusLine(response)}`);
  if (options.has("spider")) return log("remote file exists\n");
  const file = destination.open();
  await log(destination.isStdout ? "writing to stdout\n" : `saving to '${destination.name}'\n`);
  const shown = meter(response, destination);
  try {
    for await (const chunk of bodyChunks(response, process)) {
      shown.add(chunk.length);
      await file.write(chunk);
    }
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ECONNRESET")
      throw new Failure("connection closed prematurely");
    throw error;
  } finally {
    file.close();
  }
  await log(shown.end());
  await log(destination.isStdout ? "written to stdout\n" : `'${destination.name}' saved\n`);
}
