import type { Duplex } from "node:stream";
import { createSecureContext, type SecureContext, TLSSocket } from "node:tls";

import { httpListener } from "../network/http-listener.ts";
import type { HttpHandler } from "../network/http.ts";
import type { Process } from "../runtime/process.ts";

/** PEM texts. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** HTTPS on a port. Throws EADDRINUSE, or what OpenSSL says of a pair that does not fit. */
export function serveTls(process: Process, port: number, pair: KeyPair, handler: HttpHandler): () => void {
  const context: SecureContext = createSecureContext({ cert: pair.cert, key: pair.key });
  const listener = httpListener(handler, process.clock);
  return process.network.serveTcp(port, (connection: Duplex, remote) => {
    const socket = new TLSSocket(connection, {
      isServer: true,
      secureContext: context,
      ALPNProtocols: ["http/1.1"],
    });
    // A client that speaks no TLS, or refuses our certificate, ends its own connection only.
    socket.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ERR_SSL_HTTP_REQUEST") connection.end(plainRequest);
      else connection.destroy();
    });
    listener.accept(socket, remote);
  });
}

/** What Go's server says to a client that forgot the s of https. */
const plainRequest = "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n";
