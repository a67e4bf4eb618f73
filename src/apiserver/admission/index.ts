import type { NodeAgents } from "../../client/node-agents.ts";
import type { AdmissionStep } from "./admission.ts";
import { certificateApproval, certificateSigning } from "./certificate-permissions.ts";
import { certificateRequestor } from "./certificate-requestor.ts";
import { certificateSubjectRestriction } from "./certificate-subject-restriction.ts";
import { claimResize } from "./claim-resize.ts";
import { defaultIngressClass, defaultStorageClass } from "./default-class.ts";
import { defaultTolerationSeconds } from "./default-toleration-seconds.ts";
import { limitRanger } from "./limit-ranger.ts";
import { namespaceLifecycle } from "./namespace-lifecycle.ts";
import { nodeRestriction } from "./node-restriction.ts";
import { podSecurity } from "./pod-security.ts";
import { priority } from "./priority.ts";
import { rbacEscalation } from "./rbac-escalation.ts";
import { resourceQuota } from "./resource-quota.ts";
import { runtimeClass } from "./runtime-class.ts";
import { serviceAccount } from "./service-account.ts";
import { storageObjectInUseProtection } from "./storage-object-in-use-protection.ts";
import { validatingAdmissionPolicy } from "./validating-admission-policy.ts";
import { mutatingWebhooks, validatingWebhooks } from "./webhooks.ts";

/** In the order in which they run. Webhooks are reached through the nodes' agents. */
export function admissionSteps(agents: NodeAgents): readonly AdmissionStep[] {
  return [
    certificateRequestor,
    namespaceLifecycle,
    limitRanger,
    serviceAccount,
    nodeRestriction,
    podSecurity,
    priority,
    defaultTolerationSeconds,
    defaultStorageClass,
    storageObjectInUseProtection,
    runtimeClass,
    claimResize,
    certificateApproval,
    certificateSigning,
    certificateSubjectRestriction,
    defaultIngressClass,
    rbacEscalation,
    mutatingWebhooks(agents),
    validatingAdmissionPolicy,
    validatingWebhooks(agents),
    resourceQuota,
  ];
}
