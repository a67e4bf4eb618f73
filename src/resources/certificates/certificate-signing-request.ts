import { cloneTree } from "../../api/object.ts";
import { duplicate, type FieldError, invalid, notSupported, required } from "../../api/status.ts";
import type { CertificateSigningRequest } from "../../api/types.gen.ts";
import { age, humanDuration, name } from "../columns.ts";
import type { ResourceDefinition } from "../definition.ts";
import { check, dnsSubdomain } from "../names.ts";

const shortestSeconds = 600;
const usages = new Set([
  "any",
  "cert sign",
  "client auth",
  "code signing",
  "content commitment",
  "crl sign",
  "data encipherment",
  "decipher only",
  "digital signature",
  "email protection",
  "encipher only",
  "ipsec end system",
  "ipsec tunnel",
  "ipsec user",
  "key agreement",
  "key encipherment",
  "microsoft sgc",
  "netscape sgc",
  "ocsp signing",
  "s/mime",
  "server auth",
  "signing",
  "timestamping",
]);

/** Its spec never changes: approval and certificate come as status. https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/ */
export const certificateSigningRequests: ResourceDefinition<CertificateSigningRequest> = {
  group: "certificates.k8s.io",
  version: "v1",
  kind: "CertificateSigningRequest",
  plural: "certificatesigningrequests",
  shortNames: ["csr"],
  namespaced: false,
  type: "io.k8s.api.certificates.v1.CertificateSigningRequest",
  subresources: ["approval", "status"],
  columns: [
    name,
    age,
    { name: "SignerName", value: ({ spec }) => spec.signerName || "<none>" },
    { name: "Requestor", value: ({ spec }) => spec.username ?? "" },
    { name: "RequestedDuration", value: ({ spec }) => durationText(spec.expirationSeconds) },
    { name: "Condition", value: (request) => conditionText(request) },
  ],
  selectableFields: { "spec.signerName": ({ spec }) => spec.signerName },

  default(request) {
    request.spec ??= { request: "", signerName: "" };
    request.spec.request ??= "";
    request.spec.signerName ??= "";
  },

  prepareForCreate(request) {
    request.status = {};
  },

  prepareForUpdate(request, previous) {
    request.spec = cloneTree(previous.spec);
  },

  validate: ({ spec }) => [
    ...requestErrors("spec.request", spec.request),
    ...usageErrors("spec.usages", spec.usages ?? []),
    ...signerErrors("spec.signerName", spec.signerName),
    ...durationErrors("spec.expirationSeconds", spec.expirationSeconds),
  ],
};

function durationText(seconds: number | undefined): string {
  return seconds === undefined ? "<none>" : humanDuration(seconds * 1000);
}

function conditionText({ status }: CertificateSigningRequest): string {
  const has = (type: string): boolean => status?.conditions?.some((condition) => condition.type === type) ?? false;
  const decision = has("Denied") ? "Denied" : has("Approved") ? "Approved" : "Pending";
  return `${decision}${has("Failed") ? ",Failed" : ""}${status?.certificate ? ",Issued" : ""}`;
}

function requestErrors(field: string, request: string): FieldError[] {
  const pem = Buffer.from(request ?? "", "base64").toString();
  if (/-----BEGIN CERTIFICATE REQUEST-----/u.test(pem)) return [];
  return [invalid(field, request, "PEM block type must be CERTIFICATE REQUEST")];
}

function usageErrors(field: string, asked: readonly string[]): FieldError[] {
  if (asked.length === 0) return [required(field)];
  return asked.flatMap((usage, index) => {
    const path = `${field}[${index}]`;
    if (!usages.has(usage)) return [notSupported(path, usage, [...usages])];
    return asked.indexOf(usage) < index ? [duplicate(path, usage)] : [];
  });
}

/** `kubernetes.io/kube-apiserver-client` */
function signerErrors(field: string, signer: string): FieldError[] {
  if (!signer) return [required(field)];
  const [domain = "", path = "", ...more] = signer.split("/");
  if (more.length > 0 || domain === "" || path === "") {
    return [invalid(field, signer, "must be a fully qualified domain and path of the form 'example.com/signer-name'")];
  }
  const short = domain.includes(".")
    ? []
    : [invalid(field, domain, "should be a domain with at least two segments separated by dots")];
  return [...check(field, domain, dnsSubdomain), ...short, ...check(field, path, dnsSubdomain)];
}

function durationErrors(field: string, seconds: number | undefined): FieldError[] {
  if (seconds === undefined || seconds >= shortestSeconds) return [];
  return [invalid(field, seconds, "may not specify a duration less than 600 seconds (10 minutes)")];
}
