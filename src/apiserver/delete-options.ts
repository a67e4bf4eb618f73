import { badRequest, type FieldError, invalid, invalidObject, notSupported } from "../api/status.ts";
import type { DeleteOptions } from "../api/types.gen.ts";
import type { Call } from "./call.ts";
import { integerOf } from "./list-options.ts";
import { isSet } from "./query-flag.ts";
import { decodeObject } from "./schema/decode.ts";
import { shapeObject } from "./schema/schema.ts";

const type = "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions";
const policies = ["Foreground", "Background", "Orphan"];

/** How something is to be deleted, as the body says or else the query. Throws ApiError. */
export function readDeleteOptions({ request }: Call): DeleteOptions {
  const options =
    request.body.length > 0 ? bodyOptions(request.body, request.headers["content-type"]) : queryOptions(request.query);
  const errors = optionErrors(options);
  if (errors.length > 0) throw invalidObject({ group: "meta.k8s.io", kind: "DeleteOptions" }, "", errors);
  return options;
}

function bodyOptions(body: Uint8Array, contentType: string | undefined): DeleteOptions {
  const { object } = decodeObject(body, contentType, "DeleteOptions");
  const { kind } = object;
  if (kind !== undefined && kind !== "DeleteOptions") {
    throw badRequest(`decoded object cannot be converted to DeleteOptions: ${JSON.stringify(kind)}`);
  }
  return shapeObject(type, object, "Ignore").object;
}

function queryOptions(query: URLSearchParams): DeleteOptions {
  const policy = query.get("propagationPolicy");
  const dryRun = query.getAll("dryRun");
  return {
    ...(query.has("gracePeriodSeconds") ? { gracePeriodSeconds: integerOf(query, "gracePeriodSeconds") } : {}),
    ...(policy === null ? {} : { propagationPolicy: policy }),
    ...(query.has("orphanDependents") ? { orphanDependents: isSet(query, "orphanDependents") } : {}),
    ...(dryRun.length > 0 ? { dryRun } : {}),
  };
}

function optionErrors({ propagationPolicy, orphanDependents, dryRun = [] }: DeleteOptions): FieldError[] {
  const errors: FieldError[] = [];
  if (propagationPolicy !== undefined && orphanDependents !== undefined) {
    const why = "orphanDependents and deletionPropagation cannot be both set";
    errors.push(invalid("propagationPolicy", propagationPolicy, why));
  }
  if (propagationPolicy !== undefined && !policies.includes(propagationPolicy)) {
    errors.push(notSupported("propagationPolicy", propagationPolicy, [...policies, "nil"]));
  }
  if (!dryRun.every((value) => value === "All")) errors.push(notSupported("dryRun", dryRun, ["All"]));
  return errors;
}
