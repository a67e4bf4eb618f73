// oxlint-disable-next-line no-unassigned-import -- @peculiar/x509 needs it to be there first
import "reflect-metadata";
import { KeyObject, webcrypto } from "node:crypto";

import * as x509 from "@peculiar/x509";

import type { KeyPair } from "./serve-tls.ts";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const localhost: Wanted = {
  name: { O: ["Acme Co"] },
  names: [
    { type: "dns", value: "localhost" },
    { type: "ip", value: "127.0.0.1" },
    { type: "ip", value: "::1" },
  ],
};
const ingress: Wanted = {
  name: { O: ["Acme Co"], CN: ["Kubernetes Ingress Controller Fake Certificate"] },
  names: [{ type: "dns", value: "ingress.local" }],
};

interface Wanted {
  readonly name: Record<string, string[]>;
  readonly names: x509.JsonGeneralNames;
}

const made = new Map<Wanted, Promise<KeyPair>>();

/** A certificate for `localhost` that signs itself, as test images bring one. The same for all pods of this process. */
export function localhostCertificate(): Promise<KeyPair> {
  return makeOnce(localhost);
}

/** What ingress-nginx shows where no Ingress names a certificate. */
export function fakeIngressCertificate(): Promise<KeyPair> {
  return makeOnce(ingress);
}

function makeOnce(wanted: Wanted): Promise<KeyPair> {
  let making = made.get(wanted);
  if (!making) {
    making = make(wanted);
    made.set(wanted, making);
  }
  return making;
}

async function make({ name, names }: Wanted): Promise<KeyPair> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [name],
    keys,
    signingAlgorithm: algorithm,
    notBefore: new Date(0),
    notAfter: new Date("2084-01-29T16:00:00Z"),
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.SubjectAlternativeNameExtension(names),
    ],
  });
  const key = KeyObject.from(keys.privateKey).export({ type: "pkcs8", format: "pem" });
  return { cert: certificate.toString("pem"), key: String(key) };
}
