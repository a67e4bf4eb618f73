import type { X509Certificate } from "node:crypto";
import type { Duplex } from "node:stream";
import { createSecureContext, type TLSSocket } from "node:tls";

import { httpListener } from "../network/http-listener.ts";
import type { HttpHandler, HttpRequest } from "../network/http.ts";
import { securedServer } from "../network/secured-server.ts";
import type { Process } from "../runtime/process.ts";

/** PEM texts. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** HTTPS on a port. Throws EADDRINUSE, or what OpenSSL says of a pair that does not fit. */
export function serveTls(process: Process, port: number, pair: KeyPair, handler: HttpHandler): () => void {
  const context = createSecureContext({ cert: pair.cert, key: pair.key });
  const listener = httpListener(handler, process.clock);
  return process.network.serveTcp(port, (connection: Duplex, remote) => {
    listener.accept(securedServer(connection, context), remote);
  });
}

/** The certificates that a client showed, its own first; none: it showed none. They are not checked. */
export type ClientChain = readonly X509Certificate[];

/** HTTPS that asks clients for a certificate. Throws as `serveTls`. */
export function serveMutualTls(
  process: Process,
  port: number,
  pair: KeyPair,
  handler: (request: HttpRequest, chain: ClientChain) => ReturnType<HttpHandler>,
): () => void {
  const context = createSecureContext({ cert: pair.cert, key: pair.key });
  return process.network.serveTcp(port, (connection: Duplex, remote) => {
    const socket = securedServer(connection, context, { requestCert: true, rejectUnauthorized: false });
    httpListener((request) => handler(request, chainOf(socket)), process.clock).accept(socket, remote);
  });
}

function chainOf(socket: TLSSocket): ClientChain {
  const chain: X509Certificate[] = [];
  let next = socket.getPeerX509Certificate();
  for (; next && !chain.includes(next); next = next.issuerCertificate) chain.push(next);
  return chain;
}
