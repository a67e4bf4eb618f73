import { ApiError, badRequest, type FieldError, invalidObject, notAllowed, notSupported } from "../api/status.ts";
import { type Continuation, readContinuation } from "./continue-token.ts";

/** Which state of a collection is asked for. undefined: the present one. */
export interface ListOptions {
  /** 0: no limit. */
  readonly limit: number;
  /** Exactly as it was then. */
  readonly at?: number;
  readonly continuation?: Continuation;
}

const exact = "Exact";
const notOlderThan = "NotOlderThan";

/**
 * What a list's query asks for. Throws ApiError, also for a revision that is still to come.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#semantics-for-get-and-list
 */
export function readListOptions(query: URLSearchParams, current: number): ListOptions {
  const errors = listErrors(query);
  if (errors.length > 0) throw wrongOptions(errors);
  const limit = Math.max(0, integerOf(query, "limit"));
  integerOf(query, "timeoutSeconds");
  const revision = revisionOf(query);
  const token = query.get("continue");
  if (token) {
    const continuation = readContinuation(token);
    if (revision > 0) throw badRequest("specifying resource version is not allowed when using continue");
    return { limit, continuation, ...(continuation.revision < 0 ? {} : { at: continuation.revision }) };
  }
  if (revision > current) throw tooLargeRevision(revision, current);
  const match = query.get("resourceVersionMatch");
  const isExact = match === exact || (!match && limit > 0);
  // What may be any state comes from a cache, which knows no limit.
  return {
    limit: query.get("resourceVersion") === "0" ? 0 : limit,
    ...(isExact && revision > 0 ? { at: revision } : {}),
  };
}

/** Throws Invalid for what does not go together in a watch. */
export function checkWatchOptions(query: URLSearchParams): void {
  const errors = watchErrors(query);
  if (errors.length > 0) throw wrongOptions(errors);
}

function wrongOptions(errors: readonly FieldError[]): ApiError {
  return invalidObject({ group: "meta.k8s.io", kind: "ListOptions" }, "", errors);
}

function listErrors(query: URLSearchParams): FieldError[] {
  const match = query.get("resourceVersionMatch");
  const forbid = (why: string): FieldError => notAllowed("resourceVersionMatch", `resourceVersionMatch ${why}`);
  const errors: FieldError[] = [];
  if (match) {
    const version = query.get("resourceVersion");
    if (!version) errors.push(forbid("is forbidden unless resourceVersion is provided"));
    if (query.get("continue")) errors.push(forbid("is forbidden when continue is provided"));
    if (match !== exact && match !== notOlderThan) {
      errors.push(notSupported("resourceVersionMatch", match, [exact, notOlderThan, ""]));
    }
    if (match === exact && version === "0") errors.push(forbid('"exact" is forbidden for resourceVersion "0"'));
  }
  if (query.has("sendInitialEvents")) {
    errors.push(notAllowed("sendInitialEvents", "sendInitialEvents is forbidden for list"));
  }
  return errors;
}

function watchErrors(query: URLSearchParams): FieldError[] {
  const match = query.get("resourceVersionMatch");
  const sendsInitial = query.has("sendInitialEvents");
  const forbid = (why: string): FieldError => notAllowed("resourceVersionMatch", why);
  const errors: FieldError[] = [];
  if (sendsInitial && match !== notOlderThan) {
    errors.push(forbid(`sendInitialEvents requires setting resourceVersionMatch to ${notOlderThan}`));
  }
  if (match) {
    if (!sendsInitial) {
      errors.push(forbid("resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"));
    }
    if (match !== notOlderThan) errors.push(notSupported("resourceVersionMatch", match, [notOlderThan]));
    if (query.get("continue")) errors.push(forbid("resourceVersionMatch is forbidden when continue is provided"));
  }
  return errors;
}

/** The resourceVersion asked for; 0: any. Throws BadRequest. */
export function revisionOf(query: URLSearchParams): number {
  const value = query.get("resourceVersion");
  if (!value) return 0;
  if (/^\d{1,15}$/u.test(value)) return Number(value);
  throw badRequest(`invalid resource version: strconv.ParseUint: parsing ${JSON.stringify(value)}: invalid syntax`);
}

/** A whole number; 0 if it is not there. Throws BadRequest. */
export function integerOf(query: URLSearchParams, name: string): number {
  const value = query.get(name);
  if (!value) return 0;
  if (/^-?\d{1,15}$/u.test(value)) return Number(value);
  throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`);
}

/** Nobody but a server that started again is asked for a revision that it has not reached. */
export function tooLargeRevision(asked: number, current: number): ApiError {
  const causes = [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }];
  const message = `Too large resource version: ${asked}, current: ${current}`;
  return new ApiError(504, "Timeout", message, { causes, retryAfterSeconds: 1 });
}
