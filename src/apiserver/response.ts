import { type ApiError, pathNotFound } from "../api/status.ts";
import type { ApiResponse } from "./request.ts";

const json = "application/json";

export function jsonResponse(body: unknown, status = 200): ApiResponse {
  return textResponse(JSON.stringify(body), status, json);
}

/** `text` is JSON already unless a content type is given. */
export function textResponse(text: string, status = 200, contentType: string = json): ApiResponse {
  return { status, headers: { "content-type": contentType }, body: text };
}

/** Text or bytes of a media type. */
export function contentResponse(body: string | Uint8Array, contentType: string, status = 200): ApiResponse {
  return { status, headers: { "content-type": contentType }, body };
}

/** How an error reaches the client: a Status object under its own code. */
export function errorResponse(error: ApiError): ApiResponse {
  const body = { kind: "Status", apiVersion: "v1", metadata: {}, ...error.status };
  const { retryAfterSeconds } = error.status.details ?? {};
  const retry: Record<string, string> = retryAfterSeconds ? { "retry-after": String(retryAfterSeconds) } : {};
  return { status: error.code, headers: { "content-type": json, ...retry }, body: JSON.stringify(body) };
}

/** Go's own words, where no part of the API has been reached that could say more. */
export const noSuchPath: ApiResponse = {
  status: 404,
  headers: { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" },
  body: "404 page not found\n",
};

export function isPathNotFound({ code, message }: ApiError): boolean {
  return code === 404 && message === pathNotFound().message;
}

/** Adds `Warning:` headers, which kubectl prints. https://kubernetes.io/blog/2020/09/03/warnings/ */
export function withWarnings(response: ApiResponse, warnings: readonly string[]): ApiResponse {
  if (warnings.length === 0) return response;
  const values = [...new Set(warnings)].map((text) => `299 - "${escapeQuoted(text)}"`);
  return { ...response, headers: { ...response.headers, warning: values } };
}

/** Adds headers that the response does not have itself. */
export function withHeaders(response: ApiResponse, headers: ApiResponse["headers"]): ApiResponse {
  return { ...response, headers: { ...headers, ...response.headers } };
}

function escapeQuoted(text: string): string {
  return text.replaceAll(/[\\"]/gu, String.raw`\$&`).replaceAll(/[\u0000-\u001F\u007F]/gu, " ");
}
