import type { IncomingMessage, ServerResponse } from "node:http";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

import { ApiError, internalError, unauthorized } from "../../api/status.ts";
import { describeError, type Log } from "../../sim/log.ts";
import type { Random } from "../../sim/random.ts";
import type { ApiResponse } from "../request.ts";
import { errorResponse } from "../response.ts";
import { peerOf } from "./peer.ts";

/** One HTTP exchange as Node sees it. */
export interface Exchange {
  readonly raw: IncomingMessage;
  readonly response: ServerResponse;
  readonly random: Random;
  readonly log: Log;
}

/** The real API server compresses from here on. */
const compressFromBytes = 128 * 1024;
const compress = promisify(gzip);

/** Sends what `respond` makes, or the Status of its ApiError; any other error is a bug: logged, and 500. Never rejects. */
export async function answer(exchange: Exchange, respond: () => Promise<ApiResponse>): Promise<void> {
  const { raw, response, log } = exchange;
  try {
    requireTrusted(raw);
    await send(exchange, await respond());
  } catch (error) {
    const status = error instanceof ApiError ? error : internalError(messageOf(error));
    if (status !== error) log.write("error", `${raw.method} ${raw.url}: ${describeError(error)}`);
    if (response.headersSent) response.destroy();
    else await send(exchange, errorResponse(status));
  }
}

/** Throws Unauthorized on a certificate from elsewhere, unless a token may still prove who asks. */
export function requireTrusted({ socket, headers }: IncomingMessage): void {
  if (peerOf(socket).kind === "stranger" && headers.authorization === undefined) throw unauthorized();
}

async function send({ raw, response, random }: Exchange, { status, headers, body }: ApiResponse): Promise<void> {
  if (response.destroyed) return;
  response.statusCode = status;
  response.setHeader("Audit-Id", raw.headers["audit-id"] ?? random.uuid());
  response.setHeader("Cache-Control", "no-cache, private");
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (typeof body === "string" || body instanceof Uint8Array) await sendWhole(raw, response, body);
  else await sendStream(raw, response, body);
}

async function sendWhole(raw: IncomingMessage, response: ServerResponse, body: string | Uint8Array): Promise<void> {
  let bytes = body;
  let length = Buffer.byteLength(body);
  if (length >= compressFromBytes && acceptsGzip(raw) && !response.hasHeader("content-encoding")) {
    bytes = await compress(body, { level: 1 });
    length = bytes.length;
    response.setHeader("Content-Encoding", "gzip");
    response.appendHeader("Vary", "Accept-Encoding");
  }
  const bodiless = response.statusCode === 204 || response.statusCode === 304;
  if (!bodiless) response.setHeader("Content-Length", length);
  response.end(bodiless ? undefined : bytes);
}

function acceptsGzip({ headers }: IncomingMessage): boolean {
  return (headers["accept-encoding"] ?? "").split(/[,;]/u).some((one) => one.trim() === "gzip");
}

/** Waits for slow readers; stops reading `body` when the client has gone. */
async function sendStream(
  raw: IncomingMessage,
  response: ServerResponse,
  body: AsyncIterable<string | Uint8Array>,
): Promise<void> {
  // A watch may have nothing to say for hours, and its client waits for the headers.
  response.flushHeaders();
  if (raw.method !== "HEAD") {
    for await (const chunk of body) {
      if (response.destroyed) return;
      if (!response.write(chunk)) await roomIn(response);
    }
  }
  response.end();
}

/** Resolves when there is room again, or nobody reads any more. */
function roomIn(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off("drain", done).off("close", done);
      resolve();
    };
    response.on("drain", done).on("close", done);
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
