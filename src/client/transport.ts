import type { Duplex } from "node:stream";

import type { ByteSource } from "../api/bytes.ts";
import type { Status } from "../api/types.gen.ts";
import type { SessionStreams } from "./node-agents.ts";

export interface TransportRequest {
  readonly method: string;
  /** With the query, from the API server's root: `/api/v1/pods?limit=500`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** Header names are lower-case. Errors are responses too: a Status under its own code. */
export interface TransportResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** To be read once. Leaving it before its end cancels the request. */
  readonly body: ByteSource;
}

/** The client's ends of exec and attach: `stdin` is read, the others are written. */
export type CommandStreams = Omit<SessionStreams, "hangUp">;

/** How kubectl talks to an API server, whether over TLS or in this process. A network failure rejects with its Node code. */
export interface Transport {
  request(request: TransportRequest, signal?: AbortSignal): Promise<TransportResponse>;
  /** Exec or attach; `path` carries the query. Resolves with how it ended. Rejects with ApiError when it is refused. */
  openSession(path: string, streams: CommandStreams, signal?: AbortSignal): Promise<Status>;
  /**
   * A connection to a port of the pod at `podPath` (`/api/v1/namespaces/default/pods/web`). Rejects with ApiError when it
   * is refused. When nobody listens on the port, it rejects or the stream is destroyed, with a NetworkError that says so.
   */
  openPort(podPath: string, port: number): Promise<Duplex>;
  /** Lets go of idle connections. */
  close(): void;
}
