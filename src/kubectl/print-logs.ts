import { concatBytes, encodeText } from "../api/bytes.ts";
import { ApiError } from "../api/status.ts";
import type { Pod } from "../api/types.gen.ts";
import { errorText } from "./server-says.ts";
import type { Call } from "./verb.ts";

/** The log of one container. */
export interface LogSource {
  readonly pod: Pod;
  readonly container: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
}

const newline = 10;

/** Prints logs one after the other; those that are followed, together. Resolves with the exit code. */
export async function printLogs(sources: readonly LogSource[], call: Call): Promise<number> {
  const { flags, io } = call;
  if (flags.isTrue("follow") && sources.length > 1) await Promise.all(sources.map((source) => printOne(source, call)));
  else for (const source of sources) await printOne(source, call);
  return io.interrupt.aborted ? 130 : 0;
}

async function printOne(source: LogSource, call: Call): Promise<void> {
  const { rest, io, flags } = call;
  const { pod, container, path, query } = source;
  const prefix = encodeText(flags.isTrue("prefix") ? `[pod/${pod.metadata.name}/${container}] ` : "");
  try {
    const bytes = await rest.stream("GET", path, { query, accept: "*/*", signal: io.interrupt });
    if (prefix.length === 0 && !flags.isTrue("follow")) for await (const chunk of bytes) await io.out(chunk);
    else for await (const line of lines(bytes)) await io.out(concatBytes([prefix, line]));
  } catch (error) {
    if (io.interrupt.aborted) return;
    if (!flags.isTrue("ignore-errors") || !(error instanceof ApiError)) throw error;
    await io.err(errorText(error).text);
  }
}

/** Whole lines: those of several containers must not run into each other. */
async function* lines(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let waiting: Uint8Array = new Uint8Array();
  for await (const chunk of source) {
    waiting = concatBytes([waiting, chunk]);
    for (let at = waiting.indexOf(newline); at >= 0; at = waiting.indexOf(newline)) {
      yield waiting.subarray(0, at + 1);
      waiting = waiting.subarray(at + 1);
    }
  }
  if (waiting.length > 0) yield waiting;
}
