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
export async function receive({ request, response, target }: Exchange, context: Receiving): Promise<number> {
  const { options, sink, narration, isLast } = context;
  const head = `${headOf(response).join("\r\n")}\r\n\r\n`;
  if (options.has("include") || options.has("head")) await sink.write(encodeText(head));
  await dumpHead(head, context);
  checkSize(response, options);
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
  await narration.left(target);
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
async function* chunksOf({ body }: HttpResponse, context: Receiving): AsyncGenerator<Uint8Array> {
  if (typeof body === "string" || body instanceof Uint8Array) {
    const bytes = typeof body === "string" ? encodeText(body) : body;
    if (bytes.length > 0) yield bytes;
    return;
  }
  const iterator = body[Symbol.asyncIterator]();
  let received = 0;
  for (;;) {
    const next = await within(iterator.next(), context, received);
    if (next.done) return;
    received += next.value.length;
    yield next.value;
  }
}

async function within<T>(work: Promise<T>, { process, deadline }: Receiving, received: number): Promise<T> {
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
    if (!(error instanceof NetworkError || (error instanceof Error && "code" in error && error.code === "ECONNRESET")))
      throw error;
    const isPartial = received > 0;
    throw new CurlError(
      isPartial ? 18 : 56,
      isPartial ? "transfer closed with outstanding read data remaining" : "Recv failure: Connection reset by peer",
    );
  } finally {
    cancel();
  }
}
