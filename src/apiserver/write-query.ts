import { type FieldError, invalid, invalidObject, notAllowed, notSupported, required, tooLong } from "../api/status.ts";
import { isSet } from "./query-flag.ts";
import type { ApiRequest } from "./request.ts";
import type { RequestVerb } from "./route.ts";
import type { FieldValidation } from "./schema/schema.ts";

const longestManager = 128;
const applyType = "application/apply-patch+yaml";

/** How a write is asked for in its query. */
export interface WriteQuery {
  readonly dryRun: boolean;
  readonly fieldValidation: FieldValidation;
  /** Server-side apply only. */
  readonly force: boolean;
}

/** Throws Invalid. https://kubernetes.io/docs/reference/kubernetes-api/common-parameters/common-parameters/ */
export function readWriteQuery({ query, headers }: ApiRequest, verb: RequestVerb): WriteQuery {
  const dryRun = query.getAll("dryRun");
  const validation = query.get("fieldValidation") || "Warn";
  const isApply = verb === "patch" && (headers["content-type"] ?? "").startsWith(applyType);
  const errors = [
    ...(verb === "patch" ? patchErrors(query, isApply) : []),
    ...(dryRun.every((value) => value === "All") ? [] : [notSupported("dryRun", dryRun, ["All"])]),
    ...managerErrors(query.get("fieldManager") ?? ""),
    ...(isFieldValidation(validation) ? [] : [unknownValidation(validation)]),
  ];
  if (errors.length > 0)
    throw invalidObject({ group: "meta.k8s.io", kind: optionsOf[verb] ?? "CreateOptions" }, "", errors);
  return {
    dryRun: dryRun.length > 0,
    fieldValidation: isFieldValidation(validation) ? validation : "Warn",
    force: isSet(query, "force"),
  };
}

const optionsOf: Readonly<Partial<Record<RequestVerb, string>>> = {
  update: "UpdateOptions",
  patch: "PatchOptions",
  delete: "DeleteOptions",
  deletecollection: "DeleteOptions",
};

function patchErrors(query: URLSearchParams, isApply: boolean): FieldError[] {
  if (!isApply) return query.has("force") ? [notAllowed("force", "may not be specified for non-apply patch")] : [];
  return query.get("fieldManager") ? [] : [required("fieldManager", "is required for apply patch")];
}

function managerErrors(manager: string): FieldError[] {
  const errors: FieldError[] = manager.length > longestManager ? [tooLong("fieldManager", longestManager)] : [];
  if (/\p{C}/u.test(manager)) errors.push(invalid("fieldManager", manager, "should only contain printable characters"));
  return errors;
}

function unknownValidation(given: string): FieldError {
  return notSupported("fieldValidation", given, ["", "Ignore", "Strict", "Warn"]);
}

function isFieldValidation(value: string): value is FieldValidation {
  return value === "Strict" || value === "Warn" || value === "Ignore";
}
