import type { ClientRequest, IncomingMessage } from "node:http";
import { Agent, request as startRequest } from "node:https";

import { decodeText, readAll } from "../../api/bytes.ts";
import { CallError } from "./call-error.ts";
import { identityProblem } from "./secure-connection.ts";

/** A POST to a URL of the world around the cluster. */
export interface OutsidePost {
  readonly url: URL;
  /** PEM. None: whom this machine trusts. */
  readonly authorities: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface WebhookAnswer {
  readonly status: number;
  readonly text: string;
}

/** As Go's client keeps them for the API server: so many unused ones a host, for so long. */
const connections = new Agent({ keepAlive: true, maxFreeSockets: 25, timeout: 90_000, maxCachedSessions: 0 });

/**
 * One HTTPS exchange from this machine, over a connection that stays open for the next one. What a server hung up while
 * nobody spoke is tried again. Rejects with what Node says, or with CallError.
 */
export async function keptExchange(post: OutsidePost, signal: AbortSignal): Promise<WebhookAnswer> {
  const outgoing = started(post, signal);
  try {
    const incoming = await responseTo(outgoing, post.body);
    return { status: incoming.statusCode ?? 0, text: decodeText(await readAll(incoming)) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ECONNRESET") throw error;
    if (outgoing.reusedSocket && !signal.aborted) return keptExchange(post, signal);
    throw (error as NodeJS.ErrnoException).syscall === "read" ? error : new CallError("EOF");
  }
}

function started({ url, authorities, headers }: OutsidePost, signal: AbortSignal): ClientRequest {
  return startRequest(url, {
    agent: connections,
    method: "POST",
    headers,
    signal,
    ...(authorities ? { ca: authorities } : {}),
    checkServerIdentity: identityProblem,
  });
}

function responseTo(outgoing: ClientRequest, body: Uint8Array): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    outgoing.once("response", resolve);
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
