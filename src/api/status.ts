import { goSyntax } from "./go-syntax.ts";
import type { Status, StatusCause, StatusDetails } from "./types.gen.ts";

/** `group` and `plural` of a resource, as error messages name it: `replicasets.apps`. */
export interface ResourceName {
  readonly group: string;
  readonly plural: string;
}

/** `group` and `kind`, as validation errors name it: `ReplicaSet.apps`. */
export interface KindName {
  readonly group: string;
  readonly kind: string;
}

/**
 * An error that travels to the user as a Kubernetes Status, worded as the real API server words it.
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/
 */
export class ApiError extends Error {
  readonly status: Status & { readonly code: number };

  constructor(code: number, reason: string, message: string, details?: StatusDetails) {
    super(message);
    this.status = {
      status: "Failure",
      message,
      ...(reason ? { reason } : {}),
      ...(details ? { details } : {}),
      code,
    };
  }

  get code(): number {
    return this.status.code;
  }

  get reason(): string {
    return this.status.reason ?? "";
  }
}

export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.reason === "NotFound";
}

export function isConflict(error: unknown): boolean {
  return error instanceof ApiError && error.reason === "Conflict";
}

export function isAlreadyExists(error: unknown): boolean {
  return error instanceof ApiError && error.reason === "AlreadyExists";
}

export function notFound(resource: ResourceName, name: string): ApiError {
  return new ApiError(404, "NotFound", `${qualified(resource)} "${name}" not found`, {
    name,
    ...groupOf(resource),
    kind: resource.plural,
  });
}

/** No such path. */
export function pathNotFound(): ApiError {
  return new ApiError(404, "NotFound", "the server could not find the requested resource", {});
}

export function alreadyExists(resource: ResourceName, name: string): ApiError {
  return new ApiError(409, "AlreadyExists", `${qualified(resource)} "${name}" already exists`, {
    name,
    ...groupOf(resource),
    kind: resource.plural,
  });
}

export function conflict(resource: ResourceName, name: string, why: string): ApiError {
  const message = `Operation cannot be fulfilled on ${qualified(resource)} "${name}": ${why}`;
  return new ApiError(409, "Conflict", message, {
    name,
    ...groupOf(resource),
    kind: resource.plural,
  });
}

/** The object was changed by someone else since it was read. */
export function modified(resource: ResourceName, name: string): ApiError {
  return conflict(
    resource,
    name,
    "the object has been modified; please apply your changes to the latest version and try again",
  );
}

export function badRequest(message: string): ApiError {
  return new ApiError(400, "BadRequest", message);
}

export function forbidden(resource: ResourceName, name: string, why: string): ApiError {
  const what = `${qualified(resource)}${name ? ` "${name}"` : ""}`;
  return new ApiError(403, "Forbidden", `${what} is forbidden: ${why}`, {
    ...(name ? { name } : {}),
    ...groupOf(resource),
    kind: resource.plural,
  });
}

export function unauthorized(): ApiError {
  return new ApiError(401, "Unauthorized", "Unauthorized");
}

export function methodNotSupported(resource: ResourceName, verb: string): ApiError {
  const message = `${verb} is not supported on resources of kind "${qualified(resource)}"`;
  return new ApiError(405, "MethodNotAllowed", message, {
    ...groupOf(resource),
    kind: resource.plural,
  });
}

export function methodNotAllowed(): ApiError {
  return new ApiError(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", {});
}

export function unsupportedMediaType(accepted: readonly string[]): ApiError {
  const list = accepted.join(", ");
  const message = `the body of the request was in an unknown format - accepted media types include: ${list}`;
  return new ApiError(415, "UnsupportedMediaType", message);
}

export function requestTooLarge(limitBytes: number): ApiError {
  return requestEntityTooLarge(`limit is ${limitBytes}`);
}

export function requestEntityTooLarge(why: string): ApiError {
  return new ApiError(413, "RequestEntityTooLarge", `Request entity too large: ${why}`);
}

/** 422 that does not tell what was wrong: a JSON patch that cannot be carried out. */
export function unprocessable(): ApiError {
  return new ApiError(422, "Invalid", "the server rejected our request due to an error in our request", {});
}

/** 500 without a reason: what upstream makes of an error that it does not know as one of the API's. */
export function unknownError(message: string): ApiError {
  return new ApiError(500, "", message);
}

/** Fields that server-side apply would take from other managers: one cause for each. */
export function applyConflict(message: string, causes: readonly StatusCause[]): ApiError {
  return new ApiError(409, "Conflict", message, { causes });
}

/** A watch or continue token from before what the server still remembers; another token, if there is one, goes on. */
export function expired(message: string, continueToken?: string): ApiError {
  const error = new ApiError(410, "Expired", message);
  if (continueToken === undefined) return error;
  return Object.assign(error, { status: { ...error.status, metadata: { continue: continueToken } } });
}

export function tooManyRequests(message: string, details: StatusDetails = {}): ApiError {
  return new ApiError(429, "TooManyRequests", message, details);
}

export function serviceUnavailable(message: string, details?: StatusDetails): ApiError {
  return new ApiError(503, "ServiceUnavailable", message, details);
}

/** The request has taken all the time it had. */
export function requestTimeout(): ApiError {
  const why = "request did not complete within requested timeout - context deadline exceeded";
  return new ApiError(504, "Timeout", `Timeout: ${why}`, {});
}

export function internalError(message: string): ApiError {
  const causes = [{ message }];
  return new ApiError(500, "InternalError", `Internal error occurred: ${message}`, { causes });
}

/** One thing wrong with one field, as upstream's `field.Error`. `field` is a path: `spec.ports[0].port`. */
export interface FieldError {
  readonly reason:
    | "FieldValueRequired"
    | "FieldValueInvalid"
    | "FieldValueDuplicate"
    | "FieldValueNotSupported"
    | "FieldValueForbidden"
    | "FieldValueNotFound"
    | "FieldValueTooLong"
    | "FieldValueTooMany"
    | "FieldValueTypeInvalid"
    | "InternalError";
  readonly field: string;
  readonly message: string;
}

export function required(field: string, why = ""): FieldError {
  return { reason: "FieldValueRequired", field, message: joined("Required value", why) };
}

export function invalid(field: string, value: unknown, why: string): FieldError {
  return { reason: "FieldValueInvalid", field, message: `Invalid value: ${goSyntax(value)}: ${why}` };
}

/** The value is of another type than it must be. */
export function typeInvalid(field: string, value: unknown, why: string): FieldError {
  return { reason: "FieldValueTypeInvalid", field, message: `Invalid value: ${goSyntax(value)}: ${why}` };
}

export function duplicate(field: string, value: unknown): FieldError {
  return { reason: "FieldValueDuplicate", field, message: `Duplicate value: ${goSyntax(value)}` };
}

/** `value` is not one of `supported`. */
export function notSupported(field: string, value: unknown, supported: readonly string[]): FieldError {
  const list = supported.map((one) => JSON.stringify(one)).join(", ");
  return {
    reason: "FieldValueNotSupported",
    field,
    message: `Unsupported value: ${goSyntax(value)}: supported values: ${list}`,
  };
}

export function notAllowed(field: string, why: string): FieldError {
  return { reason: "FieldValueForbidden", field, message: joined("Forbidden", why) };
}

export function missingReference(field: string, value: unknown): FieldError {
  return { reason: "FieldValueNotFound", field, message: `Not found: ${goSyntax(value)}` };
}

/** Longer than `limit` bytes; `value` is not repeated to the user. */
export function tooLong(field: string, limit: number): FieldError {
  return {
    reason: "FieldValueTooLong",
    field,
    message: `Too long: may not be more than ${limit} bytes`,
  };
}

export function tooMany(field: string, actual: number, limit: number): FieldError {
  const message = `Too many: ${actual}: must have at most ${limit} items`;
  return { reason: "FieldValueTooMany", field, message };
}

/** 422 with every field error as a cause. */
export function invalidObject({ group, kind }: KindName, name: string, errors: readonly FieldError[]): ApiError {
  const causes: StatusCause[] = errors.map(({ reason, field, message }) => ({
    reason,
    message,
    field,
  }));
  const lines = errors.map(({ field, message }) => `${field}: ${message}`);
  const list = lines.length === 1 ? lines[0] : `[${lines.join(", ")}]`;
  const what = group ? `${kind}.${group}` : kind;
  return new ApiError(422, "Invalid", `${what} ${JSON.stringify(name)} is invalid: ${list}`, {
    ...(name ? { name } : {}),
    ...(group ? { group } : {}),
    ...(kind ? { kind } : {}),
    causes,
  });
}

function qualified({ group, plural }: ResourceName): string {
  return group ? `${plural}.${group}` : plural;
}

function groupOf({ group }: ResourceName): { group?: string } {
  return group ? { group } : {};
}

function joined(head: string, why: string): string {
  return why ? `${head}: ${why}` : head;
}
