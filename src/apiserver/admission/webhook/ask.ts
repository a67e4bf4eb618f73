import { ApiError, badRequest, internalError } from "../../../api/status.ts";
import type { NodeAgents } from "../../../client/node-agents.ts";
import type { ResourceDefinition } from "../../../resources/definition.ts";
import { ExpressionError } from "../../cel/expressions.ts";
import type { AdmissionRequest } from "../admission.ts";
import { expressionContext } from "../expression-context.ts";
import { meetsConditions } from "../match-conditions.ts";
import { matchRequest } from "../match-request.ts";
import { CallError, callService } from "./call-service.ts";
import { InvalidResponse, responseFrom, type ReviewResponse, reviewOf, type Webhook } from "./review.ts";

/** `matched`: the version of the resource that it was asked about, and that its patch is for. */
export interface WebhookAnswer {
  readonly response: ReviewResponse;
  readonly matched: ResourceDefinition;
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
    const matched = matchOf(webhook, request);
    if (!matched) return undefined;
    const response = await responseOf(agents, { webhook, matched }, request);
    for (const warning of response.warnings ?? []) request.options.warn?.(warning);
    if (!response.allowed) throw denied(webhook, response);
    return { response, matched };
  } catch (error) {
    const why = failureOf(error);
    if (why === undefined) throw error;
    if (webhook.failurePolicy === "Ignore") return undefined;
    throw internalError(`failed calling webhook "${webhook.name}": ${why}`);
  }
}

function matchOf(webhook: Webhook, request: AdmissionRequest): ResourceDefinition | undefined {
  const { rules = [], matchConditions = [] } = webhook;
  if (rules.length === 0) return undefined;
  const matched = matchRequest(request, { ...webhook, resourceRules: rules });
  if (!matched || matchConditions.length === 0) return matched;
  return meetsConditions(matchConditions, expressionContext(request, matched)) ? matched : undefined;
}

async function responseOf(
  agents: NodeAgents,
  { webhook, matched }: { webhook: Webhook; matched: ResourceDefinition },
  request: AdmissionRequest,
): Promise<ReviewResponse> {
  const { clientConfig, sideEffects, timeoutSeconds = 10, name } = webhook;
  if (request.options.dryRun && sideEffects !== "None" && sideEffects !== "NoneOnDryRun") {
    throw badRequest(`admission webhook "${name}" does not support dry run`);
  }
  const review = reviewOf(request, matched, webhook);
  const { service, url = "", caBundle = "" } = clientConfig;
  const query = `?timeout=${timeoutSeconds}s`;
  if (!service) throw postError(`${url}${query}`, "only webhooks behind Services of the cluster are called");
  const path = `/${(service.path ?? "").replace(/^\//u, "")}${query}`;
  const where = `https://${service.name}.${service.namespace}.svc:${service.port ?? 443}${path}`;
  try {
    const trusted = Buffer.from(caBundle, "base64").toString();
    const call = { service, url: path, trusted, timeoutMs: timeoutSeconds * 1000, body: review };
    return responseFrom(await callService(agents, request.registry, call), review);
  } catch (error) {
    throw error instanceof CallError ? postError(where, error.message) : error;
  }
}

function postError(url: string, why: string): CallError {
  return new CallError(`failed to call webhook: Post "${url}": ${why}`);
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
