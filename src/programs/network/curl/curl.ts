import { STATUS_CODES } from "node:http";

import { encodeText } from "../../../api/bytes.ts";
import type { HttpResponse } from "../../../network/http.ts";
import { NetworkError } from "../../../network/network.ts";
import type { Process } from "../../../runtime/process.ts";
import type { Tool } from "../../../runtime/tool.ts";
import { CurlError } from "./error.ts";
import { type CurlOptions, parseCurl } from "./options.ts";
import { type Sink, sinkFor } from "./sink.ts";
import { meterEnd, meterStart } from "./progress.ts";
import { userAgent } from "./request.ts";
import { type Deadline, deadlineOf, type Exchange, exchange, headLines, type Tell } from "./transfer.ts";
import { writeOut } from "./write-out.ts";

/** https://curl.se/docs/manpage.html */
export const curl: Tool = { names: ["curl"], bases: [], directory: "/usr/bin", run };

const mostRedirects = 50;

async function run(process: Process): Promise<number> {
  try {
    const options = parseCurl(process.argv.slice(1));
    if (options.has("version")) {
      await process.print(`curl ${userAgent.split("/")[1] ?? ""} (simulated) libcurl/${userAgent.split("/")[1] ?? ""}\nProtocols: http https\n`);
      return 0;
    }
    if (options.urls.length === 0) {
      await process.warn("curl: (2) no URL specified\ncurl: try 'curl --help' for more information\n");
      return 2;
    }
    let exitCode = 0;
    for (const [index, url] of options.urls.entries()) exitCode = await withRetries(url, { options, process, index });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CurlError)) throw error;
    await process.warn(`curl: ${error.message}\ncurl: try 'curl --help' or 'curl --manual' for more information\n`);
    return error.exitCode;
  }
}

interface Job {
  readonly options: CurlOptions;
  readonly process: Process;
  /** Which of the URLs on the command line it is. */
  readonly index: number;
}

async function withRetries(url: string, job: Job): Promise<number> {
  const { options, process } = job;
  const most = Number(options.value("retry") ?? 0);
  for (let attempt = 0; ; attempt++) {
    const { exitCode, status } = await transfer(url, job);
    const isTransient = exitCode === 28 || [408, 429, 500, 502, 503, 504].includes(status);
    const isRefused = exitCode === 7 && options.has("retry-connrefused");
    const again = isTransient || isRefused || (exitCode !== 0 && options.has("retry-all-errors"));
    if (!again || attempt >= most) return exitCode;
    const delay = Number(options.value("retry-delay") ?? Math.min(2 ** attempt, 600));
    if (isLoud(options)) {
      await process.warn(`Warning: Problem: ${isRefused ? "connection refused" : isTransient && exitCode === 0 ? "HTTP error" : "timeout"}. Will retry in ${delay} second${delay === 1 ? "" : "s"}. ${most - attempt} ${most - attempt === 1 ? "retry" : "retries"} left.\n`);
    }
    await process.sleep(delay * 1000);
  }
}

function isLoud(options: CurlOptions): boolean {
  return !options.has("silent") || options.has("show-error");
}

/** One URL, its redirects included. */
async function transfer(url: string, { options, process, index }: Job): Promise<{ exitCode: number; status: number }> {
  const deadline = deadlineOf(options, process.clock.now());
  const sink = sinkFor(url, { options, process, index });
  const showsMeter = !options.has("silent") && !options.has("no-progress-meter") && !sink.isTerminal && !options.has("verbose");
  if (showsMeter) await process.warn(meterStart);
  const state: State = { exchange: undefined, downloaded: 0, redirects: 0 };
  let failure: CurlError | undefined;
  try {
    await follow(url, { options, process, sink, deadline, state });
  } catch (error) {
    if (!(error instanceof CurlError)) throw error;
    failure = error;
  }
  const totalMs = process.clock.now() - deadline.startedAt;
  if (showsMeter) await process.warn(failure ? "\n" : meterEnd(state.downloaded, totalMs));
  if (failure && isLoud(options)) await process.warn(`curl: (${failure.exitCode}) ${failure.message}\n`);
  const exitCode = failure?.exitCode ?? 0;
  const format = options.value("write-out");
  if (format !== undefined) {
    await process.print(writeOut(format, { url, ...state, totalMs, exitCode, error: failure?.message ?? "" }));
  }
  return { exitCode, status: state.exchange?.response.status ?? 0 };
}

interface State {
  exchange: Exchange | undefined;
  downloaded: number;
  redirects: number;
}

interface Following {
  readonly options: CurlOptions;
  readonly process: Process;
  readonly sink: Sink;
  readonly deadline: Deadline;
  readonly state: State;
}

async function follow(first: string, context: Following): Promise<void> {
  const { options, process, deadline, state } = context;
  const most = Number(options.value("max-redirs") ?? mostRedirects);
  const tell: Tell = async (line) => {
    if (options.has("verbose")) await process.warn(`${line}\n`);
  };
  for (let url = first; ; ) {
    state.exchange = await exchange(url, { options, process, tell, deadline });
    await narrate(state.exchange, tell);
    const { response } = state.exchange;
    const { location } = response.headers;
    const isRedirect = options.has("location") && response.status >= 300 && response.status < 400 && location !== undefined;
    await receive(state.exchange, { ...context, isLast: !isRedirect });
    if (!isRedirect) return;
    if (state.redirects >= most) throw new CurlError(47, `Maximum (${most}) redirects followed`);
    state.redirects++;
    url = new URL(location, url.includes("://") ? url : `http://${url}`).href;
  }
}

/** What `-v` shows of an exchange. */
async function narrate({ target, ip, request, response }: Exchange, tell: Tell): Promise<void> {
  await tell(`* Connected to ${target.host} (${ip}) port ${target.port}`);
  await tell(`* using HTTP/1.x`);
  await tell(`> ${request.method} ${request.path} HTTP/1.1`);
  for (const [name, value] of request.headers) await tell(`> ${name}: ${value}`);
  await tell("> ");
  await tell("* Request completely sent off");
  for (const line of headLines(response, (code) => STATUS_CODES[code] ?? "")) await tell(`< ${line}`);
  await tell("< ");
}

async function receive(
  { request, response, target }: Exchange,
  { options, process, sink, state, deadline, isLast }: Following & { isLast: boolean },
): Promise<void> {
  const head = options.has("include") || options.has("head");
  if (head) await sink.write(encodeText(`${headLines(response, (code) => STATUS_CODES[code] ?? "").join("\r\n")}\r\n\r\n`));
  const isError = response.status >= 400;
  if (isError && options.has("fail")) throw new CurlError(22, `The requested URL returned error: ${response.status}`);
  if (request.method !== "HEAD") {
    for await (const chunk of chunksOf(response, { process, deadline })) {
      state.downloaded += chunk.length;
      if (isLast) await sink.write(chunk);
    }
  }
  sink.finish();
  if (isError && options.has("fail-with-body")) throw new CurlError(22, `The requested URL returned error: ${response.status}`);
  if (options.has("verbose")) await process.warn(`* Connection #0 to host ${target.host} left intact\n`);
}

/** The body as it comes; one that is cut off, or too slow for `-m`, is a failure. */
async function* chunksOf(
  { body }: HttpResponse,
  { process, deadline }: { process: Process; deadline: Deadline },
): AsyncGenerator<Uint8Array> {
  if (typeof body === "string") {
    yield encodeText(body);
    return;
  }
  if (body instanceof Uint8Array) {
    yield body;
    return;
  }
  const iterator = body[Symbol.asyncIterator]();
  let received = 0;
  for (;;) {
    const next = await within(iterator.next(), { process, deadline, received });
    if (next.done) return;
    received += next.value.length;
    yield next.value;
  }
}

async function within<T>(
  work: Promise<T>,
  { process, deadline, received }: { process: Process; deadline: Deadline; received: number },
): Promise<T> {
  let cancel = (): void => {};
  const late = new Promise<never>((_, reject) => {
    if (deadline.totalMs === undefined) return;
    const leftMs = deadline.startedAt + deadline.totalMs - process.clock.now();
    cancel = process.clock.after(Math.max(0, leftMs), () => {
      const afterMs = Math.round(process.clock.now() - deadline.startedAt);
      reject(new CurlError(28, `Operation timed out after ${afterMs} milliseconds with ${received} bytes received`));
    });
  });
  try {
    return await process.waitFor(Promise.race([work, late]));
  } catch (error) {
    if (error instanceof NetworkError || (error instanceof Error && "code" in error && error.code === "ECONNRESET")) {
      throw new CurlError(received > 0 ? 18 : 56, received > 0 ? "transfer closed with outstanding read data remaining" : "Recv failure: Connection reset by peer");
    }
    throw error;
  } finally {
    cancel();
  }
}
