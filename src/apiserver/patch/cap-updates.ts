import type { ManagedFields } from "../../api/object.ts";
import { type Entries, fieldsOf, managerId, newEntry, sortEntries, timeOf } from "./field-owners.ts";
import { union } from "./fields-v1.ts";

const maxUpdateManagers = 10;
const bucketName = "ancient-changes";

/** Beyond ten updaters the oldest of one version share an entry, so that the list does not grow for ever. */
export function capUpdates(entries: Entries): Entries {
  const updates = entries.filter(({ operation }) => operation === "Update");
  let excess = updates.length - maxUpdateManagers;
  if (excess <= 0) return entries;
  const kept = new Map(entries.map((entry) => [managerId(entry), entry]));
  const oldestOfVersion = new Map<string, string>();
  for (const entry of updates.toSorted(byAge)) {
    if (excess <= 0) break;
    const version = entry.apiVersion ?? "";
    const oldest = oldestOfVersion.get(version);
    if (oldest === undefined) {
      oldestOfVersion.set(version, managerId(entry));
    } else if (mergeInto(kept, oldest, entry)) {
      excess--;
    }
  }
  return sortEntries([...kept.values()]);
}

function byAge(a: ManagedFields, b: ManagedFields): number {
  return timeOf(a) - timeOf(b) || (managerId(a) < managerId(b) ? -1 : 1);
}

/** Moves an entry's fields into its version's bucket, which begins as the oldest entry. False for the bucket itself. */
function mergeInto(kept: Map<string, ManagedFields>, oldest: string, entry: ManagedFields): boolean {
  const place = {
    manager: bucketName,
    operation: "Update",
    apiVersion: entry.apiVersion ?? "",
    subresource: "",
  } as const;
  const bucketId = managerId(place);
  if (managerId(entry) === bucketId) return false;
  const first = kept.get(bucketId) ?? kept.get(oldest);
  if (!kept.has(bucketId)) kept.delete(oldest);
  kept.delete(managerId(entry));
  const fields = union(fieldsOf(first ?? entry), fieldsOf(entry));
  kept.set(bucketId, newEntry({ ...place, now: entry.time ?? "" }, fields));
  return true;
}
