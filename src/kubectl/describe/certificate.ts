import { formatLabels } from "../../api/selectors.ts";
import type { CertificateSigningRequest } from "../../api/types.gen.ts";
import { describer, type Describer } from "./describer.ts";
import { longTime } from "./description.ts";

export const certificateSigningRequest: Describer = describer<CertificateSigningRequest>(
  "certificates.k8s.io",
  "CertificateSigningRequest",
  ({ metadata, spec, status }, { to }) => {
    const conditions = new Set((status?.conditions ?? []).map(({ type }) => type));
    const decision =
      (["Approved", "Denied", "Failed"] as const).filter((type) => conditions.has(type)).join(",") || "Pending";
    to.field("Name", metadata.name);
    to.field("Labels", formatLabels(metadata.labels));
    to.field("Annotations", formatLabels(metadata.annotations));
    to.field("CreationTimestamp", longTime(metadata.creationTimestamp));
    to.field("Requesting User", spec.username ?? "");
    to.optional("Signer", spec.signerName);
    if (spec.expirationSeconds !== undefined) to.field("Requested Duration", `${spec.expirationSeconds}s`);
    to.field("Status", `${decision}${status?.certificate ? ",Issued" : ""}`);
  },
);
