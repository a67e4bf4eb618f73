// oxlint-disable-next-line no-unassigned-import -- @peculiar/x509 needs it to be there first
import "reflect-metadata";
import { KeyObject, webcrypto } from "node:crypto";

import * as x509 from "@peculiar/x509";

import { badRequest } from "../../api/status.ts";

/** A certificate and its private key, both PEM. */
export interface Credentials {
  readonly certPem: string;
  readonly keyPem: string;
}

/** Who a certificate speaks for: its common name and organizations. */
export interface CertificateSubject {
  readonly name: string;
  readonly groups: readonly string[];
}

/** What a CertificateSigningRequest's spec asks of the signer; times are milliseconds. */
export interface SigningOptions {
  readonly now: number;
  readonly durationMs: number;
  /** Kubernetes' key usages: `digital signature`, `client auth`, … Unknown ones are refused as a bad request. */
  readonly usages: readonly string[];
}

/** The cluster's certificate authority (ECDSA P-256), made anew for each cluster. */
export interface CertificateAuthority {
  readonly caPem: string;
  /** Serves TLS as any of `names` (host names and IPs) and as the cluster's own names for the API server. */
  issueServer(names?: readonly string[]): Promise<Credentials>;
  /** https://kubernetes.io/docs/reference/access-authn-authz/authentication/#x509-client-certificates */
  issueClient(name: string, groups: readonly string[]): Promise<Credentials>;
  /** Signs a PKCS#10 request as it stands (subject and alternative names); returns the certificate as PEM. */
  signRequest(csrPem: string, options: SigningOptions): Promise<string>;
}

/** What a PKCS#10 request in PEM asks for. Throws BadRequest when it is none or its signature is wrong. */
export interface CertificateRequest {
  readonly subject: CertificateSubject;
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
}

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const subjectAlternativeName = "2.5.29.17";
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Clients whose clocks are a little behind must still take the certificate. */
const backdateMs = 5 * 60_000;

/** Every name under which clients reach the API server. */
const apiServerNames = [
  "localhost",
  "kubernetes",
  "kubernetes.default",
  "kubernetes.default.svc",
  "kubernetes.default.svc.cluster.local",
  "127.0.0.1",
  "::1",
  "10.96.0.1",
];

/** `now`: clients check certificates by the host's wall clock, so pass that one even where the cluster's is virtual. */
export async function createCertificateAuthority(now: number): Promise<CertificateAuthority> {
  const keys = await generateKeys();
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: ["kubernetes"] }],
    keys,
    signingAlgorithm: algorithm,
    notBefore: new Date(now - backdateMs),
    notAfter: new Date(now + 3650 * dayMs),
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(keyUsages["cert sign"] | keyUsages["digital signature"], true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const sign = (wanted: Leaf): Promise<string> => signLeaf(ca, keys.privateKey, wanted);
  const issue = async (wanted: Omit<Leaf, "publicKey" | "notBefore" | "notAfter">): Promise<Credentials> => {
    const { publicKey, privateKey } = await generateKeys();
    const lifetime = { notBefore: now - backdateMs, notAfter: now + 365 * dayMs };
    return { certPem: await sign({ ...wanted, ...lifetime, publicKey }), keyPem: pemOf(privateKey) };
  };

  return {
    caPem: ca.toString("pem"),
    issueServer: (names = []) =>
      issue({
        subject: [{ CN: ["kube-apiserver"] }],
        usages: ["digital signature", "key encipherment", "server auth"],
        alternativeNames: alternativeNames([...apiServerNames, ...names]),
      }),
    issueClient: (name, groups) =>
      issue({
        subject: [...groups.map((group) => ({ O: [group] })), { CN: [name] }],
        usages: ["digital signature", "key encipherment", "client auth"],
      }),
    async signRequest(csrPem, { now: signedAt, durationMs, usages }) {
      const request = await parseRequest(csrPem);
      const backdated = durationMs < 8 * hourMs ? 0 : backdateMs;
      const names = alternativeNamesOf(request);
      return sign({
        subject: request.subjectName.toJSON(),
        usages,
        publicKey: await request.publicKey.export(),
        ...(names ? { alternativeNames: names } : {}),
        notBefore: signedAt - backdateMs,
        notAfter: Math.min(signedAt + durationMs - backdated, ca.notAfter.getTime()),
      });
    },
  };
}

/** What a request would have signed. Throws BadRequest. */
export async function readCertificateRequest(csrPem: string): Promise<CertificateRequest> {
  const request = await parseRequest(csrPem);
  const names = alternativeNamesOf(request)?.names.toJSON() ?? [];
  return {
    subject: subjectOf(request.subjectName),
    dnsNames: names.filter(({ type }) => type === "dns").map(({ value }) => value),
    ipAddresses: names.filter(({ type }) => type === "ip").map(({ value }) => value),
  };
}

interface Leaf {
  readonly subject: x509.JsonName;
  readonly publicKey: CryptoKey;
  readonly usages: readonly string[];
  readonly alternativeNames?: x509.SubjectAlternativeNameExtension;
  readonly notBefore: number;
  readonly notAfter: number;
}

type CryptoKey = webcrypto.CryptoKey;

async function signLeaf(ca: x509.X509Certificate, signingKey: CryptoKey, wanted: Leaf): Promise<string> {
  const certificate = await x509.X509CertificateGenerator.create({
    subject: wanted.subject,
    issuer: ca.subject,
    publicKey: wanted.publicKey,
    signingKey,
    signingAlgorithm: algorithm,
    notBefore: new Date(wanted.notBefore),
    notAfter: new Date(wanted.notAfter),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      ...usageExtensions(wanted.usages),
      await x509.AuthorityKeyIdentifierExtension.create(ca.publicKey),
      ...(wanted.alternativeNames ? [wanted.alternativeNames] : []),
    ],
  });
  return certificate.toString("pem");
}

/** Key usages by Kubernetes' names, as bits of the X.509 extension. */
const keyUsages = {
  signing: x509.KeyUsageFlags.digitalSignature,
  "digital signature": x509.KeyUsageFlags.digitalSignature,
  "content commitment": x509.KeyUsageFlags.nonRepudiation,
  "key encipherment": x509.KeyUsageFlags.keyEncipherment,
  "key agreement": x509.KeyUsageFlags.keyAgreement,
  "data encipherment": x509.KeyUsageFlags.dataEncipherment,
  "cert sign": x509.KeyUsageFlags.keyCertSign,
  "crl sign": x509.KeyUsageFlags.cRLSign,
  "encipher only": x509.KeyUsageFlags.encipherOnly,
  "decipher only": x509.KeyUsageFlags.decipherOnly,
};

/** Extended key usages by Kubernetes' names, as object identifiers. */
const extendedUsages = {
  any: "2.5.29.37.0",
  "server auth": "1.3.6.1.5.5.7.3.1",
  "client auth": "1.3.6.1.5.5.7.3.2",
  "code signing": "1.3.6.1.5.5.7.3.3",
  "email protection": "1.3.6.1.5.5.7.3.4",
  "s/mime": "1.3.6.1.5.5.7.3.4",
  "ipsec end system": "1.3.6.1.5.5.7.3.5",
  "ipsec tunnel": "1.3.6.1.5.5.7.3.6",
  "ipsec user": "1.3.6.1.5.5.7.3.7",
  timestamping: "1.3.6.1.5.5.7.3.8",
  "ocsp signing": "1.3.6.1.5.5.7.3.9",
  "microsoft sgc": "1.3.6.1.4.1.311.10.3.3",
  "netscape sgc": "2.16.840.1.113730.4.1",
};

function usageExtensions(usages: readonly string[]): x509.Extension[] {
  let bits = 0;
  const purposes = new Set<string>();
  for (const usage of usages) {
    if (usage in keyUsages) bits |= keyUsages[usage as keyof typeof keyUsages];
    else if (usage in extendedUsages) purposes.add(extendedUsages[usage as keyof typeof extendedUsages]);
    else throw badRequest(`unrecognized usage values: ${JSON.stringify([usage])}`);
  }
  return [
    ...(bits ? [new x509.KeyUsagesExtension(bits, true)] : []),
    ...(purposes.size > 0 ? [new x509.ExtendedKeyUsageExtension([...purposes])] : []),
  ];
}

function alternativeNames(names: readonly string[]): x509.SubjectAlternativeNameExtension {
  const isAddress = (name: string): boolean => /^[\d.]+$|:/u.test(name);
  return new x509.SubjectAlternativeNameExtension(
    [...new Set(names)].map((value) => ({ type: isAddress(value) ? "ip" : "dns", value })),
  );
}

function alternativeNamesOf(request: x509.Pkcs10CertificateRequest): x509.SubjectAlternativeNameExtension | undefined {
  const found = request.extensions.find(({ type }) => type === subjectAlternativeName);
  return found && new x509.SubjectAlternativeNameExtension(found.rawData);
}

async function parseRequest(csrPem: string): Promise<x509.Pkcs10CertificateRequest> {
  let request;
  try {
    request = new x509.Pkcs10CertificateRequest(csrPem);
  } catch (error) {
    throw badRequest(`PEM block type must be CERTIFICATE REQUEST: ${String(error)}`);
  }
  if (!(await request.verify())) throw badRequest("the certificate request's signature is not valid");
  return request;
}

function subjectOf(name: x509.Name): CertificateSubject {
  return { name: name.getField("CN")[0] ?? "", groups: name.getField("O") };
}

async function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
}

function pemOf(key: CryptoKey): string {
  return KeyObject.from(key).export({ type: "sec1", format: "pem" }).toString();
}
