import type { Authorizer } from "../apiserver/auth/authorization.ts";
import type { ApprovalRight } from "../controllers/certificates/certificate-signer.ts";

/** The roles and bindings of the cluster say whose certificates are approved. */
export function approvalRight(authorizer: Pick<Authorizer, "allows">): ApprovalRight {
  return ({ username = "", uid, groups = [], extra }, subresource) =>
    authorizer.allows(
      { name: username, groups, ...(uid ? { uid } : {}), ...(extra ? { extra } : {}) },
      {
        verb: "create",
        path: "",
        resource: {
          group: "certificates.k8s.io",
          plural: "certificatesigningrequests",
          subresource,
          namespace: "",
          name: "",
        },
      },
    );
}
