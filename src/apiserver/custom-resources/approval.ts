import { type FieldError, invalid, required } from "../../api/status.ts";
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionCondition,
} from "../../resources/apiextensions/custom-resource-definition.ts";

const annotation = "api-approved.kubernetes.io";
const protectedGroup = /(?:^|\.)(?:k8s|kubernetes)\.io$/u;

/** Groups of Kubernetes' own need word that they may be used: a URL, or that they are not approved. */
export function approvalErrors({ metadata, spec }: CustomResourceDefinition): FieldError[] {
  if (!protectedGroup.test(spec.group)) return [];
  const field = `metadata.annotations[${annotation}]`;
  const link = "see https://github.com/kubernetes/enhancements/pull/1111";
  const approval = metadata.annotations?.[annotation];
  if (!approval) return [required(field, `protected groups must have approval annotation "${annotation}", ${link}`)];
  if (isUnapproved(approval) || URL.canParse(approval)) return [];
  const why = `protected groups must have approval annotation "${annotation}" with either a URL or a reason starting with "unapproved", ${link}`;
  return [invalid(field, approval, why)];
}

/** undefined: nobody asks. */
export function approvalCondition({
  metadata,
  spec,
}: CustomResourceDefinition): Omit<CustomResourceDefinitionCondition, "lastTransitionTime"> | undefined {
  const approval = metadata.annotations?.[annotation];
  if (!protectedGroup.test(spec.group) || !approval) return undefined;
  const type = "KubernetesAPIApprovalPolicyConformant";
  return isUnapproved(approval)
    ? { type, status: "False", reason: "UnapprovedAnnotation", message: `not approved: ${JSON.stringify(approval)}` }
    : { type, status: "True", reason: "ApprovedAnnotation", message: `approved in ${approval}` };
}

function isUnapproved(approval: string): boolean {
  return approval.startsWith("unapproved");
}
