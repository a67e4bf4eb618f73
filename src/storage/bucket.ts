import type { KubeObject, ObjectKey } from "../api/object.ts";
import { CompactedError, type StoreEvent } from "./store-event.ts";

interface Watcher {
  readonly namespace: string | undefined;
  readonly onEvent: (event: StoreEvent) => void;
}

/** The objects of one resource, their change log and whoever watches them. */
export class Bucket {
  readonly #objects = new Map<string, Map<string, KubeObject>>();
  readonly #sorted = new Map<string | undefined, readonly KubeObject[]>();
  readonly #watchers = new Set<Watcher>();
  readonly #historyLimit: number;
  #log: StoreEvent[] = [];
  #compactedRevision = 0;

  constructor(historyLimit: number) {
    this.#historyLimit = historyLimit;
  }

  get({ namespace, name }: ObjectKey): KubeObject | undefined {
    return this.#objects.get(namespace)?.get(name);
  }

  list(namespace?: string): readonly KubeObject[] {
    let sorted = this.#sorted.get(namespace);
    if (!sorted) {
      sorted = namespace === undefined ? this.#listAll() : this.#listNamespace(namespace);
      this.#sorted.set(namespace, sorted);
    }
    return sorted;
  }

  /** Returns what was there before. */
  put({ namespace, name }: ObjectKey, object: KubeObject): KubeObject | undefined {
    let objects = this.#objects.get(namespace);
    if (!objects) {
      objects = new Map();
      this.#objects.set(namespace, objects);
    }
    const previous = objects.get(name);
    objects.set(name, object);
    this.#forgetSorted(namespace);
    return previous;
  }

  remove({ namespace, name }: ObjectKey): KubeObject | undefined {
    const objects = this.#objects.get(namespace);
    const previous = objects?.get(name);
    if (!objects || !previous) return undefined;
    objects.delete(name);
    if (objects.size === 0) this.#objects.delete(namespace);
    this.#forgetSorted(namespace);
    return previous;
  }

  append(event: StoreEvent): void {
    this.#log.push(event);
    if (this.#log.length > this.#historyLimit * 2) this.#trim();
    for (const watcher of this.#watchers) deliver(event, watcher);
  }

  watch(after: number, namespace: string | undefined, onEvent: (event: StoreEvent) => void): () => void {
    if (after < this.#compactedRevision) throw new CompactedError(this.#compactedRevision);
    const watcher: Watcher = { namespace, onEvent };
    for (const event of this.#log.slice(this.#firstAfter(after))) deliver(event, watcher);
    this.#watchers.add(watcher);
    return () => {
      this.#watchers.delete(watcher);
    };
  }

  /** What was there at a revision: the changes since then taken back. Throws CompactedError. */
  listAt(revision: number, namespace?: string): readonly KubeObject[] {
    if (revision < this.#compactedRevision) throw new CompactedError(this.#compactedRevision);
    const since = this.#log.slice(this.#firstAfter(revision));
    if (since.length === 0) return this.list(namespace);
    const objects = new Map(this.list(namespace).map((object) => [idOf(object), object]));
    for (const { object, previous } of since.toReversed()) {
      if (namespace !== undefined && object.metadata.namespace !== namespace) continue;
      if (previous) objects.set(idOf(object), previous);
      else objects.delete(idOf(object));
    }
    const entries = [...objects].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return entries.map(([, object]) => object);
  }

  /** Forgets the changes up to a revision. */
  compact(revision: number): void {
    this.#log = this.#log.slice(this.#firstAfter(revision));
    this.#compactedRevision = Math.max(revision, this.#compactedRevision);
  }

  #trim(): void {
    const dropped = this.#log.length - this.#historyLimit;
    this.#compactedRevision = this.#log[dropped - 1]?.revision ?? this.#compactedRevision;
    this.#log = this.#log.slice(dropped);
  }

  /** The log is in order of revision, so halving finds the place. */
  #firstAfter(revision: number): number {
    let low = 0;
    let high = this.#log.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#log[middle]?.revision ?? 0) > revision) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #listAll(): readonly KubeObject[] {
    const namespaces = [...this.#objects.keys()].toSorted();
    return Object.freeze(namespaces.flatMap((namespace) => [...this.list(namespace)]));
  }

  #listNamespace(namespace: string): readonly KubeObject[] {
    const entries = [...(this.#objects.get(namespace) ?? [])];
    entries.sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.freeze(entries.map(([, object]) => object));
  }

  #forgetSorted(namespace: string): void {
    this.#sorted.delete(namespace);
    this.#sorted.delete(undefined);
  }
}

/** Sorts as namespace, then name: no name has a character below the separator. */
function idOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ""}\u0000${metadata.name}`;
}

function deliver(event: StoreEvent, { namespace, onEvent }: Watcher): void {
  if (namespace === undefined || event.object.metadata.namespace === namespace) onEvent(event);
}
