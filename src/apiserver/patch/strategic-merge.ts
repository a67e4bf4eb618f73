import { badRequest, unknownError } from "../../api/status.ts";
import { type FieldFact, jsonFieldsOf } from "../../api/type-facts.ts";
import { goType, goValue, isMap, type JsonMap } from "./json.ts";
import {
  deletePrefix,
  directive,
  isDirective,
  orderPrefix,
  retainKeys,
  withoutDirectives,
} from "./strategic-directives.ts";
import { mergeLists } from "./strategic-list.ts";
import { checkOrder, ordered } from "./strategic-order.ts";

type List = readonly unknown[];

/**
 * Merges by each field's patch strategy and merge key. What the patch does not touch is shared with `current`. Throws ApiError.
 * https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md
 */
export function strategicMerge(current: JsonMap, patch: JsonMap, typeName: string): JsonMap {
  return mergeMaps(current, patch, { ref: typeName });
}

/** `place` is what the facts say of both; undefined where any key may stand. */
function mergeMaps(original: JsonMap, patch: JsonMap, place: FieldFact | undefined): JsonMap {
  if (directive in patch) return directed(patch);
  const merged = retained(original, patch);
  const done = new Set<string>();
  for (const [key, order] of Object.entries(patch)) {
    if (!key.startsWith(orderPrefix)) continue;
    const field = key.slice(orderPrefix.length);
    done.add(field);
    mergeOrdered({ merged, patch, field, order }, place);
  }
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith(deletePrefix)) deleteItems(merged, key.slice(deletePrefix.length), value);
    else if (!isDirective(key) && !done.has(key)) mergeField(merged, key, value, childOf(place, key));
  }
  return merged;
}

function directed(patch: JsonMap): JsonMap {
  const { [directive]: what, ...rest } = patch;
  if (what === "replace") return rest;
  if (what === "delete") return {};
  throw unknownError(`unknown patch type: ${goValue(what)} in map: ${goValue(patch)}`);
}

/** A copy of `original` with only the fields that the patch's `$retainKeys` names, if it has one. */
function retained(original: JsonMap, patch: JsonMap): Record<string, unknown> {
  const kept = patch[retainKeys];
  if (kept === undefined) return { ...original };
  const stray = Object.keys(patch).some(
    (key) => !isDirective(key) && patch[key] !== null && Array.isArray(kept) && !kept.includes(key),
  );
  if (!Array.isArray(kept) || stray) throw badRequest("invalid patch format of retainKeys");
  return Object.fromEntries(Object.entries(original).filter(([key]) => kept.includes(key)));
}

interface OrderedField {
  readonly merged: Record<string, unknown>;
  readonly patch: JsonMap;
  readonly field: string;
  readonly order: unknown;
}

/** A list that comes with `$setElementOrder`: the order may change where no item does. */
function mergeOrdered({ merged, patch, field, order }: OrderedField, place: FieldFact | undefined): void {
  const wanted = listOf(order) ?? [];
  const original = listOf(merged[field]);
  const patched = listOf(patch[field]);
  const fact = childOf(place, field);
  if (place?.ref && !fact) {
    const struct = place.ref.slice(place.ref.lastIndexOf(".") + 1);
    throw unknownError(`unable to find api field in struct ${struct} for the json field "${field}"`);
  }
  const mergeKey = fact?.patchMergeKey ?? "";
  if (patched) checkOrder(patched, wanted, mergeKey);
  const both = bothOf(original, patched, fact);
  if (both) merged[field] = ordered(both, { wanted, original: original ?? [], mergeKey });
}

function bothOf(original: List | undefined, patched: List | undefined, fact: FieldFact | undefined): List | undefined {
  if (!patched) return original;
  return original ? mergeListField(original, patched, fact) : (withoutDirectives(patched) as List);
}

function listOf(value: unknown): List | undefined {
  if (value === undefined || Array.isArray(value)) return value;
  throw unknownError(`expected a []interface {}, but received a ${goType(value)}`);
}

function deleteItems(merged: Record<string, unknown>, field: string, items: unknown): void {
  const current = merged[field];
  if (!Array.isArray(current) || !Array.isArray(items)) return;
  merged[field] = current.filter((item) => !items.includes(item));
}

function mergeField(merged: Record<string, unknown>, key: string, value: unknown, fact: FieldFact | undefined): void {
  const current = merged[key];
  if (value === null) delete merged[key];
  else if (isMap(current) && isMap(value)) merged[key] = isReplaced(fact) ? value : mergeMaps(current, value, fact);
  else if (Array.isArray(current) && Array.isArray(value)) merged[key] = mergeListField(current, value, fact);
  else {
    const plain = withoutDirectives(value);
    if (plain === undefined) delete merged[key];
    else merged[key] = plain;
  }
}

function mergeListField(original: List, patch: List, fact: FieldFact | undefined): List {
  if (!strategiesOf(fact).includes("merge")) return patch;
  const mergeItems = (item: JsonMap, change: JsonMap): JsonMap => mergeMaps(item, change, fact?.items);
  return mergeLists(original, patch, { mergeKey: fact?.patchMergeKey ?? "", mergeItems });
}

function isReplaced(fact: FieldFact | undefined): boolean {
  return strategiesOf(fact).includes("replace");
}

function strategiesOf(fact: FieldFact | undefined): readonly string[] {
  return fact?.patchStrategy?.split(",") ?? [];
}

function childOf(place: FieldFact | undefined, key: string): FieldFact | undefined {
  if (place?.ref) return jsonFieldsOf(place.ref)[key];
  return typeof place?.additionalProperties === "object" ? place.additionalProperties : undefined;
}
