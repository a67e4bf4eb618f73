import { goDurationMs, goDurationProblem } from "../api/go-duration.ts";
import { badRequest } from "../api/status.ts";
import type { RequestVerb } from "./route.ts";

/** What a request's path says of it. */
interface Asked {
  readonly verb: RequestVerb;
  readonly subresource: string;
}

const longestWriteMs = 34_000;
const lastingSubresources: ReadonlySet<string> = new Set(["attach", "exec", "log", "portforward", "proxy"]);

/** Watches, logs and connections take as long as they take. */
export function isLongRunning({ verb, subresource }: Asked): boolean {
  return verb === "watch" || lastingSubresources.has(subresource);
}

/** How long a write may take in all: what the client says in `timeout`, if that is less than what everybody has. */
export function writeTimeoutMs(query: URLSearchParams): number {
  const askedMs = goDurationMs(query.get("timeout") ?? "") ?? 0;
  return askedMs > 0 ? Math.min(askedMs, longestWriteMs) : longestWriteMs;
}

/** Throws BadRequest for a `timeout` that is no duration. */
export function checkTimeout(query: URLSearchParams): void {
  const timeout = query.get("timeout");
  if (!timeout || goDurationMs(timeout) !== undefined) return;
  throw badRequest(`invalid timeout specified in the request URL - ${goDurationProblem(timeout)}`);
}
