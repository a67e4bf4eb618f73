import type { EventEmitter } from "node:events";
import type { IncomingMessage } from "node:http";

import type { ApiRequest } from "../request.ts";
import { peerOf } from "./peer.ts";

/** What HTTP carried, without HTTP. `gone` emits `close` when nobody waits for the answer any more. */
export function apiRequestOf(raw: IncomingMessage, gone: EventEmitter, body: Uint8Array): ApiRequest {
  const url = fromRoot(raw.url ?? "/");
  const mark = url.indexOf("?");
  const peer = peerOf(raw.socket);
  const cancel = new AbortController();
  gone.once("close", () => cancel.abort());
  return {
    method: raw.method ?? "GET",
    path: mark < 0 ? url : url.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? "" : url.slice(mark + 1)),
    headers: raw.headers as Record<string, string | undefined>,
    body,
    ...(peer.kind === "user" ? { user: peer.user } : {}),
    signal: cancel.signal,
  };
}

/** Proxies ask for whole URLs: `GET https://host/version`. */
function fromRoot(url: string): string {
  return url.startsWith("/") ? url : url.replace(/^https?:\/\/[^/?]*/iu, "").replace(/^(?=\?|$)/u, "/");
}
