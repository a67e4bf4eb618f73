import type { KubeObject, ObjectKey } from "../../api/object.ts";
import type { ResourceDefinition } from "../../resources/definition.ts";

/** An object as the garbage collector sees it: who it is and whom it belongs to. */
export interface Item {
  readonly resource: ResourceDefinition;
  readonly key: ObjectKey;
  readonly object: KubeObject;
}

/** Who owns whom, by uid, over all resources. */
export class Ownership {
  readonly #items = new Map<string, Item>();
  readonly #dependents = new Map<string, Set<string>>();

  /** Takes in the present state of an object. */
  put(item: Item): void {
    const uid = item.object.metadata.uid ?? "";
    this.#unlink(this.#items.get(uid));
    this.#items.set(uid, item);
    for (const owner of ownerUids(item)) {
      const dependents = this.#dependents.get(owner);
      if (dependents) dependents.add(uid);
      else this.#dependents.set(owner, new Set([uid]));
    }
  }

  remove(uid: string): void {
    this.#unlink(this.#items.get(uid));
    this.#items.delete(uid);
  }

  get(uid: string): Item | undefined {
    return this.#items.get(uid);
  }

  dependentsOf(uid: string): readonly Item[] {
    return [...(this.#dependents.get(uid) ?? [])].flatMap((dependent) => this.#items.get(dependent) ?? []);
  }

  #unlink(item: Item | undefined): void {
    if (!item) return;
    for (const owner of ownerUids(item)) {
      const dependents = this.#dependents.get(owner);
      dependents?.delete(item.object.metadata.uid ?? "");
      if (dependents?.size === 0) this.#dependents.delete(owner);
    }
  }
}

function ownerUids({ object }: Item): readonly string[] {
  return (object.metadata.ownerReferences ?? []).map(({ uid }) => uid);
}
