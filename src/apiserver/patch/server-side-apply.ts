import { type KubeObject, type ManagedFields, sameTree } from "../../api/object.ts";
import { checkApplied } from "./applied-check.ts";
import { type Conflict, conflictError } from "./apply-conflict.ts";
import { applyMerge } from "./apply-merge.ts";
import { type Changes, compare } from "./compare.ts";
import { type Entries, fieldsOf, managerId, newEntry, sortEntries } from "./field-owners.ts";
import { difference, type FieldSet, intersection, isEmpty, noFields, union } from "./fields-v1.ts";
import type { JsonMap } from "./json.ts";
import { fieldsOfLastApplied, withLastApplied } from "./last-applied.ts";
import { trackUpdate, withoutChanges, withoutManagers } from "./managed-fields.ts";
import { appliedFields, withNamedParents } from "./object-fields.ts";
import { prune } from "./prune.ts";
import type { OpenApiSchema } from "./schema-shape.ts";
import { type Shape, shapeOf } from "./shape.ts";
import { reset, unowned } from "./unowned-fields.ts";

export interface Application {
  /** Undefined: the object is created by this. */
  readonly current: KubeObject | undefined;
  /** What the manager wants, and nothing else. */
  readonly applied: JsonMap;
  readonly manager: string;
  /** Takes what others own instead of failing. */
  readonly force: boolean;
  /** Full name in the facts; without, maps merge by key and lists are replaced. */
  readonly typeName: string | undefined;
  /** Of a custom resource. */
  readonly schema?: OpenApiSchema | undefined;
  readonly apiVersion: string;
  readonly subresource: string;
  readonly now: string;
  /** Top-level fields that this path cannot change. */
  readonly resets?: readonly string[];
}

export interface Applied {
  /** Without managedFields. */
  readonly object: JsonMap;
  readonly managedFields: Entries;
}

/** Managers of kubectl's own, whose client-side applies it takes over. */
const kubectl = "kubectl";

/**
 * Merges what a manager applies into an object, removes what it applied before and no longer does, and works out who
 * owns what from now on. Throws a conflict for what others own, unless forced.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/
 */
export function serverSideApply(application: Application): Applied {
  const { current, applied, manager, force, typeName } = application;
  const shape = shapeOf(typeName, application.schema);
  checkApplied(shape, applied);
  const live = withoutManagers(current) as JsonMap;
  const attempt = attemptApply(shape, live, application);
  if (!force) refuseConflicts(attempt.conflicts, allowedOf(shape, application));
  const isChanged = !current || !sameTree(attempt.merged, live);
  const object = isChanged ? attempt.merged : live;
  const synced = manager === kubectl ? withLastApplied(object as unknown as KubeObject, applied) : object;
  return { object: synced as JsonMap, managedFields: nextEntries(attempt, application, isChanged) };
}

interface Attempt {
  readonly merged: JsonMap;
  readonly entries: Entries;
  /** The manager's own fields from now on. */
  readonly fields: FieldSet;
  readonly changes: Changes;
  readonly conflicts: readonly Conflict[];
}

function attemptApply(shape: Shape, live: JsonMap, application: Application): Attempt {
  const { applied, resets = [] } = application;
  const entries = startingEntries(application);
  const fields = reset(appliedFields(shape, applied), resets);
  const ownId = idOf(application);
  const own = entries.find((entry) => managerId(entry) === ownId);
  const others = entries.filter((entry) => entry !== own);
  const wide = applyMerge(shape, live, applied) as JsonMap;
  const merged = own ? dropAbandoned(shape, wide, { before: reset(fieldsOf(own), resets), fields, others }) : wide;
  const { changed, removed } = compare(shape, live, merged);
  const changes = { changed: reset(changed, resets), removed: reset(removed, resets) };
  const conflicts = others
    .map((owner) => ({ owner, fields: intersection(fieldsOf(owner), changes.changed) }))
    .filter((conflict) => !isEmpty(conflict.fields))
    .toSorted((a, b) => (managerId(a.owner) < managerId(b.owner) ? -1 : 1));
  return { merged, entries: others, fields: difference(fields, unowned), changes, conflicts };
}

/** An object of which nobody knows who made it was made before the first apply. */
function startingEntries({
  current,
  typeName,
  schema,
  apiVersion,
  subresource,
  now,
  resets = [],
}: Application): Entries {
  const stored = current?.metadata.managedFields ?? [];
  if (!current || stored.length > 0) return stored;
  const { managedFields: _, ...metadata } = current.metadata;
  return trackUpdate({
    previous: undefined,
    current: { ...current, metadata },
    manager: "before-first-apply",
    operation: "Update",
    apiVersion,
    subresource,
    typeName,
    schema,
    now,
    resets,
  });
}

/** Removes what the manager applied before, applies no longer, and nobody else owns. */
function dropAbandoned(
  shape: Shape,
  merged: JsonMap,
  { before, fields, others }: { before: FieldSet; fields: FieldSet; others: Entries },
): JsonMap {
  const owned = others.reduce((set, entry) => union(set, fieldsOf(entry)), fields);
  const abandoned = difference(withNamedParents(shape, before), withNamedParents(shape, owned));
  return (prune(shape, merged, abandoned) ?? {}) as JsonMap;
}

/** kubectl may take over what its client-side apply set. */
function allowedOf(shape: Shape, { current, manager }: Application): FieldSet {
  if (manager !== kubectl || !current) return noFields;
  return fieldsOfLastApplied(shape, current);
}

function refuseConflicts(conflicts: readonly Conflict[], allowed: FieldSet): void {
  const refused = conflicts
    .map(({ owner, fields }) => ({ owner, fields: difference(fields, allowed) }))
    .filter(({ fields }) => !isEmpty(fields));
  if (refused.length > 0) throw conflictError(refused);
}

function nextEntries({ entries, fields, changes }: Attempt, application: Application, isChanged: boolean): Entries {
  const others = entries.flatMap((entry) => withoutChanges(entry, changes) ?? []);
  if (isEmpty(fields)) return sortEntries(others);
  const own = newEntry({ ...application, operation: "Apply" }, fields);
  return sortEntries([...others, isChanged ? own : { ...own, time: timeBefore(application) }]);
}

/** An apply that changes nothing leaves the time as it was. */
function timeBefore(application: Application): string {
  const ownId = idOf(application);
  const before = application.current?.metadata.managedFields?.find((entry) => managerId(entry) === ownId);
  return before?.time ?? application.now;
}

function idOf({ manager, subresource }: Application): string {
  const entry: ManagedFields = { manager: manager || "unknown", operation: "Apply", subresource };
  return managerId(entry);
}

/** `default/web; apps/v1, Kind=Deployment` */
