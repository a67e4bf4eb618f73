import { type KubeObject, type OwnerReference, sameTree } from "../api/object.ts";

/** An object that names every owner once; `uids` are those of the owners that were named again. */
export function withOwnersOnce(object: KubeObject): { readonly object: KubeObject; readonly uids: readonly string[] } {
  const { ownerReferences: given = [] } = object.metadata;
  const kept: OwnerReference[] = [];
  const uids: string[] = [];
  for (const owner of given) {
    if (kept.some((one) => one.uid === owner.uid && sameTree(one, owner))) uids.push(owner.uid);
    else kept.push(owner);
  }
  if (uids.length === 0) return { object, uids };
  return { object: { ...object, metadata: { ...object.metadata, ownerReferences: kept } }, uids };
}

/** What the API server warns of then. */
export function ownersTwice(uids: readonly string[]): string {
  const advice =
    "API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests";
  return `.metadata.ownerReferences contains duplicate entries; ${advice}; duplicate UID(s) observed: ${uids.join(", ")}`;
}
