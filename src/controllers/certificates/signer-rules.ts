import type { CertificateSigningRequestSpec } from "../../api/types.gen.ts";
import type { RequestedCertificate } from "./certificate-signer.ts";

export const kubeletClientSigner = "kubernetes.io/kube-apiserver-client-kubelet";
const clientSigner = "kubernetes.io/kube-apiserver-client";
const servingSigner = "kubernetes.io/kubelet-serving";
const legacySigner = "kubernetes.io/legacy-unknown";

/** The signers that are this cluster's own. https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/#kubernetes-signers */
export const signers: ReadonlySet<string> = new Set([clientSigner, kubeletClientSigner, servingSigner, legacySigner]);

/** Why a signer will not sign a request; undefined: it will. */
export function refusalOf(
  { signerName, usages = [] }: CertificateSigningRequestSpec,
  requested: RequestedCertificate,
): string | undefined {
  switch (signerName) {
    case clientSigner:
      return usagesOf(usages, { needed: ["client auth"], allowed: ["client auth", ...keyUsages] });
    case kubeletClientSigner:
      return kubeletClientRefusal(usages, requested);
    case servingSigner:
      return servingRefusal(usages, requested);
    default:
      return undefined;
  }
}

const keyUsages = ["digital signature", "key encipherment"];

/** What a kubelet's client certificate must be. */
export function kubeletClientRefusal(usages: readonly string[], requested: RequestedCertificate): string | undefined {
  const needed = ["client auth", "digital signature"];
  return (
    subjectRefusal(requested) ??
    (requested.dnsNames.length > 0 ? "DNS subjectAltNames are not allowed" : undefined) ??
    (requested.ipAddresses.length > 0 ? "IP subjectAltNames are not allowed" : undefined) ??
    usagesOf(usages, { needed, allowed: [...needed, ...keyUsages] })
  );
}

function servingRefusal(usages: readonly string[], requested: RequestedCertificate): string | undefined {
  const needed = ["server auth", "digital signature"];
  const hasNames = requested.dnsNames.length > 0 || requested.ipAddresses.length > 0;
  return (
    subjectRefusal(requested) ??
    (hasNames ? undefined : "at least one DNS or IP subjectAltName is required") ??
    usagesOf(usages, { needed, allowed: [...needed, ...keyUsages] })
  );
}

function subjectRefusal({ subject }: RequestedCertificate): string | undefined {
  if (subject.groups.length !== 1 || subject.groups[0] !== "system:nodes") {
    return "subject organization is not system:nodes";
  }
  return subject.name.startsWith("system:node:") ? undefined : "subject common name does not begin with system:node:";
}

function usagesOf(
  usages: readonly string[],
  { needed, allowed }: { needed: readonly string[]; allowed: readonly string[] },
): string | undefined {
  const isFine = needed.every((one) => usages.includes(one)) && usages.every((one) => allowed.includes(one));
  return isFine ? undefined : "usages did not match";
}
