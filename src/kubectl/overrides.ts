import jsonPatch, { type Operation } from "fast-json-patch";

import type { Flags } from "./flags.ts";
import { KubectlError } from "./kubectl-error.ts";

/** What `--overrides` makes of an object, by `--override-type`: a merge patch unless it says `json`. Throws KubectlError. */
export function overridden<T extends object>(object: T, flags: Flags): T {
  const text = flags.value("overrides");
  if (!text) return object;
  const type = flags.value("override-type") || "merge";
  switch (type) {
    case "merge":
      return merged(object, parsed(text)) as T;
    case "json":
      return patched(object, parsed(text));
    case "strategic":
      throw new KubectlError("this kubectl has no strategic overrides: use --override-type=merge or json");
    default:
      throw new KubectlError(`invalid override type: ${type}`);
  }
}

function patched<T extends object>(object: T, patch: unknown): T {
  try {
    return jsonPatch.applyPatch(object, patch as Operation[], true, false).newDocument;
  } catch (error) {
    throw new KubectlError(error instanceof Error ? (error.message.split("\n", 1)[0] ?? "") : String(error));
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new KubectlError("Invalid JSON Patch");
  }
}

/** A JSON merge patch. */
function merged(value: unknown, patch: unknown): unknown {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
  const base = typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
  for (const [key, one] of Object.entries(patch)) {
    if (one === null) delete (base as Record<string, unknown>)[key];
    else (base as Record<string, unknown>)[key] = merged((base as Record<string, unknown>)[key], one);
  }
  return base;
}
