import type { HttpResponse } from "../../../network/http.ts";
import type { HttpConnection } from "../../../network/network.ts";
import type { Process } from "../../../runtime/process.ts";
import type { Tool } from "../../../runtime/tool.ts";
import { argumentsIn } from "./config-file.ts";
import { CookieJar, saveCookies } from "./cookies.ts";
import { CurlError } from "./error.ts";
import { helpText } from "./help.ts";
import { type Narration, narrator } from "./narration.ts";
import { type CurlOptions, parseOperations } from "./options.ts";
import { fullBar, meterEnd, meterAgain, meterFailed, meterStart } from "./progress.ts";
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
    const operations = await operationsOf(process);
    const [options] = operations;
    if (options?.has("version") || options?.has("help")) {
      await process.print(options.has("help") ? helpText : versionText());
      return 0;
    }
    const connections = new Map<string, HttpConnection>();
    let exitCode = 0;
    for (const operation of operations) {
      exitCode = await operate(operation, process, connections);
      if (exitCode !== 0 && operation.has("fail-early")) break;
    }
    return exitCode;
  } catch (error) {
    if (!(error instanceof CurlError)) throw error;
    await process.warn(`curl: ${error.message}\ncurl: try 'curl --help' or 'curl --manual' for more information\n`);
    return error.exitCode;
  }
}

/** What stands between two `--next`s. */
async function operate(
  options: CurlOptions,
  process: Process,
  connections: Map<string, HttpConnection>,
): Promise<number> {
  if (options.urls.length === 0) {
    await process.warn("curl: (2) no URL specified\ncurl: try 'curl --help' for more information\n");
    return 2;
  }
  redirectErrors(options, process);
  await warnOfUnsimulated(options, process);
  const cookies = new CookieJar(options, process);
  let exitCode = 0;
  for (const [index, url] of options.urls.entries()) {
    exitCode = await transferAll(url, { options, process, index, connections, cookies });
    if (exitCode !== 0 && options.has("fail-early")) break;
  }
  await saveCookies(cookies, options, process);
  return exitCode;
}

/** `--stderr`. */
function redirectErrors(options: CurlOptions, process: Process): void {
  const path = options.value("stderr");
  if (path === undefined) return;
  const target = path === "-" ? process.descriptors.get(1)?.retain() : process.open(path, "write");
  if (target) process.setDescriptor(2, target);
}

/** Those of `~/.curlrc` come first, those of `-K` where they are named. */
async function operationsOf(process: Process): Promise<readonly CurlOptions[]> {
  const given = process.argv.slice(1);
  const operations = parseOperations(given);
  const usual = `${process.env.get("HOME") ?? ""}/.curlrc`;
  const readsUsual = !/^(?:-q|--disable)/u.test(given[0] ?? "") && process.files.exists(usual);
  const named = operations.flatMap((options) => options.values("config"));
  const files = [...(readsUsual ? [usual] : []), ...named];
  if (files.length === 0) return operations;
  const read: string[] = [];
  for (const file of files) read.push(...(await argumentsIn(process, file)));
  return parseOperations([...read, ...given]);
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
  readonly cookies: CookieJar;
}

async function withRetries(url: string, job: Job): Promise<number> {
  const { options, process } = job;
  const most = Number(options.value("retry") ?? 0);
  const endsAt = process.clock.now() + Number(options.value("retry-max-time") ?? Number.POSITIVE_INFINITY) * 1000;
  for (let attempt = 0; ; attempt++) {
    const { exitCode, response, tell } = await transfer(url, job, attempt);
    const problem = problemOf(exitCode, response?.status ?? 0, options);
    const seconds = delayOf(attempt, response, options);
    const left = most - attempt;
    if (left <= 0 || problem === undefined || process.clock.now() + seconds * 1000 > endsAt) {
      await tell();
      return exitCode;
    }
    const text = `Problem: ${problem}. Will retry in ${seconds} second${seconds === 1 ? "" : "s"}. ${left} ${left === 1 ? "retry" : "retries"} left.`;
    if (!options.has("silent")) await process.warn(`Warning: ${text}\n`);
    await process.sleep(seconds * 1000);
  }
}

/** What `--retry` tries again; undefined: that would not help. */
function problemOf(exitCode: number, status: number, options: CurlOptions): string | undefined {
  if (exitCode === 7 && options.has("retry-connrefused")) return "connection refused";
  if ([5, 6, 28].includes(exitCode)) return "timeout";
  if ([408, 429, 500, 502, 503, 504].includes(status)) return "HTTP error";
  return exitCode !== 0 && options.has("retry-all-errors") ? "(retrying all errors)" : undefined;
}

/** In seconds: as told, as the server wants it, or twice as long each time. */
function delayOf(attempt: number, response: HttpResponse | undefined, options: CurlOptions): number {
  const given = Number(options.value("retry-delay") ?? 0);
  const wanted = Number(response?.headers["retry-after"]);
  return wanted > 0 ? wanted : given > 0 ? given : Math.min(2 ** attempt, 600);
}

interface Outcome {
  readonly exitCode: number;
  readonly response: HttpResponse | undefined;
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
  { options: given, process, index, parts, connections, cookies }: Job,
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
  if (showsMeter && !showsBar) await process.warn(retries === 0 ? meterStart : meterAgain);
  const state: State = { exchange: undefined, downloaded: 0, redirects: 0 };
  let failure: CurlError | undefined;
  try {
    await follow(url, { options, process, sink, narration, deadline, state, connections, cookies });
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
    response: state.exchange?.response,
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
  readonly cookies: CookieJar;
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
