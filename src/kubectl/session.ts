import type { ByteSink, ByteSource } from "../api/bytes.ts";
import type { Status } from "../api/types.gen.ts";
import type { Io } from "./io.ts";
import { KubectlError } from "./kubectl-error.ts";
import type { Call } from "./verb.ts";

export interface SessionOptions {
  readonly stdin: boolean;
  readonly tty: boolean;
  /** Instead of this terminal's. */
  readonly input?: ByteSource;
  readonly stdout?: ByteSink;
  readonly stderr?: ByteSink;
}

/** Runs exec or attach with the streams of the command. Resolves with how it ended. Ctrl-C cuts it, unless it is a TTY. */
export async function runSession(path: string, options: SessionOptions, { io, transport }: Call): Promise<Status> {
  const { stdin, tty } = options;
  const over = new AbortController();
  const restore = tty && stdin && io.terminal ? io.terminal.makeRaw() : undefined;
  const sizes = tty && io.terminal ? { sizes: io.terminal.sizes(over.signal) } : {};
  const streams = {
    tty,
    ...(stdin ? { stdin: options.input ?? io.stdin } : {}),
    stdout: options.stdout ?? sink((bytes) => io.out(bytes)),
    ...(tty ? {} : { stderr: options.stderr ?? sink((bytes) => io.err(bytes)) }),
    ...sizes,
  };
  try {
    return await transport.openSession(path, streams, io.interrupt);
  } finally {
    restore?.();
    over.abort();
  }
}

function sink(write: (bytes: Uint8Array) => Promise<void>): ByteSink {
  return { write, close: () => undefined };
}

/** Whether a TTY can be had; if it was wanted and cannot, kubectl says so. */
export async function allowTty(wanted: boolean, { stdin, io }: { stdin: boolean; io: Io }): Promise<boolean> {
  if (!wanted) return false;
  if (!stdin || io.terminal) return true;
  await io.err("Unable to use a TTY - input is not a terminal or the right kind of file\n");
  return false;
}

/** Throws what a session that did not end well means for the exit code. */
export function checkEnd({ status, reason, message = "", details }: Status): void {
  if (status === "Success") return;
  const code = details?.causes?.find((cause) => cause.reason === "ExitCode")?.message;
  if (reason !== "NonZeroExitCode" || code === undefined) throw new KubectlError(message);
  throw new KubectlError(`command terminated with exit code ${code}`, { exitCode: Number(code), bare: true });
}
