import type { MutatingWebhook, Status, ValidatingWebhook } from "../../../api/types.gen.ts";
import type { AdmissionRequest } from "../admission.ts";
import { requestFacts } from "../request-facts.ts";
import type { SeenRequest } from "../seen-request.ts";

export type Webhook = MutatingWebhook | ValidatingWebhook;

/** https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#request */
export interface Review {
  readonly apiVersion: string;
  readonly kind: "AdmissionReview";
  readonly request: { readonly uid: string };
}

export interface ReviewResponse {
  readonly uid: string;
  readonly allowed: boolean;
  readonly status?: Partial<Status>;
  readonly warnings?: readonly string[];
  readonly patchType?: string;
  /** Base64. */
  readonly patch?: string;
}

/** The answer is not what an AdmissionReview must be. */
export class InvalidResponse extends Error {}

export function reviewOf(request: AdmissionRequest, seen: SeenRequest, webhook: Webhook): Review {
  const version = webhook.admissionReviewVersions.find((one) => one === "v1" || one === "v1beta1") ?? "v1";
  return {
    apiVersion: `admission.k8s.io/${version}`,
    kind: "AdmissionReview",
    request: {
      uid: request.registry.random.uuid(),
      ...requestFacts(request, seen.matched),
      object: seen.object ?? null,
      oldObject: seen.previous ?? null,
    } as Review["request"],
  };
}

/** Throws InvalidResponse. */
export function responseFrom(text: string, { apiVersion, kind, request }: Review): ReviewResponse {
  const review = parsed(text);
  if (review.kind !== kind || review.apiVersion !== apiVersion) {
    const got = `${review.apiVersion ?? ""}, Kind=${review.kind ?? ""}`;
    throw new InvalidResponse(`expected webhook response of ${apiVersion}, Kind=${kind}, got ${got}`);
  }
  const { response } = review;
  if (!response) throw new InvalidResponse("webhook response was absent");
  if (response.uid !== request.uid) {
    throw new InvalidResponse(`expected response.uid="${request.uid}", got "${response.uid}"`);
  }
  const patched = (response.patch ?? "") !== "";
  if (patched && !response.patchType)
    throw new InvalidResponse("webhook returned response.patch but not response.patchType");
  if (!patched && response.patchType)
    throw new InvalidResponse("webhook returned response.patchType but not response.patch");
  return response;
}

function parsed(text: string): { apiVersion?: string; kind?: string; response?: ReviewResponse } {
  try {
    return JSON.parse(text) as ReturnType<typeof parsed>;
  } catch (error) {
    if (error instanceof SyntaxError) throw new InvalidResponse(error.message);
    throw error;
  }
}
