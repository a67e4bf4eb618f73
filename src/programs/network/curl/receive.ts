import type { HttpResponse } from "../../../network/http.ts";
import { NetworkError } from "../../../network/network.ts";
import type { Process } from "../../../runtime/process.ts";
import { encodeText } from "../../../runtime/text.ts";
import { CurlError } from "./error.ts";
import { headOf, type Narration } from "./narration.ts";
import type { CurlOptions } from "./options.ts";
import type { Sink } from "./sink.ts";
import type { Deadline, Exchange } from "./transfer.ts";

export interface Receiving {
  readonly options: CurlOptions;
  readonly process: Process;
  readonly sink: Sink;
  readonly narration: Narration;
  readonly deadline: Deadline;
  /** A redirect is followed: its body goes nowhere. */
  readonly isLast: boolean;
}

/** Takes the body of a response where it belongs; resolves with its length. Throws CurlError. */
export async function receive({ request, response, place }: Exchange, context: Receiving): Promise<number> {
  const { options, sink, narration, isLast } = context;
  const head = `${headOf(response).join("\r\n")}\r\n\r\n`;
  if (options.has("include") || options.has("head")) await sink.write(encodeText(head));
  await dumpHead(head, context);
  checkSize(response, options);
  sink.named(response.headers);
  const isError = response.status >= 400;
  const failure = `The requested URL returned error: ${response.status}`;
  if (isError && options.has("fail")) throw new CurlError(22, failure);
  let received = 0;
  if (request.method !== "HEAD") {
    for await (const chunk of chunksOf(response, context)) {
      received += chunk.length;
      await narration.body(chunk.length);
      if (isLast && !isComplete(response, options)) await sink.write(chunk);
    }
  }
  if (isLast) sink.finish();
  await narration.left(place);
  if (isError && options.has("fail-with-body")) throw new CurlError(22, failure);
  return received;
}

/** `--max-filesize` and `-C`. */
function checkSize({ status, headers }: HttpResponse, options: CurlOptions): void {
  const most = Number(options.value("max-filesize") ?? Number.POSITIVE_INFINITY);
  if (Number(headers["content-length"] ?? 0) > most) throw new CurlError(63, "Maximum file size exceeded");
  const resumes = Number(options.value("continue-at") ?? 0) > 0;
  if (resumes && status !== 206 && status !== 416) {
    throw new CurlError(33, "HTTP server does not seem to support byte ranges. Cannot resume.");
  }
}

/** `-C` of a file that is whole already: what the server says of it is no part of it. */
function isComplete({ status }: HttpResponse, options: CurlOptions): boolean {
  return status === 416 && Number(options.value("continue-at") ?? 0) > 0;
}

/** `-D`. */
async function dumpHead(head: string, { options, process }: Receiving): Promise<void> {
  const path = options.value("dump-header");
  if (path === undefined) return;
  if (path === "-") await process.print(head);
  else process.files.write(process.resolve(path), head);
}

/** The body as it comes; one that is cut off, or too slow for `-m`, is a failure. */
async function* chunksOf(response: HttpResponse, context: Receiving): AsyncGenerator<Uint8Array> {
  const { body } = response;
  if (typeof body === "string" || body instanceof Uint8Array) {
    const bytes = typeof body === "string" ? encodeText(body) : body;
    if (bytes.length > 0) yield bytes;
    return;
  }
  const { clock } = context.process;
  const iterator = body[Symbol.asyncIterator]();
  const progress: Progress = { received: 0, expected: lengthOf(response), pace: paceOf(context.options, clock.now()) };
  const startedAt = clock.now();
  for (;;) {
    await slowDown(context, progress.received, startedAt);
    const next = await within(iterator.next(), context, progress);
    if (next.done) return;
    progress.received += next.value.length;
    yield next.value;
  }
}

interface Progress {
  received: number;
  /** Bytes, as the server says. */
  readonly expected: number | undefined;
  readonly pace: Pace | undefined;
}

/** `-Y` and `-y`: what is slower for so long is given up. */
interface Pace {
  readonly bytesPerSecond: number;
  readonly forMs: number;
  since: number;
  receivedThen: number;
}

const usualSpeedSeconds = 30;

function paceOf(options: CurlOptions, now: number): Pace | undefined {
  const limit = options.value("speed-limit");
  const time = options.value("speed-time");
  if (limit === undefined && time === undefined) return undefined;
  const forMs = Number(time ?? usualSpeedSeconds) * 1000;
  return { bytesPerSecond: Number(limit ?? 1), forMs, since: now, receivedThen: 0 };
}

function lengthOf({ headers }: HttpResponse): number | undefined {
  const length = headers["content-length"];
  return length === undefined ? undefined : Number(length);
}

/** `--limit-rate`: on average no more than that, what comes at once aside. */
async function slowDown({ options, process }: Receiving, received: number, startedAt: number): Promise<void> {
  const rate = options.value("limit-rate");
  if (rate === undefined) return;
  const dueAt = startedAt + (received / bytesIn(rate)) * 1000;
  await process.sleep(Math.max(0, dueAt - process.clock.now()));
}

/** `100k`, `2M`, `1G`. Throws CurlError. */
function bytesIn(text: string): number {
  const [, digits, unit = ""] = /^(\d+(?:\.\d+)?)([bBkKmMgGtTpP]?)$/u.exec(text) ?? [];
  if (digits === undefined) throw new CurlError(2, "option --limit-rate: expected a proper numerical parameter");
  return Number(digits) * 1024 ** Math.max(0, "bkmgtp".indexOf(unit.toLowerCase() || "b"));
}

async function within<T>(work: Promise<T>, { process, deadline }: Receiving, progress: Progress): Promise<T> {
  const { received, expected, pace } = progress;
  const cancels: (() => void)[] = [];
  const late = new Promise<never>((_, reject) => {
    const failAt = (at: number, message: () => string): void => {
      const wait = Math.max(0, at - process.clock.now());
      cancels.push(process.clock.after(wait, () => reject(new CurlError(28, message()))));
    };
    if (pace) failAt(paceEnd(pace, received, process.clock.now()), () => tooSlow(pace));
    if (deadline.totalMs === undefined) return;
    failAt(deadline.startedAt + deadline.totalMs, () => {
      const afterMs = Math.round(process.clock.now() - deadline.startedAt);
      const share = expected === undefined ? `${received}` : `${received} out of ${expected}`;
      return `Operation timed out after ${afterMs} milliseconds with ${share} bytes received`;
    });
  });
  try {
    return await process.waitFor(Promise.race([work, late]));
  } catch (error) {
    if (!(error instanceof NetworkError || (error instanceof Error && "code" in error && error.code === "ECONNRESET")))
      throw error;
    if (received === 0) throw new CurlError(56, "Recv failure: Connection reset by peer");
    const rest =
      expected === undefined ? "outstanding read data remaining" : `${expected - received} bytes remaining to read`;
    throw new CurlError(18, `transfer closed with ${rest}`);
  } finally {
    for (const cancel of cancels) cancel();
  }
}

/** When it will have been too slow for too long: later if enough has come meanwhile. */
function paceEnd(pace: Pace, received: number, now: number): number {
  const wanted = (pace.bytesPerSecond * pace.forMs) / 1000;
  if (received - pace.receivedThen >= wanted) {
    pace.since = now;
    pace.receivedThen = received;
  }
  return pace.since + pace.forMs;
}

function tooSlow({ bytesPerSecond, forMs }: Pace): string {
  const seconds = forMs / 1000;
  return `Operation too slow. Less than ${bytesPerSecond} bytes/sec transferred the last ${seconds} seconds`;
}
