import type { Duplex } from "node:stream";
import { type SecureContext, TLSSocket } from "node:tls";

/** The server's end of TLS on a connection: HTTPS. */
export function securedServer(connection: Duplex, secureContext: SecureContext, options: object = {}): TLSSocket {
  const socket = new TLSSocket(connection, {
    isServer: true,
    secureContext,
    ALPNProtocols: ["http/1.1"],
    ...options,
  });
  // A client that speaks no TLS, or refuses our certificate, ends its own connection only.
  socket.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "ERR_SSL_HTTP_REQUEST") connection.end(plainRequest);
    else connection.destroy();
  });
  return socket;
}

/** What Go's server says to a client that forgot the s of https. */
const plainRequest = "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n";
