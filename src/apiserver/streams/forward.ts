import type { Duplex } from "node:stream";

import type { ByteSink, ByteSource } from "../../api/bytes.ts";
import { ApiError } from "../../api/status.ts";
import { NetworkError } from "../../network/network.ts";
import { type Clock, sleep } from "../../sim/clock.ts";
import { describeError, type Log } from "../../sim/log.ts";
import type { Session } from "../request.ts";

export type PortForwardSession = Extract<Session, { kind: "portforward" }>;

/** One forwarded connection, whatever the protocol. */
export interface ForwardedPort {
  readonly port: number;
  readonly data: ByteSource;
  readonly reply: ByteSink;
  readonly hangUp: AbortSignal;
  /** Tells the client why there will be no bytes. */
  fail(message: string): Promise<void>;
}

/** How long a client may still speak to a pod that has said all. */
const lastWordsMs = 1000;

/** Connects to the pod and carries bytes both ways until both ends have said all, or the pod long has. Never rejects. */
export async function forwardPort(
  session: PortForwardSession,
  pod: string,
  forwarded: ForwardedPort,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<void> {
  const { port, hangUp, reply } = forwarded;
  try {
    const connection = await session.dial(port);
    const cut = (): void => void connection.destroy();
    hangUp.addEventListener("abort", cut);
    if (hangUp.aborted) cut();
    await carry(connection, forwarded, clock);
    hangUp.removeEventListener("abort", cut);
  } catch (error) {
    if (!isExpected(error)) log.write("error", `port-forward: ${describeError(error)}`);
    await forwarded.fail(forwardFailure(error, pod, port));
  }
  reply.close();
}

/** What kubectl prints behind "an error occurred forwarding". */
export function forwardFailure(error: unknown, pod: string, port: number): string {
  return `error forwarding port ${port} to pod ${pod}, uid : ${reasonOf(error, port)}`;
}

/** Half-closes travel in both directions. An error of the pod's end is the end of its bytes. */
async function carry(connection: Duplex, { data, reply }: ForwardedPort, clock: Clock): Promise<void> {
  const downloaded = download(connection, reply);
  const both = Promise.all([upload(data, connection), downloaded]);
  // kubectl closes its end only when it is told that all is over.
  await Promise.race([both, downloaded.then(() => sleep(clock, lastWordsMs))]);
  connection.destroy();
}

async function upload(data: ByteSource, connection: Duplex): Promise<void> {
  for await (const bytes of data) {
    if (!connection.writable) return;
    if (!connection.write(bytes)) await roomIn(connection);
  }
  connection.end();
}

/** Resolves when there is room again, or nobody reads any more. */
export function roomIn(stream: Duplex): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stream.off("drain", done).off("close", done);
      resolve();
    };
    if (!stream.writableNeedDrain || stream.destroyed) resolve();
    else stream.on("drain", done).on("close", done);
  });
}

function download(connection: Duplex, reply: ByteSink): Promise<void> {
  return new Promise((resolve) => {
    let written = Promise.resolve();
    connection.on("data", (bytes: Uint8Array) => {
      connection.pause();
      written = reply.write(bytes).then(() => void connection.resume());
    });
    // A socket's end may be told while the last bytes are still on their way.
    const finish = async (): Promise<void> => {
      await written;
      reply.close();
      resolve();
    };
    const done = (): void => void finish();
    connection.once("end", done).once("close", done);
    connection.on("error", done);
  });
}

function isExpected(error: unknown): boolean {
  return error instanceof ApiError || error instanceof NetworkError;
}

const networkReasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ETIMEDOUT: "connection timed out",
  EHOSTUNREACH: "no route to host",
  ECONNRESET: "connection reset by peer",
};

function reasonOf(error: unknown, port: number): string {
  if (!(error instanceof NetworkError)) return error instanceof Error ? error.message : String(error);
  const reason = networkReasons[error.code] ?? error.message;
  return `failed to connect to localhost:${port} inside namespace, IPv4: dial tcp4 127.0.0.1:${port}: connect: ${reason}`;
}
