import { decodeText } from "../../api/bytes.ts";
import { type ApiError, invalid, invalidObject } from "../../api/status.ts";
import { isMap } from "./json.ts";

/** Says of a patch that what it makes cannot be an object of its kind; `problem` is what reading that object tells. */
export function patchRefused(contentType: string, patch: Uint8Array, patched: object, problem: string): ApiError {
  const error =
    contentType === "application/strategic-merge-patch+json"
      ? invalid("patch", goText(JSON.parse(decodeText(patch))), restoringProblem(problem))
      : invalid("patch", JSON.stringify(Object.fromEntries(Object.entries(patched).toSorted(byKey))), problem);
  return invalidObject({ group: "", kind: "" }, "", [error]);
}

/** As Go prints maps: `map[a:1 b:[x y]]`. */
function goText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => goText(item)).join(" ")}]`;
  if (value === null) return "<nil>";
  if (typeof value === "string") return value;
  if (!isMap(value)) return JSON.stringify(value);
  const entries = Object.entries(value).toSorted(byKey);
  return `map[${entries.map(([key, item]) => `${key}:${goText(item)}`).join(" ")}]`;
}

function byKey([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}

const kinds: Readonly<Record<string, readonly [kind: string, type: string]>> = {
  array: ["slice", "[]interface {}"],
  bool: ["bool", "bool"],
  number: ["int64", "int64"],
  object: ["map", "map[string]interface {}"],
  string: ["string", "string"],
};

/** A strategic merge patch's result is no JSON when it is read, so that upstream has other words for a wrong type. */
function restoringProblem(problem: string): string {
  const [, given = "", wanted = ""] = /^json: cannot unmarshal (\w+).* of type (\S+)$/u.exec(problem) ?? [];
  const [kind, type] = kinds[given] ?? [];
  if (kind === undefined || type === undefined) return problem;
  if (wanted.startsWith("[]")) return `cannot restore slice from ${kind}`;
  if (wanted.startsWith("map[")) return `cannot restore map from ${kind}`;
  if (/[A-Z]/u.test(wanted)) return `cannot restore struct from: ${kind}`;
  // Go would convert a number to text, if it were let to; other scalars it cannot.
  return given === "number" && wanted !== "bool"
    ? `cannot convert ${type} to ${wanted}`
    : `unrecognized type: ${wanted}`;
}
