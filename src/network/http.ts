import type { Duplex } from "node:stream";

import type { ByteSource } from "../api/bytes.ts";

/** Header names are lower-case. */
export type HttpHeaders = Readonly<Record<string, string>>;

/** A request as both doors of a listener see it: the parsed byte stream and the direct call. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query, as on the request line: `/echo?msg=hi`. */
  readonly url: string;
  readonly headers: HttpHeaders;
  readonly body: Uint8Array | ByteSource;
  /** Who is asking, as the listener sees it. Absent until the network fills it in. */
  readonly remote?: { readonly ip: string; readonly port: number };
}

export interface HttpResponse {
  readonly status: number;
  /** The standard phrase of the status unless given. */
  readonly reason?: string;
  readonly headers: HttpHeaders;
  readonly body: string | Uint8Array | ByteSource;
  /** With status 101: the connection on which the other protocol is spoken from now on. */
  readonly upgraded?: Duplex;
}

export type HttpHandler = (request: HttpRequest) => HttpResponse | Promise<HttpResponse>;
