import { type Entries, fieldsOf, managerId, sortEntries, withFields } from "./field-owners.ts";
import { difference, type FieldSet, intersection, isEmpty, member } from "./fields-v1.ts";
import { fieldElement } from "./path-element.ts";

/** Where an object says how many of it there shall be. */
export interface ReplicasField {
  readonly path: readonly string[];
  /** In which version of its kind. */
  readonly apiVersion: string;
}

export const replicasOfScale: ReplicasField = { path: ["spec", "replicas"], apiVersion: "autoscaling/v1" };

/** Who owns an object's replicas, in the words of its Scale. */
export function entriesOfScale(entries: Entries, { path }: ReplicasField): Entries {
  const replicas = setAt(path);
  return entries
    .filter((entry) => !isEmpty(intersection(fieldsOf(entry), replicas)))
    .map((entry) => moved(entry, replicasOfScale));
}

/** An object's entries after its Scale was applied: whoever owns the replicas there does so here, and nobody else. */
export function entriesOfScaled(before: Entries, ofScale: Entries, replicas: ReplicasField): Entries {
  const own = setAt(replicas.path);
  const owners = new Map(ofScale.map((entry) => [managerId({ ...entry, apiVersion: "" }), entry]));
  const kept = before.flatMap((entry) => {
    if (isEmpty(intersection(fieldsOf(entry), own))) return entry;
    if (owners.delete(managerId({ ...entry, apiVersion: "" }))) return entry;
    const others = difference(fieldsOf(entry), own);
    return isEmpty(others) ? [] : withFields(entry, others);
  });
  return sortEntries([...kept, ...[...owners.values()].map((entry) => moved(entry, replicas))]);
}

function moved(entry: Entries[number], { path, apiVersion }: ReplicasField): Entries[number] {
  return { ...withFields(entry, setAt(path)), apiVersion };
}

function setAt(path: readonly string[]): FieldSet {
  return path.reduceRight<FieldSet>((inner, name) => ({ [fieldElement(name)]: inner }), member);
}
