import jsonPatch, { type Operation } from "fast-json-patch";

import { cloneTree } from "../../api/object.ts";
import { badRequest, requestEntityTooLarge, unprocessable } from "../../api/status.ts";
import { goValueOf } from "../schema/go-names.ts";
import { isMap } from "./json.ts";

const maxOperations = 10_000;

/**
 * RFC 6902. Every operation that cannot be carried out answers the same 422, as upstream does: the cause stays untold.
 * Changes nothing in `current`.
 */
export function jsonPatched(current: unknown, operations: unknown): unknown {
  if (!Array.isArray(operations)) {
    throw badRequest(`json: cannot unmarshal ${goValueOf(operations)} into Go value of type jsonpatch.Patch`);
  }
  const odd = operations.find((operation) => !isMap(operation));
  if (odd !== undefined) {
    throw badRequest(`json: cannot unmarshal ${goValueOf(odd)} into Go value of type jsonpatch.Operation`);
  }
  if (operations.length > maxOperations) {
    const why = `The allowed maximum operations in a JSON patch is ${maxOperations}, got ${operations.length}`;
    throw requestEntityTooLarge(why);
  }
  let document: unknown = cloneTree(current);
  for (const operation of operations as Operation[]) document = applied(document, operation);
  return document;
}

/** What they leave out is null. */
const takesValue: ReadonlySet<string> = new Set(["add", "replace", "test"]);

function applied(document: unknown, operation: Operation): unknown {
  const whole = takesValue.has(operation.op) ? { value: null, ...operation } : operation;
  const resolved = ofMissing(document, { ...whole, ...fromTheEnd(document, operation) });
  if (!resolved) return document;
  try {
    return jsonPatch.applyOperation(document, resolved, true, true, true).newDocument;
  } catch {
    throw unprocessable();
  }
}

/**
 * What is not in a map counts as null, other than in the RFC: to replace it adds it, to copy it adds a null, and a test
 * for null holds, so that nothing is left to do.
 */
function ofMissing(document: unknown, operation: Operation): Operation | undefined {
  const { op, path } = operation;
  const pointer = op === "copy" ? operation.from : path;
  if (!isMissing(document, pointer)) return operation;
  if (op === "replace") return { ...operation, op: "add" };
  if (op === "copy") return { op: "add", path, value: null };
  return op === "test" && (operation.value ?? null) === null ? undefined : operation;
}

/** Whether a pointer leads to a map that lacks only its last step. */
function isMissing(document: unknown, pointer: unknown): boolean {
  if (typeof pointer !== "string") return false;
  const names = pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  const last = names.pop();
  const parent = names.reduce<unknown>(
    (at, name) => (at as Record<string, unknown> | null | undefined)?.[name],
    document,
  );
  return last !== undefined && isMap(parent) && !Object.hasOwn(parent, last);
}

/** Index -1 is a list's last item: no part of the RFC, but understood by the API server. */
function fromTheEnd(document: unknown, operation: Operation): Record<string, string> {
  const pointers = Object.entries(operation).filter(([field]) => field === "path" || field === "from");
  return Object.fromEntries(
    pointers.flatMap(([field, pointer]) =>
      typeof pointer === "string" && pointer.includes("/-") ? [[field, counted(document, pointer)]] : [],
    ),
  );
}

function counted(document: unknown, pointer: string): string {
  let at = document;
  const steps = pointer.split("/").map((step, depth) => {
    if (depth === 0) return step;
    const name = step.replaceAll("~1", "/").replaceAll("~0", "~");
    const index = Array.isArray(at) && /^-\d+$/u.test(name) ? String(at.length + Number(name)) : undefined;
    at = (at as Record<string, unknown> | null | undefined)?.[index ?? name];
    return index ?? step;
  });
  return steps.join("/");
}
