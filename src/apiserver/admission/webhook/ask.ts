import { ApiError, badRequest, internalError, requestTimeout } from "../../../api/status.ts";
import type { NodeAgents } from "../../../client/node-agents.ts";
import { ExpressionError } from "../../cel/expressions.ts";
import { CallError, LateError } from "../../webhook/call-error.ts";
import { webhookCaller } from "../../webhook/call-webhook.ts";
import type { AdmissionRequest } from "../admission.ts";
import { expressionContext } from "../expression-context.ts";
import { meetsConditions } from "../match-conditions.ts";
import { matchRequest } from "../match-request.ts";
import { seenAs, type SeenRequest } from "../seen-request.ts";
import { InvalidResponse, responseFrom, type ReviewResponse, reviewOf, type Webhook } from "./review.ts";

/** `seen`: what it was asked about, and what its patch is for. */
export interface WebhookAnswer {
  readonly response: ReviewResponse;
  readonly seen: SeenRequest;
}

/**
 * Asks a webhook of a request, if it is for it. undefined: it has nothing to say, or cannot and need not.
 * Throws an ApiError when it denies, or cannot answer and must.
 */
export async function askWebhook(
  agents: NodeAgents,
  webhook: Webhook,
  request: AdmissionRequest,
): Promise<WebhookAnswer | undefined> {
  try {
    const asked = await questionOf(webhook, request);
    if (!asked) return undefined;
    const response = await responseOf(agents, asked, request);
    for (const warning of response.warnings ?? []) request.options.warn?.(warning);
    if (!response.allowed) throw denied(webhook, response);
    return { response, seen: asked.seen };
  } catch (error) {
    const why = failureOf(error);
    if (why === undefined) throw error;
    if (webhook.failurePolicy === "Ignore") return undefined;
    throw internalError(`failed calling webhook "${webhook.name}": ${why}`);
  }
}

interface Question {
  readonly webhook: Webhook;
  readonly seen: SeenRequest;
}

async function questionOf(webhook: Webhook, request: AdmissionRequest): Promise<Question | undefined> {
  const { rules = [], matchConditions = [] } = webhook;
  if (rules.length === 0) return undefined;
  const matched = matchRequest(request, { ...webhook, resourceRules: rules });
  if (!matched) return undefined;
  const seen = await seenAs(request, matched);
  const isMeant = matchConditions.length === 0 || meetsConditions(matchConditions, expressionContext(request, seen));
  return isMeant ? { webhook, seen } : undefined;
}

async function responseOf(
  agents: NodeAgents,
  { webhook, seen }: Question,
  request: AdmissionRequest,
): Promise<ReviewResponse> {
  const { clientConfig, sideEffects, name } = webhook;
  if (request.options.dryRun && sideEffects !== "None" && sideEffects !== "NoneOnDryRun") {
    throw badRequest(`admission webhook "${name}" does not support dry run`);
  }
  const body = reviewOf(request, seen, webhook);
  const { timeoutMs, isLast } = timeFor(webhook, request);
  if (timeoutMs <= 0) throw requestTimeout();
  try {
    return responseFrom(
      await webhookCaller(agents, request.registry)({ clientConfig, timeoutMs, body }),
      body,
      webhook,
    );
  } catch (error) {
    if (isLast && error instanceof LateError) throw requestTimeout();
    throw error instanceof CallError ? new CallError(`failed to call webhook: ${error.message}`) : error;
  }
}

/** What it asks for, and no more than the request has left: then there is none for others after it. */
function timeFor({ timeoutSeconds = 10 }: Webhook, { options, registry }: AdmissionRequest): WebhookTime {
  const ownMs = timeoutSeconds * 1000;
  const leftMs = (options.deadline ?? Infinity) - registry.clock.now();
  return { timeoutMs: Math.min(ownMs, leftMs), isLast: leftMs <= ownMs };
}

interface WebhookTime {
  readonly timeoutMs: number;
  readonly isLast: boolean;
}

/** undefined: the error is none of the webhook's failing. */
function failureOf(error: unknown): string | undefined {
  if (error instanceof CallError || error instanceof ExpressionError) return error.message;
  return error instanceof InvalidResponse ? `received invalid webhook response: ${error.message}` : undefined;
}

const leastErrorCode = 400;

function denied({ name }: Webhook, { status = {} }: ReviewResponse): ApiError {
  const why = status.message || status.reason;
  const message = `admission webhook "${name}" denied the request${why ? `: ${why}` : " without explanation"}`;
  const code = Math.max(status.code ?? 0, leastErrorCode);
  return new ApiError(code, status.reason ?? "", message, status.details);
}
