import {
  type CertificateAuthority,
  createCertificateAuthority,
  readCertificateRequest,
} from "../apiserver/auth/certificates.ts";
import type { CertificateSigner } from "../controllers/certificates/certificate-signer.ts";
import { RealClock } from "../sim/real-clock.ts";

/** The cluster's certificate authority: made when the first server listens, so that a cluster without sockets is the same in every run. */
export interface Trust {
  authority(): Promise<CertificateAuthority>;
  /** undefined: there is nothing to trust yet. */
  readonly caPem: string | undefined;
  /** For the controller that signs what users ask for: `kubectl certificate approve`. */
  readonly signer: CertificateSigner;
  /** Calls back when there is. */
  onChange(listener: () => void): () => void;
}

export function certificates(): Trust {
  let making: Promise<CertificateAuthority> | undefined;
  let made: CertificateAuthority | undefined;
  const listeners = new Set<() => void>();
  const make = async (): Promise<CertificateAuthority> => {
    // Certificates are checked by this machine's clock, whichever one the cluster lives by.
    made = await createCertificateAuthority(new RealClock().now());
    for (const listener of listeners) listener();
    return made;
  };
  return {
    authority() {
      making ??= make();
      return making;
    },
    signer: {
      read: readCertificateRequest,
      async sign(csrPem, options) {
        making ??= make();
        return (await making).signRequest(csrPem, { ...options, now: new RealClock().now() });
      },
    },
    get caPem() {
      return made?.caPem;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
