import type { Duplex } from "node:stream";
import { connect } from "node:tls";

import { httpExchange } from "./http-client.ts";
import type { HttpRequest, HttpResponse } from "./http.ts";
import type { Address, Network } from "./network.ts";

/** The server is asked in TLS and speaks plain HTTP; worded as Go's client words it. */
export class PlainHttpError extends Error {
  constructor() {
    super("http: server gave HTTP response to HTTPS client");
  }
}

/** One exchange over TLS, whatever the server's certificate. Rejects with NetworkError, PlainHttpError or OpenSSL's own errors. */
export async function httpsExchange(
  { network, from, to }: { readonly network: Network; readonly from: string; readonly to: Address },
  request: HttpRequest,
  signal?: AbortSignal,
): Promise<HttpResponse> {
  // Whoever takes requests by the direct door speaks plain HTTP.
  if (network.listenerAt(to)?.handle) throw new PlainHttpError();
  const connection = await network.dial(from, to, signal);
  try {
    return await httpExchange(await securedClient(connection), request, signal);
  } catch (error) {
    throw isPlainAnswer(error) ? new PlainHttpError() : error;
  }
}

/** The client's end of TLS on a connection, whatever the server's certificate. Rejects with OpenSSL's errors. */
export function securedClient(connection: Duplex): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const secure = connect({ socket: connection, rejectUnauthorized: false });
    secure.once("secureConnect", () => resolve(secure));
    secure.on("error", reject);
  });
}

function isPlainAnswer(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ERR_SSL_WRONG_VERSION_NUMBER" || code === "ERR_SSL_PACKET_LENGTH_TOO_LONG";
}
