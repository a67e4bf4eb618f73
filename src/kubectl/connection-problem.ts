import { KubectlError } from "./kubectl-error.ts";

const networkCodes = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ETIMEDOUT",
  "ENOTFOUND",
  "EHOSTUNREACH",
  "EPIPE",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "CERT_HAS_EXPIRED",
]);

/** What kubectl says when the server cannot be reached; undefined: it is another kind of error. */
export function connectionProblem(error: unknown, { host, hostname }: URL): KubectlError | undefined {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (!networkCodes.has(code)) return undefined;
  return new KubectlError(textFor(error as Error, { code, host, hostname }), { bare: true });
}

function textFor(error: Error, { code, host, hostname }: { code: string; host: string; hostname: string }): string {
  if (code === "ECONNREFUSED")
    return `The connection to the server ${host} was refused - did you specify the right host or port?`;
  if (code === "ENOTFOUND") return `Unable to connect to the server: dial tcp: lookup ${hostname}: no such host`;
  if (code.includes("SIGN") || code.includes("LEAF")) {
    return "Unable to connect to the server: tls: failed to verify certificate: x509: certificate signed by unknown authority";
  }
  return `Unable to connect to the server: ${error.message}`;
}
