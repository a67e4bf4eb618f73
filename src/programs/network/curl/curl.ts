import type { HttpConnection } from "../../../network/network.ts";
import type { Process } from "../../../runtime/process.ts";
import type { Tool } from "../../../runtime/tool.ts";
import { CurlError } from "./error.ts";
import { helpText } from "./help.ts";
import { type Narration, narrator } from "./narration.ts";
import { type CurlOptions, parseCurl } from "./options.ts";
import { meterEnd, meterFailed, meterStart } from "./progress.ts";
import { receive } from "./receive.ts";
import { parseTarget, userAgent } from "./request.ts";
import { type Sink, sinkFor } from "./sink.ts";
import { type Deadline, deadlineOf, type Exchange, exchange } from "./transfer.ts";
import { unsimulated } from "./unsimulated.ts";
import { writeOut } from "./write-out.ts";

/** https://curl.se/docs/manpage.html */
export const curl: Tool = { names: ["curl"], bases: [], directory: "/usr/bin", run };

const mostRedirects = 50;

async function run(process: Process): Promise<number> {
  try {
    const options = parseCurl(process.argv.slice(1));
    if (options.has("version") || options.has("help")) {
      await process.print(options.has("help") ? helpText : versionText());
      return 0;
    }
    if (options.urls.length === 0) {
      await process.warn("curl: (2) no URL specified\ncurl: try 'curl --help' for more information\n");
      return 2;
    }
    await warnOfUnsimulated(options, process);
    let exitCode = 0;
    const connections = new Map<string, HttpConnection>();
    for (const [index, url] of options.urls.entries()) {
      exitCode = await withRetries(url, { options, process, index, connections });
    }
    return exitCode;
  } catch (error) {
    if (!(error instanceof CurlError)) throw error;
    await process.warn(`curl: ${error.message}\ncurl: try 'curl --help' or 'curl --manual' for more information\n`);
    return error.exitCode;
  }
}

function versionText(): string {
  const version = userAgent.split("/")[1] ?? "";
  return `curl ${version} (simulated) libcurl/${version}\nRelease-Date: 2024-12-11\nProtocols: http https\n`;
}

async function warnOfUnsimulated(options: CurlOptions, process: Process): Promise<void> {
  for (const name of unsimulated) {
    if (options.has(name)) await process.warn(`Warning: --${name} is not simulated and does nothing\n`);
  }
}

interface Job {
  readonly options: CurlOptions;
  readonly process: Process;
  /** Which of the URLs on the command line it is. */
  readonly index: number;
  readonly connections: Map<string, HttpConnection>;
}

async function withRetries(url: string, job: Job): Promise<number> {
  const { options, process } = job;
  const most = Number(options.value("retry") ?? 0);
  for (let attempt = 0; ; attempt++) {
    const { exitCode, status } = await transfer(url, job);
    const isHttpError = [408, 429, 500, 502, 503, 504].includes(status);
    const isRefused = exitCode === 7 && options.has("retry-connrefused");
    const isTransient = exitCode === 28 || isHttpError || isRefused;
    if (attempt >= most || !(isTransient || (exitCode !== 0 && options.has("retry-all-errors")))) return exitCode;
    const delay = Number(options.value("retry-delay") ?? Math.min(2 ** attempt, 600));
    const problem = isRefused
      ? "connection refused"
      : exitCode === 28
        ? "timeout"
        : isHttpError
          ? "HTTP error"
          : "(retrying all errors)";
    const left = most - attempt;
    const text = `Problem: ${problem}. Will retry in ${delay} second${delay === 1 ? "" : "s"}. ${left} ${left === 1 ? "retry" : "retries"} left.`;
    if (!options.has("silent")) await process.warn(`Warning: ${text}\n`);
    await process.sleep(delay * 1000);
  }
}

interface State {
  exchange: Exchange | undefined;
  downloaded: number;
  redirects: number;
}

/** One URL, its redirects included. */
async function transfer(
  url: string,
  { options, process, index, connections }: Job,
): Promise<{ exitCode: number; status: number }> {
  const deadline = deadlineOf(options, process.clock.now());
  const sink = sinkFor(url, { options, process, index });
  const narration = narrator(options, process, sink.isTerminal);
  const isSilent = options.has("silent");
  const showsMeter = !isSilent && !options.has("no-progress-meter") && !sink.isTerminal;
  if (showsMeter) await process.warn(meterStart);
  const state: State = { exchange: undefined, downloaded: 0, redirects: 0 };
  let failure: CurlError | undefined;
  try {
    await follow(url, { options, process, sink, narration, deadline, state, connections });
  } catch (error) {
    if (!(error instanceof CurlError)) throw error;
    failure = error;
    if (error.exitCode !== 6) await narration.failed(error.message);
  }
  const totalMs = process.clock.now() - deadline.startedAt;
  if (showsMeter) await process.warn(failure ? meterFailed(totalMs) : meterEnd(state.downloaded, totalMs));
  if (failure?.warning !== undefined && !isSilent) await process.warn(`Warning: ${failure.warning}\n`);
  if (failure && (!isSilent || options.has("show-error")))
    await process.warn(`curl: (${failure.exitCode}) ${failure.message}\n`);
  const exitCode = failure?.exitCode ?? 0;
  const format = options.value("write-out");
  if (format !== undefined) {
    await process.print(writeOut(format, { url, ...state, totalMs, exitCode, error: failure?.message ?? "" }));
  }
  return { exitCode, status: state.exchange?.response.status ?? 0 };
}

interface Following {
  readonly options: CurlOptions;
  readonly process: Process;
  readonly sink: Sink;
  readonly narration: Narration;
  readonly deadline: Deadline;
  readonly state: State;
  readonly connections: Map<string, HttpConnection>;
}

async function follow(first: string, context: Following): Promise<void> {
  const { options, state, narration } = context;
  const most = Number(options.value("max-redirs") ?? mostRedirects);
  let dropsBody = false;
  for (let url = first; ;) {
    const step = await exchange(url, { ...context, dropsBody });
    state.exchange = step;
    const { status, headers } = step.response;
    const { location } = headers;
    const isRedirect = options.has("location") && status >= 300 && status < 400 && location !== undefined;
    const received = await receive(step, { ...context, isLast: !isRedirect });
    if (!isRedirect) {
      state.downloaded = received;
      return;
    }
    if (state.redirects >= most) throw new CurlError(47, `Maximum (${most}) redirects followed`);
    state.redirects++;
    dropsBody ||= becomesGet(step, options);
    url = new URL(location, `${step.target.scheme}://${step.target.host}:${step.target.port}${step.request.path}`).href;
    parseTarget(url);
    await narration.redirected(url);
  }
}

/** As browsers do: a POST that is sent elsewhere with 301, 302 or 303 arrives as a GET. */
function becomesGet({ request, response }: Exchange, options: CurlOptions): boolean {
  if (options.has("request") || options.has("head")) return false;
  if (response.status === 303) return request.method !== "GET";
  return request.method === "POST" && [301, 302].includes(response.status) && !options.has(`post${response.status}`);
}
