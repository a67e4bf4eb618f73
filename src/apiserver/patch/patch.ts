import { decodeText } from "../../api/bytes.ts";
import { countKeys, JsonProblem, jsonComplaints } from "../../api/json-reader.ts";
import { cloneTree } from "../../api/object.ts";
import { badRequest, unsupportedMediaType } from "../../api/status.ts";
import { goValueOf } from "../schema/go-names.ts";
import { jsonPatched } from "./json-patch.ts";
import { isMap, type JsonMap } from "./json.ts";
import { mergePatch } from "./merge-patch.ts";
import { strategicMerge } from "./strategic-merge.ts";

/** The content type of server-side apply. */
export const applyType = "application/apply-patch+yaml";

export interface PatchRequest {
  /** One that `patchTypeOf` lets through, but server-side apply. */
  readonly contentType: string;
  readonly patch: Uint8Array;
  readonly current: unknown;
  /** Full name in the facts; undefined for custom resources, which know no strategic merge. */
  readonly typeName: string | undefined;
}

const json = "application/json-patch+json";
const merge = "application/merge-patch+json";
const strategic = "application/strategic-merge-patch+json";
const accepted = [json, merge, strategic, applyType];

/** The kind of patch that a content type names. Throws UnsupportedMediaType, whatever else is wrong with the request. */
export function patchTypeOf(contentType = "", typeName: string | undefined): string {
  const [bare = ""] = contentType.split(";", 1);
  const types = typeName === undefined ? accepted.filter((type) => type !== strategic) : accepted;
  if (!types.includes(bare)) throw unsupportedMediaType(types);
  return bare;
}

/**
 * What a JSON, merge or strategic merge patch makes of `current`, as a private copy. Throws ApiError.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#patch-and-update
 */
export function applyPatch({ contentType, patch, current, typeName }: PatchRequest): Record<string, unknown> {
  switch (patchTypeOf(contentType, typeName)) {
    case json:
      return objectOf(jsonPatched(current, parsed(patch, "error decoding patch: ")));
    case merge:
      return objectOf(mergePatch(current, parsed(patch, "error decoding patch: ")));
    default:
      return objectOf(strategicMerge(current as JsonMap, mapOf(patch), typeName ?? ""));
  }
}

function mapOf(patch: Uint8Array): JsonMap {
  const value = parsed(patch, "");
  if (isMap(value)) return value;
  throw badRequest(`json: cannot unmarshal ${goValueOf(value)} into Go value of type map[string]interface {}`);
}

function objectOf(patched: unknown): Record<string, unknown> {
  if (isMap(patched)) return cloneTree(patched);
  throw badRequest("the patch leaves no object");
}

/** `JSON.parse`; only what it refuses is read again for Go's words. */
function parsed(patch: Uint8Array, context: string): unknown {
  const text = decodeText(patch);
  try {
    const value: unknown = JSON.parse(text);
    countKeys(value);
    return value;
  } catch {
    throw badRequest(context + problemOf(text));
  }
}

function problemOf(text: string): string {
  try {
    jsonComplaints(text);
  } catch (error) {
    if (error instanceof JsonProblem) return error.message;
    throw error;
  }
  return "invalid JSON";
}
