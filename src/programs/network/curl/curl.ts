import type { HttpConnection } from "../../../network/network.ts";
import type { Process } from "../../../runtime/process.ts";
import type { Tool } from "../../../runtime/tool.ts";
import { argumentsIn } from "./config-file.ts";
import { CurlError } from "./error.ts";
import { helpText } from "./help.ts";
import { type Narration, narrator } from "./narration.ts";
import { type CurlOptions, parseCurl } from "./options.ts";
import { fullBar, meterEnd, meterFailed, meterStart } from "./progress.ts";
import { receive } from "./receive.ts";
import { parseTarget, userAgent } from "./request.ts";
import { outputPath, type Sink, sinkFor } from "./sink.ts";
import { type Deadline, deadlineOf, type Exchange, exchange } from "./transfer.ts";
import { unsimulated } from "./unsimulated.ts";
import { globbedUrls } from "./url-glob.ts";
import { writeOut } from "./write-out.ts";

/** https://curl.se/docs/manpage.html */
export const curl: Tool = { names: ["curl"], bases: [], directory: "/usr/bin", run };

const mostRedirects = 50;

async function run(process: Process): Promise<number> {
  try {
    const options = await optionsOf(process);
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
      exitCode = await transferAll(url, { options, process, index, connections });
      if (exitCode !== 0 && options.has("fail-early")) break;
    }
    return exitCode;
  } catch (error) {
    if (!(error instanceof CurlError)) throw error;
    await process.warn(`curl: ${error.message}\ncurl: try 'curl --help' or 'curl --manual' for more information\n`);
    return error.exitCode;
  }
}

/** Those of `~/.curlrc` come first, those of `-K` where they are named. */
async function optionsOf(process: Process): Promise<CurlOptions> {
  const given = process.argv.slice(1);
  const options = parseCurl(given);
  const usual = `${process.env.get("HOME") ?? ""}/.curlrc`;
  const readsUsual = !/^(?:-q|--disable)/u.test(given[0] ?? "") && process.files.exists(usual);
  const files = [...(readsUsual ? [usual] : []), ...options.values("config")];
  if (files.length === 0) return options;
  const read: string[] = [];
  for (const file of files) read.push(...(await argumentsIn(process, file)));
  return parseCurl([...read, ...given]);
}

/** All that the globs of a URL stand for; the exit code is the last one's. */
async function transferAll(url: string, job: Omit<Job, "parts">): Promise<number> {
  const { options, process } = job;
  if (options.has("globoff")) return withRetries(url, { ...job, parts: [] });
  let exitCode = 0;
  try {
    for (const globbed of globbedUrls(url)) exitCode = await withRetries(globbed.url, { ...job, parts: globbed.parts });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CurlError)) throw error;
    if (!options.has("silent") || options.has("show-error"))
      await process.warn(`curl: (${error.exitCode}) ${error.message}\n`);
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
  /** What the globs of the URL stand for. */
  readonly parts: readonly string[];
  readonly connections: Map<string, HttpConnection>;
}

async function withRetries(url: string, job: Job): Promise<number> {
  const { options, process } = job;
  const most = Number(options.value("retry") ?? 0);
  for (let attempt = 0; ; attempt++) {
    const { exitCode, status, tell } = await transfer(url, job, attempt);
    const isHttpError = [408, 429, 500, 502, 503, 504].includes(status);
    const isRefused = exitCode === 7 && options.has("retry-connrefused");
    const isTransient = exitCode === 28 || isHttpError || isRefused;
    if (attempt >= most || !(isTransient || (exitCode !== 0 && options.has("retry-all-errors")))) {
      await tell();
      return exitCode;
    }
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

interface Outcome {
  readonly exitCode: number;
  readonly status: number;
  /** Prints what `-w` asks for: of the last attempt only. */
  tell(): Promise<void>;
}

interface State {
  exchange: Exchange | undefined;
  downloaded: number;
  redirects: number;
}

/** One URL, its redirects included. */
async function transfer(
  url: string,
  { options: given, process, index, parts, connections }: Job,
  retries: number,
): Promise<Outcome> {
  const path = outputPath(url, given, { index, parts });
  const options = resumed(given, process, path);
  const sink = sinkFor(url, { options, process, index, parts });
  const deadline = deadlineOf(options, process.clock.now());
  const narration = narrator(options, process, sink.isTerminal);
  const isSilent = options.has("silent");
  const showsMeter = !isSilent && !options.has("no-progress-meter") && !sink.isTerminal;
  const showsBar = showsMeter && options.has("progress-bar");
  if (showsMeter && !showsBar) await process.warn(meterStart);
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
  if (showsBar) await process.warn(failure ? "\r\n" : fullBar);
  else if (showsMeter) await process.warn(failure ? meterFailed(totalMs) : meterEnd(state.downloaded, totalMs));
  if (failure?.warning !== undefined && !isSilent) await process.warn(`Warning: ${failure.warning}\n`);
  if (failure && (!isSilent || options.has("show-error")))
    await process.warn(`curl: (${failure.exitCode}) ${failure.message}\n`);
  const exitCode = failure?.exitCode ?? 0;
  const format = options.value("write-out");
  const file = path === "-" ? undefined : path;
  const facts = { url, ...state, totalMs, exitCode, error: failure?.message ?? "", file, urlNumber: index, retries };
  return {
    exitCode,
    status: state.exchange?.response.status ?? 0,
    tell: () => (format === undefined ? Promise.resolve() : writeOut(format, facts, process)),
  };
}

/** `-C -` goes on where the file ends. */
function resumed(options: CurlOptions, process: Process, path: string | undefined): CurlOptions {
  if (options.value("continue-at") !== "-") return options;
  const absolute = process.resolve(path ?? "");
  const size = path !== undefined && process.files.exists(absolute) ? process.files.stat(absolute).size : 0;
  return { ...options, value: (name) => (name === "continue-at" ? String(size) : options.value(name)) };
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
