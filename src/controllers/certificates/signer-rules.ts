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
      return clientUsagesRefusal(usages);
    case kubeletClientSigner:
      return kubeletClientRefusal(usages, requested);
    case servingSigner:
      return servingRefusal(usages, requested);
    default:
      return undefined;
  }
}

function clientUsagesRefusal(usages: readonly string[]): string | undefined {
  const wrong = usages.find((usage) => !["client auth", "digital signature", "key encipherment"].includes(usage));
  if (wrong !== undefined) return `invalid usage for client certificate: ${wrong}`;
  return usages.includes("client auth") ? undefined : "missing required usage for client certificate: client auth";
}

/** What a kubelet's client certificate must be. */
export function kubeletClientRefusal(usages: readonly string[], requested: RequestedCertificate): string | undefined {
  return (
    organizationRefusal(requested) ??
    (requested.dnsNames.length > 0 ? "DNS subjectAltNames are not allowed" : undefined) ??
    (requested.ipAddresses.length > 0 ? "IP subjectAltNames are not allowed" : undefined) ??
    nameRefusal(requested) ??
    usagesRefusal(usages, "client auth")
  );
}

function servingRefusal(usages: readonly string[], requested: RequestedCertificate): string | undefined {
  const hasNames = requested.dnsNames.length > 0 || requested.ipAddresses.length > 0;
  return (
    organizationRefusal(requested) ??
    (hasNames ? undefined : "DNS or IP subjectAltName is required") ??
    usagesRefusal(usages, "server auth") ??
    nameRefusal(requested)
  );
}

function organizationRefusal({ subject }: RequestedCertificate): string | undefined {
  const isNode = subject.groups.length === 1 && subject.groups[0] === "system:nodes";
  return isNode ? undefined : "subject organization is not system:nodes";
}

function nameRefusal({ subject }: RequestedCertificate): string | undefined {
  return subject.name.startsWith("system:node:") ? undefined : "subject common name does not begin with system:node:";
}

/** Keys that are not RSA need no encipherment. */
function usagesRefusal(usages: readonly string[], purpose: string): string | undefined {
  const needed = ["digital signature", "key encipherment", purpose].toSorted();
  const given = [...new Set(usages)].toSorted().join();
  const accepted = [needed, needed.filter((one) => one !== "key encipherment")].map((list) => list.join());
  return accepted.includes(given) ? undefined : `usages did not match [${needed.join(" ")}]`;
}
