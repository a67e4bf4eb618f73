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

/** What a webhook says, its patch only if it may have one. Throws InvalidResponse. */
export function responseFrom(text: string, asked: Review, webhook: Webhook): ReviewResponse {
  const reply = parsed(text);
  const { response } = reply;
  if (!response) throw new InvalidResponse("webhook response was absent");
  const mayPatch = "reinvocationPolicy" in webhook;
  // Of the older version nothing else was ever checked.
  if (asked.apiVersion.endsWith("/v1beta1")) return pinned(response, mayPatch);
  checkType(reply, asked);
  checkPatch(response, mayPatch);
  return response;
}

function pinned(response: ReviewResponse, mayPatch: boolean): ReviewResponse {
  const { patch = "", patchType: _, ...rest } = response;
  return mayPatch && patch !== "" ? { ...rest, patch, patchType: "JSONPatch" } : rest;
}

function checkType({ apiVersion = "", kind = "", response }: Reply, asked: Review): void {
  const { uid = "" } = response ?? {};
  if (uid !== asked.request.uid) {
    throw new InvalidResponse(`expected response.uid="${asked.request.uid}", got ${JSON.stringify(uid)}`);
  }
  if (kind === asked.kind && apiVersion === asked.apiVersion) return;
  const got = `${apiVersion.includes("/") ? apiVersion : `/${apiVersion}`}, Kind=${kind}`;
  throw new InvalidResponse(`expected webhook response of ${asked.apiVersion}, Kind=${asked.kind}, got ${got}`);
}

function checkPatch({ patch = "", patchType }: ReviewResponse, mayPatch: boolean): void {
  if (!mayPatch) {
    if (patch !== "") throw new InvalidResponse("validating webhook may not return response.patch");
    if (patchType !== undefined) throw new InvalidResponse("validating webhook may not return response.patchType");
    return;
  }
  if (patch !== "" && patchType === undefined) {
    throw new InvalidResponse("webhook returned response.patch but not response.patchType");
  }
  if (patch === "" && patchType !== undefined) {
    throw new InvalidResponse("webhook returned response.patchType but not response.patch");
  }
  if (patchType === "") throw new InvalidResponse('webhook returned invalid response.patchType of ""');
}

interface Reply {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly response?: ReviewResponse;
}

function parsed(text: string): Reply {
  try {
    return JSON.parse(text) as Reply;
  } catch (error) {
    if (error instanceof SyntaxError) throw new InvalidResponse(error.message);
    throw error;
  }
}
