import type { CertificateSigningRequestSpec } from "../../api/types.gen.ts";

/** What a PKCS#10 request in PEM asks for. */
export interface RequestedCertificate {
  readonly subject: { readonly name: string; readonly groups: readonly string[] };
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
}

/** Reads and signs certificate requests for the controllers that decide on them. */
export interface CertificateSigner {
  /** Rejects with BadRequest when it is none. */
  read(csrPem: string): Promise<RequestedCertificate>;
  /** Resolves with the certificate in PEM, valid from now by the clock that certificates are checked by. */
  sign(csrPem: string, options: { readonly durationMs: number; readonly usages: readonly string[] }): Promise<string>;
}

/** Whether who makes a request may create that subresource of requests, and so has it approved. */
export type ApprovalRight = (
  requester: CertificateSigningRequestSpec,
  subresource: "nodeclient" | "selfnodeclient",
) => boolean;
