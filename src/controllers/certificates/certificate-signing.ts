import { keyOf, type ObjectKey } from "../../api/object.ts";
import { ApiError } from "../../api/status.ts";
import type { CertificateSigningRequest, CertificateSigningRequestCondition } from "../../api/types.gen.ts";
import { deleteIfPresent } from "../../client/delete-if-present.ts";
import { certificateSigningRequests } from "../../resources/certificates/certificate-signing-request.ts";
import { clusterRoleBindings } from "../../resources/rbac/cluster-role-binding.ts";
import { clusterRoles } from "../../resources/rbac/cluster-role.ts";
import { type Clock, timestamp } from "../../sim/clock.ts";
import { type Controller, type ControllerContext, watching } from "../controller.ts";
import type { ApprovalRight, CertificateSigner } from "./certificate-signer.ts";
import { kubeletClientRefusal, kubeletClientSigner, refusalOf, signers } from "./signer-rules.ts";

const yearMs = 365 * 24 * 3_600_000;

/**
 * Approves the client certificates of kubelets: of new ones, and of those that renew their own, for those who may.
 * https://kubernetes.io/docs/reference/access-authn-authz/kubelet-tls-bootstrapping/#approval
 */
export function certificateApprover(
  signer: CertificateSigner,
  mayHave: ApprovalRight,
): Controller<CertificateSigningRequest> {
  return {
    name: "certificate-signing-request-approving-controller",
    reconciles: certificateSigningRequests,
    // What is granted later counts, too.
    watches: [watching(clusterRoles, undecided), watching(clusterRoleBindings, undecided)],

    async reconcile(key, context) {
      const request = context.informers.for(certificateSigningRequests).get(key);
      if (!request || isDecided(request) || request.spec.signerName !== kubeletClientSigner) return;
      const requested = await outsideTime(context.clock, readable(signer, request));
      if (!requested || kubeletClientRefusal(request.spec.usages ?? [], requested)) return;
      const isOwn = request.spec.username === requested.subject.name && mayHave(request.spec, "selfnodeclient");
      if (!isOwn && !mayHave(request.spec, "nodeclient")) return;
      const message = `Auto approving ${isOwn ? "self " : ""}kubelet client certificate after SubjectAccessReview.`;
      await addCondition(request, { type: "Approved", reason: "AutoApproved", message }, context);
    },
  };
}

function undecided(_: unknown, { informers }: ControllerContext): ObjectKey[] {
  const all = informers.for(certificateSigningRequests).list();
  return all.filter((request) => !isDecided(request)).map(keyOf);
}

/** Signs what has been approved. https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/ */
export function certificateSigning(signer: CertificateSigner): Controller<CertificateSigningRequest> {
  return {
    name: "certificate-signing-request-signing-controller",
    reconciles: certificateSigningRequests,

    async reconcile(key, context) {
      const request = context.informers.for(certificateSigningRequests).get(key);
      if (!request || !isWaiting(request)) return;
      const requested = await outsideTime(context.clock, readable(signer, request));
      const refusal = requested ? refusalOf(request.spec, requested) : "unable to parse csr";
      if (refusal) {
        await addCondition(request, { type: "Failed", reason: "SignerValidationFailure", message: refusal }, context);
        return;
      }
      const { expirationSeconds, usages = [] } = request.spec;
      const durationMs = Math.min(yearMs, (expirationSeconds ?? Infinity) * 1000);
      const pem = await outsideTime(context.clock, signer.sign(pemOf(request), { durationMs, usages }));
      const certificate = Buffer.from(pem).toString("base64");
      await context.client.patch(certificateSigningRequests, key, { status: { certificate } }, "status");
    },
  };
}

const hourMs = 3_600_000;

/** Requests are forgotten: an hour after the decision, a day after they were made. */
export const certificateCleaner: Controller<CertificateSigningRequest> = {
  name: "certificate-signing-request-cleaner-controller",
  reconciles: certificateSigningRequests,

  async reconcile(key, { client, informers, clock }) {
    const request = informers.for(certificateSigningRequests).get(key);
    if (!request) return undefined;
    const waitMs = endOf(request) - clock.now();
    if (waitMs > 0) return { requeueAfterMs: waitMs };
    await deleteIfPresent(client, certificateSigningRequests, key);
    return undefined;
  },
};

function endOf({ metadata, status }: CertificateSigningRequest): number {
  const decided = (status?.conditions ?? []).map(({ lastUpdateTime }) => Date.parse(lastUpdateTime ?? "") + hourMs);
  return Math.min(Date.parse(metadata.creationTimestamp ?? "") + 24 * hourMs, ...decided);
}

function has({ status }: CertificateSigningRequest, type: string): boolean {
  return status?.conditions?.some((condition) => condition.type === type) ?? false;
}

function isDecided(request: CertificateSigningRequest): boolean {
  return has(request, "Approved") || has(request, "Denied") || request.status?.certificate !== undefined;
}

function isWaiting(request: CertificateSigningRequest): boolean {
  const isOver = has(request, "Denied") || has(request, "Failed") || request.status?.certificate;
  return has(request, "Approved") && !isOver && signers.has(request.spec.signerName);
}

function pemOf({ spec }: CertificateSigningRequest): string {
  return Buffer.from(spec.request, "base64").toString();
}

/** undefined: it is no request at all. */
async function readable(
  signer: CertificateSigner,
  request: CertificateSigningRequest,
): Promise<Awaited<ReturnType<CertificateSigner["read"]>> | undefined> {
  try {
    return await signer.read(pemOf(request));
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

async function addCondition(
  request: CertificateSigningRequest,
  verdict: { readonly type: string; readonly reason: string; readonly message: string },
  { client, clock }: ControllerContext,
): Promise<void> {
  const now = timestamp(clock);
  const condition: CertificateSigningRequestCondition = {
    ...verdict,
    status: "True",
    lastUpdateTime: now,
    lastTransitionTime: now,
  };
  const conditions = [...(request.status?.conditions ?? []), condition];
  const key = { namespace: "", name: request.metadata.name };
  const door = verdict.type === "Approved" ? "approval" : "status";
  await client.patch(certificateSigningRequests, key, { status: { conditions } }, door);
}

/** Waits for work that this machine does in its own time; virtual time stands still meanwhile. */
async function outsideTime<T>(clock: Clock, work: Promise<T>): Promise<T> {
  let isDone = false;
  const wait = (): void => {
    if (!isDone) clock.soon(wait);
  };
  wait();
  try {
    return await work;
  } finally {
    isDone = true;
  }
}
