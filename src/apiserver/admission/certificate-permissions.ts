import { type KubeObject, sameTree } from "../../api/object.ts";
import { forbidden } from "../../api/status.ts";
import type { CertificateSigningRequest } from "../../api/types.gen.ts";
import { storedRbac } from "../auth/stored-rbac.ts";
import type { AdmissionRequest, AdmissionStep } from "./admission.ts";

const group = "certificates.k8s.io";

/** Who approves a request needs the verb `approve` on its signer. https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/#authorization */
export const certificateApproval: AdmissionStep = {
  name: "CertificateApproval",
  validate(request) {
    if (request.subresource === "approval") requireVerb("approve", request);
  },
};

/** Who signs a request, or says that it cannot be signed, needs the verb `sign` on its signer. */
export const certificateSigning: AdmissionStep = {
  name: "CertificateSigning",
  seesEverything: true,
  validate(request) {
    if (request.subresource !== "status" || request.operation !== "UPDATE") return;
    if (!sameTree(statusOf(request.object), statusOf(request.previous))) requireVerb("sign", request);
  },
};

function statusOf(object: KubeObject | undefined): CertificateSigningRequest["status"] {
  return (object as CertificateSigningRequest | undefined)?.status ?? {};
}

function requireVerb(verb: "approve" | "sign", { resource, previous, options, registry }: AdmissionRequest): void {
  if (resource.plural !== "certificatesigningrequests" || resource.group !== group || !previous) return;
  const { signerName } = (previous as CertificateSigningRequest).spec;
  const [domain = ""] = signerName.split("/", 1);
  const isAllowed = [signerName, `${domain}/*`].some((name) => {
    const about = { group, plural: "signers", subresource: "", namespace: "", name };
    return storedRbac(registry).allows(options.user, { verb, path: "", resource: about });
  });
  if (isAllowed) return;
  const why = `user not permitted to ${verb} requests with signerName ${JSON.stringify(signerName)}`;
  throw forbidden(resource, previous.metadata.name, why);
}
