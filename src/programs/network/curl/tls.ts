import type { Duplex } from "node:stream";
import { connect, type TLSSocket } from "node:tls";

import { httpExchange } from "../../../network/http-client.ts";
import type { HttpRequest, HttpResponse } from "../../../network/http.ts";
import type { Process } from "../../../runtime/process.ts";
import { CurlError } from "./error.ts";
import type { CurlOptions } from "./options.ts";
import type { Target } from "./request.ts";

/** TLS over a connection in the cluster. Certificates are checked against `--cacert` alone, unless `-k` takes any. */
export function dialTls(
  connection: Duplex,
  { target, options, process }: { target: Target; options: CurlOptions; process: Process },
): Promise<TLSSocket> {
  const read = (name: string): string | undefined => {
    const path = options.value(name);
    return path === undefined ? undefined : process.files.readText(process.resolve(path));
  };
  const ca = read("cacert");
  const cert = read("cert");
  const key = read("key");
  return new Promise((resolve, reject) => {
    const socket = connect({
      socket: connection,
      servername: /^[\d.]+$/u.test(target.host) ? "" : target.host,
      host: target.host,
      rejectUnauthorized: !options.has("insecure"),
      ca: ca ?? [],
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
    });
    socket.once("secureConnect", () => resolve(socket));
    // What OpenSSL makes of the server's last words comes after the reset that ends them.
    socket.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ECONNRESET") process.clock.soon(() => reject(tlsFailure(error)));
      else reject(tlsFailure(error));
    });
  });
}

function tlsFailure(error: NodeJS.ErrnoException): CurlError {
  const code = error.code ?? "";
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    return new CurlError(60, "SSL: no alternative certificate subject name matches target host name");
  }
  if (/CERT|ISSUER|SELF_SIGNED|VERIFY/u.test(code)) {
    return new CurlError(
      60,
      `SSL certificate problem: ${error.message}\nMore details here: https://curl.se/docs/sslcerts.html\n\ncurl failed to verify the legitimacy of the server and therefore could not\nestablish a secure connection to it. To learn more about this situation and\nhow to fix it, please visit the webpage mentioned above.`,
    );
  }
  if (code === "ERR_SSL_WRONG_VERSION_NUMBER") {
    return new CurlError(35, "TLS connect error: error:0A00010B:SSL routines::wrong version number");
  }
  if (code === "ECONNRESET") return new CurlError(35, "Recv failure: Connection reset by peer");
  return new CurlError(35, `TLS connect error: ${error.message}`);
}

export function tlsExchange(socket: TLSSocket, request: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
  return httpExchange(socket, request, signal);
}
