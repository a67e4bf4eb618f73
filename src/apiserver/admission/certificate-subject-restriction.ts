import { Buffer } from "node:buffer";

import type { Mutable } from "../../api/object.ts";
import { ApiError, forbidden } from "../../api/status.ts";
import type { CertificateSigningRequest } from "../../api/types.gen.ts";
import { readCertificateRequest } from "../auth/certificates.ts";
import type { AdmissionStep } from "./admission.ts";

const clientSigner = "kubernetes.io/kube-apiserver-client";
const privilegedGroup = "system:masters";

/** Nobody gets a client certificate for the group that may do everything. */
export const certificateSubjectRestriction: AdmissionStep = {
  name: "CertificateSubjectRestriction",

  async validate({ operation, resource, object }) {
    if (operation !== "CREATE" || resource.plural !== "certificatesigningrequests") return;
    const { spec, metadata } = object as Mutable<CertificateSigningRequest>;
    if (spec.signerName !== clientSigner) return;
    const groups = await groupsOf(spec.request).catch((error: unknown) => {
      if (!(error instanceof ApiError)) throw error;
      throw forbidden(resource, metadata.name, `failed to parse CSR: ${error.message}`);
    });
    if (!groups.includes(privilegedGroup)) return;
    throw forbidden(
      resource,
      metadata.name,
      `use of ${clientSigner} signer with ${privilegedGroup} group is not allowed`,
    );
  },
};

async function groupsOf(request: string): Promise<readonly string[]> {
  const { subject } = await readCertificateRequest(Buffer.from(request, "base64").toString("utf8"));
  return subject.groups;
}
