import type { Duplex } from "node:stream";

import { resetConnection } from "./connection.ts";
import type { HttpRequest, HttpResponse } from "./http.ts";
import { type Address, type Flow, type Listener, NetworkError } from "./network.ts";

/** A listening socket and what goes when its process dies: its open connections and unanswered direct calls. */
export interface ListeningSocket {
  readonly listener: Listener;
  readonly connections: Map<Duplex, Flow>;
  readonly calls: Map<() => void, Flow>;
}

/** Resets what matches, or everything; says how much that was. */
export function resetWhere(
  { connections, calls }: ListeningSocket,
  matches: (flow: Flow) => boolean = () => true,
): number {
  let count = 0;
  for (const [connection, flow] of connections) {
    if (!matches(flow)) continue;
    resetConnection(connection);
    count++;
  }
  for (const [reset, flow] of calls) {
    if (!matches(flow)) continue;
    reset();
    count++;
  }
  return count;
}

export interface DirectCall {
  readonly flow: Flow;
  /** Whom the server sees. */
  readonly source: Address;
  readonly request: HttpRequest;
  readonly signal: AbortSignal | undefined;
}

/** The direct door: a server that fails or dies on the way is a reset connection to its caller. */
export function callDirectly(socket: ListeningSocket, call: DirectCall): Promise<HttpResponse> {
  const { handle } = socket.listener;
  try {
    const { method, url, headers, body } = call.request;
    const response = handle?.({ method, url, headers, body, remote: call.source });
    if (response === undefined) throw new Error("the listener has no direct door");
    return response instanceof Promise ? interruptible(response, socket, call) : Promise.resolve(response);
  } catch (error) {
    return Promise.reject(failedServer(error));
  }
}

function interruptible(
  response: Promise<HttpResponse>,
  { calls }: ListeningSocket,
  { flow, signal }: DirectCall,
): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const reset = (): void => {
      reject(new NetworkError("ECONNRESET", "read ECONNRESET"));
    };
    const abort = (): void => {
      reject(new NetworkError("ETIMEDOUT", "read ETIMEDOUT"));
    };
    calls.set(reset, flow);
    signal?.addEventListener("abort", abort);
    const forget = (): void => {
      calls.delete(reset);
      signal?.removeEventListener("abort", abort);
    };
    if (signal?.aborted) abort();
    response
      .then(resolve, (error: unknown) => {
        reject(failedServer(error));
      })
      .finally(forget);
  });
}

function failedServer(cause: unknown): NetworkError {
  const error = new NetworkError("ECONNRESET", "read ECONNRESET");
  error.cause = cause;
  return error;
}
