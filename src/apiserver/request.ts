import type { Duplex } from "node:stream";

import type { SessionStreams } from "../client/node-agents.ts";

/** Who asks. https://kubernetes.io/docs/reference/access-authn-authz/authentication/ */
export interface UserInfo {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  /** Whatever else the authenticator knows. */
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** A request after transport: what HTTP, the in-process client and tests all make. Header names are lower-case. */
export interface ApiRequest {
  readonly method: string;
  /** Decoded segments are the server's business: this is the raw path, `/api/v1/namespaces/default/pods`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
  /** Proven by a client certificate; otherwise the Authorization header is looked at. */
  readonly user?: UserInfo;
  /** Aborted when the client has gone: ends watches and followed logs. */
  readonly signal: AbortSignal;
}

/** A body that is an AsyncIterable is sent as it comes (watches, logs). */
export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string | Uint8Array | AsyncIterable<string | Uint8Array>;
  /** The other end of a proxied connection, which has switched protocols; status and headers say to which. */
  readonly upgraded?: Duplex;
}

/**
 * What an upgraded connection (WebSocket or SPDY) is for, decided before the protocol is switched.
 * A refusal is thrown as an ApiError and answered as plain HTTP.
 */
export type Session =
  | {
      readonly kind: "command";
      /** Which streams the client asked for in the query. */
      readonly wants: {
        readonly stdin: boolean;
        readonly stdout: boolean;
        readonly stderr: boolean;
        readonly tty: boolean;
      };
      /** Runs to the end. Resolves with the exit code; an ApiError goes to the client's error stream. */
      run(streams: SessionStreams): Promise<number>;
    }
  | {
      readonly kind: "portforward";
      /** Ports named in the query (WebSocket v4/v5 only). */
      readonly ports: readonly number[];
      /** A connection to a port inside the pod. Rejects with an ApiError or NetworkError. */
      dial(port: number): Promise<Duplex>;
    };

/** The API server without HTTP. */
export interface RequestHandler {
  handle(request: ApiRequest): Promise<ApiResponse>;
  /** For a request with an `Upgrade` header. */
  open(request: ApiRequest): Promise<Session>;
}
