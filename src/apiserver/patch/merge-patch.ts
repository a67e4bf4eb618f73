import { isMap } from "./json.ts";

/** RFC 7386: maps merge, null removes, all else replaces. What the patch does not touch is shared with `current`. */
export function mergePatch(current: unknown, patch: unknown): Record<string, unknown> {
  return merged(current, patch) as Record<string, unknown>;
}

function merged(current: unknown, patch: unknown): unknown {
  if (!isMap(patch)) return patch;
  const result: Record<string, unknown> = isMap(current) ? { ...current } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else if (value !== undefined) result[key] = merged(result[key], value);
  }
  return result;
}
