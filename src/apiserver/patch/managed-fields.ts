import { type KubeObject, type ManagedFields, sameTree } from "../../api/object.ts";
import { capUpdates } from "./cap-updates.ts";
import { type Changes, compare } from "./compare.ts";
import {
  type Entries,
  fieldsOf,
  managerId,
  newEntry,
  type NewEntry,
  parseEntries,
  sortEntries,
  withFields,
} from "./field-owners.ts";
import { difference, type FieldSet, isEmpty, recursiveDifference, union } from "./fields-v1.ts";
import type { OpenApiSchema } from "./schema-shape.ts";
import { shapeOf } from "./shape.ts";
import { reset, unowned } from "./unowned-fields.ts";

export interface TrackedUpdate extends NewEntry {
  readonly operation: "Update";
  /** Undefined for a create. */
  readonly previous: KubeObject | undefined;
  /** As the client wants it, defaults filled in. Its managedFields count if they are whole. */
  readonly current: KubeObject;
  /** Full name in the facts; undefined for custom resources, whose shape is that of `schema`. */
  readonly typeName: string | undefined;
  readonly schema?: OpenApiSchema | undefined;
  /** Top-level fields that this path cannot change: nobody comes to own them by it. */
  readonly resets?: readonly string[];
}

/**
 * managedFields after a create, update or patch: the manager owns what it changed, and nobody else does.
 * Gives the previous array when nothing changed; an object without entries stays without.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
 */
export function trackUpdate(update: TrackedUpdate): Entries {
  const { previous, current, typeName, schema, resets = [] } = update;
  const entries = startingEntries(update);
  if (previous && entries.length === 0) return entries;
  const changes = compare(shapeOf(typeName, schema), withoutManagers(previous), withoutManagers(current));
  const changed = difference(reset(changes.changed, resets), unowned);
  const removed = reset(changes.removed, resets);
  if (isEmpty(changed) && isEmpty(removed)) return entries;
  return capUpdates(sortEntries(withUpdate(entries, { changed, removed }, update)));
}

/** Whether two lists of entries say the same but for their times. */
export function sameManagers(a: Entries = [], b: Entries = []): boolean {
  if (a === b) return true;
  const timeless = (entry: ManagedFields): unknown => ({ ...entry, time: undefined });
  return a.length === b.length && sameTree(a.map(timeless), b.map(timeless));
}

/** What nobody owns when it is gone, and one manager alone when it changed. Entries left with nothing vanish. */
export function withoutChanges(entry: ManagedFields, { changed, removed }: Changes): ManagedFields | undefined {
  const fields = recursiveDifference(difference(fieldsOf(entry), changed), removed);
  return isEmpty(fields) ? undefined : withFields(entry, fields);
}

/** An object without its managedFields: they own no field themselves. */
export function withoutManagers(object: KubeObject | undefined): unknown {
  if (!object) return {};
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** Those the client sent, if they are whole; else those that are stored. `[]` and `[{}]` take all away. */
function startingEntries({ previous, current, subresource }: TrackedUpdate): Entries {
  const stored = previous?.metadata.managedFields ?? [];
  const { managedFields: sent } = current.metadata;
  if (subresource || sent === undefined || sent === stored) return stored;
  if (sent.length === 0) return [];
  if (sent.length === 1 && Object.keys(sent[0] ?? {}).length === 0) return [];
  return sameTree(sent, stored) ? stored : (parseEntries(sent) ?? stored);
}

function withUpdate(entries: Entries, changes: Changes, update: TrackedUpdate): Entries {
  const own = newEntry(update, changes.changed);
  const ownId = managerId(own);
  const isTaking = !isEmpty(changes.changed);
  const result = entries.flatMap((entry) => {
    if (isTaking && managerId(entry) === ownId) return [];
    return withoutChanges(entry, changes) ?? [];
  });
  if (!isTaking) return result;
  const before = entries.find((entry) => managerId(entry) === ownId);
  return [...result, before ? grown(before, changes, update) : own];
}

function grown(
  before: ManagedFields,
  { changed, removed }: Changes,
  { now, apiVersion }: TrackedUpdate,
): ManagedFields {
  const fields: FieldSet = union(recursiveDifference(fieldsOf(before), removed), changed);
  if (fields === before.fieldsV1 && before.time === now) return before;
  return { ...before, apiVersion, time: now, fieldsType: "FieldsV1", fieldsV1: fields };
}
