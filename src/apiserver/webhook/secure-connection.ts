import { isIP } from "node:net";
import type { Duplex } from "node:stream";
import { checkServerIdentity, connect, type PeerCertificate, type TLSSocket } from "node:tls";

import type { Credentials } from "../auth/certificates.ts";
import { CallError } from "./call-error.ts";

/** Whom to believe that they are who they say. */
export interface Trusting {
  /** The name or IP that the certificate must be for. */
  readonly host: string;
  /** PEM. None: whom this machine trusts. */
  readonly authorities: string;
  /** Anybody. */
  readonly insecure?: boolean;
  /** Who calls, for servers that want to know. */
  readonly credentials?: Credentials;
}

/** TLS over a byte stream. Rejects with what Node says; `tlsProblem` says it as Go does. */
export function secureConnection(connection: Duplex, trusting: Trusting): Promise<TLSSocket> {
  const { host, authorities, insecure = false, credentials } = trusting;
  return new Promise((resolve, reject) => {
    const socket = connect({
      socket: connection,
      host,
      // An IP is no name to ask for.
      ...(isIP(host) ? {} : { servername: host }),
      ...(authorities ? { ca: authorities } : {}),
      ...(credentials ? { cert: credentials.certPem, key: credentials.keyPem } : {}),
      rejectUnauthorized: !insecure,
      checkServerIdentity: (name, certificate) => identityProblem(name, certificate),
      ALPNProtocols: ["http/1.1"],
    });
    socket.once("secureConnect", () => resolve(socket));
    socket.on("error", reject);
    socket.once("close", () => reject(new CallError("EOF")));
  });
}

/** Why a certificate is not for a host. Common names do not count. */
export function identityProblem(host: string, cert: PeerCertificate): Error | undefined {
  if (cert.subjectaltname) return checkServerIdentity(host, cert);
  return Object.assign(new Error("no alternative names"), { code: "ERR_TLS_CERT_ALTNAME_INVALID", host, cert });
}

const authorityProblems = /UNABLE_TO|SELF_SIGNED|ISSUER|CERT_UNTRUSTED/u;

/** undefined: the error has nothing to do with certificates. */
export function tlsProblem(error: Error): string | undefined {
  const { code = "" } = error as NodeJS.ErrnoException;
  const why = certificateProblem(code, error);
  if (why) return `tls: failed to verify certificate: x509: ${why}`;
  return code === "ERR_SSL_WRONG_VERSION_NUMBER" || code === "EPROTO"
    ? "tls: first record does not look like a TLS handshake"
    : undefined;
}

function certificateProblem(code: string, error: Error): string | undefined {
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") return misnamed(error as MisnamedError);
  if (code === "CERT_HAS_EXPIRED" || code === "CERT_NOT_YET_VALID")
    return "certificate has expired or is not yet valid";
  return authorityProblems.test(code) ? "certificate signed by unknown authority" : undefined;
}

interface MisnamedError extends Error {
  readonly host: string;
  readonly cert: PeerCertificate;
}

function misnamed({ host, cert }: MisnamedError): string {
  const alternatives = (cert.subjectaltname ?? "").split(", ").filter(Boolean);
  const own = (prefix: string): string[] =>
    alternatives.filter((one) => one.startsWith(prefix)).map((one) => one.slice(prefix.length));
  const [names, ips] = [own("DNS:"), own("IP Address:")];
  if (isIP(host)) {
    if (ips.length === 0) return `cannot validate certificate for ${host} because it doesn't contain any IP SANs`;
    return `certificate is valid for ${ips.join(", ")}, not ${host}`;
  }
  if (names.length > 0) return `certificate is valid for ${names.join(", ")}, not ${host}`;
  if (alternatives.length === 0 && cert.subject.CN) {
    return "certificate relies on legacy Common Name field, use SANs instead";
  }
  return `certificate is not valid for any names, but wanted to match ${host}`;
}
