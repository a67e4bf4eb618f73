import { type ByteSource, encodeText } from "../api/bytes.ts";
import { ApiError, badRequest } from "../api/status.ts";
import type { CommandStreams, Transport, TransportRequest, TransportResponse } from "../client/transport.ts";
import { NetworkError } from "../network/network.ts";
import type { Log } from "../sim/log.ts";
import type { ApiRequest, ApiResponse, RequestHandler, UserInfo } from "./request.ts";
import { errorResponse } from "./response.ts";
import { type CommandChannels, runCommand, translated } from "./streams/command.ts";
import { forwardFailure } from "./streams/forward.ts";
import { podNameIn } from "./streams/pod-name.ts";

/** A client of the API server in the same process, as `user`: no sockets and no timers, so every run is the same. */
export function inProcessTransport(handler: RequestHandler, user: UserInfo, log: Log): Transport {
  const requestFor = (request: TransportRequest, signal: AbortSignal): ApiRequest => apiRequest(request, user, signal);
  return {
    async request(request, signal) {
      const cancel = linked(signal);
      return clientResponse(await responseOf(handler, requestFor(request, cancel.signal)), cancel);
    },
    async openSession(path, streams, signal) {
      const cancel = linked(signal);
      const session = await handler.open(requestFor({ method: "POST", path }, cancel.signal));
      if (session.kind !== "command") throw badRequest("not a command session");
      const cut = new Promise<never>((_resolve, reject) => {
        const lost = (): void => reject(new NetworkError("ECONNRESET", "the session was cut off"));
        cancel.signal.addEventListener("abort", lost);
      });
      try {
        return translated(await Promise.race([runCommand(session, channelsOf(streams, cancel.signal), log), cut]));
      } finally {
        // It lost the race, or has won it already.
        void Promise.allSettled([cut]);
        cancel.abort();
      }
    },
    async openPort(podPath, port) {
      const path = `${podPath}/portforward?ports=${port}`;
      const session = await handler.open(requestFor({ method: "POST", path }, new AbortController().signal));
      if (session.kind !== "portforward") throw badRequest("not a port-forward session");
      try {
        return await session.dial(port);
      } catch (error) {
        if (!(error instanceof NetworkError)) throw error;
        throw new NetworkError(error.code, forwardFailure(error, podNameIn(path), port));
      }
    },
    close: () => {},
  };
}

function apiRequest(
  { method, path, headers = {}, body = "" }: TransportRequest,
  user: UserInfo,
  signal: AbortSignal,
): ApiRequest {
  const mark = path.indexOf("?");
  const lowerCase = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    method,
    path: mark < 0 ? path : path.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? "" : path.slice(mark + 1)),
    headers: Object.fromEntries(lowerCase) as Record<string, string>,
    body: typeof body === "string" ? encodeText(body) : body,
    user,
    signal,
  };
}

/** An ApiError is an answer; anything else is a bug, and the caller's to see. */
async function responseOf(handler: RequestHandler, request: ApiRequest): Promise<ApiResponse> {
  try {
    return await handler.handle(request);
  } catch (error) {
    if (error instanceof ApiError) return errorResponse(error);
    throw error;
  }
}

function clientResponse({ status, headers, body }: ApiResponse, cancel: AbortController): TransportResponse {
  const flat = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), [value].flat().join(", ")]);
  return { status, headers: Object.fromEntries(flat) as Record<string, string>, body: bytesOf(body, cancel) };
}

async function* bytesOf(body: ApiResponse["body"], cancel: AbortController): AsyncGenerator<Uint8Array> {
  try {
    const chunks = typeof body === "string" || body instanceof Uint8Array ? [body] : body;
    for await (const chunk of chunks) {
      if (chunk.length > 0) yield typeof chunk === "string" ? encodeText(chunk) : chunk;
    }
  } finally {
    cancel.abort();
  }
}

function channelsOf({ stdin, stdout, stderr, sizes }: CommandStreams, hangUp: AbortSignal): CommandChannels {
  const nowhere = { write: () => Promise.resolve(), close: () => {} };
  return {
    stdin: () => stdin ?? noBytes(),
    stdout: () => stdout ?? nowhere,
    stderr: () => stderr ?? nowhere,
    sizes: () => sizes,
    hangUp,
  };
}

async function* noBytes(): ByteSource & AsyncGenerator<Uint8Array> {}

/** Aborts with `signal`, and on its own. */
function linked(signal: AbortSignal | undefined): AbortController {
  const controller = new AbortController();
  signal?.addEventListener("abort", () => controller.abort(), { signal: controller.signal });
  if (signal?.aborted) controller.abort();
  return controller;
}
