import type { KubeObject, Mutable } from "../../api/object.ts";
import { type FieldError } from "../../api/status.ts";
import { annotationErrors, labelErrors } from "../../resources/metadata.ts";
import { isMap } from "./structural-schema.ts";

export interface ConversionRequest {
  readonly uid: string;
  readonly desiredAPIVersion: string;
  readonly objects: readonly KubeObject[];
}

/** The webhook says that it could not, or says nothing that it should. */
export class ConversionError extends Error {}

/** What it returned cannot be taken. */
export class InvalidConversion extends Error {}

type JsonMap = Readonly<Record<string, unknown>>;

interface Reply {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly response?: {
    readonly uid?: string;
    readonly result?: { readonly status?: string; readonly message?: string };
    readonly convertedObjects?: readonly unknown[] | null;
  };
}

/**
 * What a ConversionReview answers to a request: labels and annotations are the webhook's, all other metadata stays.
 * Throws ConversionError and InvalidConversion, worded as upstream.
 */
export function convertedObjects(text: string, request: ConversionRequest, review: string): KubeObject[] {
  const { response, ...type } = parsed(text);
  // As upstream, for those who were there before it was checked.
  if (review !== "v1beta1") checkType(type);
  if (!response) throw new ConversionError("no response provided");
  if (review !== "v1beta1" && response.uid !== request.uid) {
    throw new ConversionError(
      `expected response.uid=${JSON.stringify(request.uid)}, got ${JSON.stringify(response.uid ?? "")}`,
    );
  }
  const { status = "", message } = response.result ?? {};
  if (status !== "Success") {
    throw new ConversionError(message || `response.result.status was '${status}', not 'Success'`);
  }
  const converted = response.convertedObjects ?? [];
  const { objects } = request;
  if (converted.length !== objects.length) {
    throw new InvalidConversion(`${converted.length} objects, expected ${objects.length}`);
  }
  return objects.map((original, index) => checked(original, converted[index], request.desiredAPIVersion));
}

function parsed(text: string): Reply {
  try {
    const reply: unknown = JSON.parse(text);
    if (isMap(reply)) return reply;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new ConversionError(`couldn't get version/kind; json parse error: ${error.message}`);
  }
  throw new ConversionError("couldn't get version/kind; json parse error: it is no object");
}

function checkType({ apiVersion = "", kind = "" }: Reply): void {
  const wanted = "apiextensions.k8s.io/v1, Kind=ConversionReview";
  const got = `${apiVersion.includes("/") ? apiVersion : `/${apiVersion}`}, Kind=${kind}`;
  if (got !== wanted) throw new ConversionError(`expected webhook response of ${wanted}, got ${got}`);
}

function checked(original: KubeObject, given: unknown, apiVersion: string): KubeObject {
  if (!isMap(given)) throw new InvalidConversion("invalid object: it is no object");
  const own = (field: string): string => (typeof given[field] === "string" ? given[field] : "");
  const expected = (what: string, wanted: string, got: string): InvalidConversion =>
    new InvalidConversion(`invalid object at index 0: invalid ${what} (expected ${wanted}, received ${got})`);
  if (own("apiVersion") !== apiVersion) throw expected("groupVersion", apiVersion, own("apiVersion"));
  if (own("kind") !== original.kind) throw expected("kind", original.kind, own("kind"));
  const { metadata } = given;
  checkIdentity(original, isMap(metadata) ? metadata : {});
  if (metadata === undefined) throw invalidMetadata("missing metadata in converted object");
  if (!isMap(metadata)) throw invalidMetadata(`invalid metadata of type ${goType(metadata)} in converted object`);
  return { ...given, metadata: metadataOf(original, metadata) } as unknown as KubeObject;
}

const identity = [
  ["name", "name"],
  ["namespace", "namespace"],
  ["uid", "UID"],
] as const;

function checkIdentity({ metadata }: KubeObject, got: JsonMap): void {
  for (const [field, title] of identity) {
    const [before, after] = [metadata[field] ?? "", typeof got[field] === "string" ? got[field] : ""];
    if (before === after) continue;
    throw new InvalidConversion(`invalid object: must have the same ${title}: ${before} != ${after}`);
  }
}

function metadataOf({ metadata }: KubeObject, got: JsonMap): KubeObject["metadata"] {
  const merged = { ...metadata } as Mutable<KubeObject["metadata"]>;
  for (const field of ["labels", "annotations"] as const) {
    const wanted = stringsOf(got[field], field);
    if (!wanted) delete merged[field];
    else {
      if (!isSame(wanted, metadata[field])) checkStrings(field, wanted);
      merged[field] = wanted;
    }
  }
  return merged;
}

function stringsOf(value: unknown, field: string): Record<string, string> | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isMap(value)) throw invalidMetadata(`invalid metadata.${field} of type ${goType(value)} in converted object`);
  for (const [key, one] of Object.entries(value)) {
    if (typeof one === "string") continue;
    throw invalidMetadata(`metadata.${field}[${key}] must be a string, but is ${goType(one)} in converted object`);
  }
  return { ...value } as Record<string, string>;
}

function isSame(wanted: Readonly<Record<string, string>>, before: Readonly<Record<string, string>> = {}): boolean {
  const keys = Object.keys(wanted);
  return keys.length === Object.keys(before).length && keys.every((key) => wanted[key] === before[key]);
}

function checkStrings(field: "labels" | "annotations", values: Readonly<Record<string, string>>): void {
  const errors: readonly FieldError[] =
    field === "labels" ? labelErrors("metadata.labels", values) : annotationErrors("metadata.annotation", values);
  const texts = errors.map((error) => `${error.field}: ${error.message}`);
  if (texts.length > 0) throw invalidMetadata(texts.length > 1 ? `[${texts.join(", ")}]` : (texts[0] ?? ""));
}

function invalidMetadata(why: string): InvalidConversion {
  return new InvalidConversion(`invalid metadata: ${why}`);
}

/** As Go's %T names what JSON holds. */
function goType(value: unknown): string {
  if (value === null) return "<nil>";
  if (Array.isArray(value)) return "[]interface {}";
  if (typeof value === "number") return Number.isInteger(value) ? "int64" : "float64";
  if (typeof value === "boolean") return "bool";
  return typeof value === "string" ? "string" : "map[string]interface {}";
}
