import type { KubeObject } from "../api/object.ts";
import type { WatchEvent } from "./client.ts";

/** Values under which an object is found; none: not in the index. */
export type IndexFunction<T> = (object: T) => readonly string[];

type Handler<T extends KubeObject> = (event: WatchEvent<T>) => void;

/** What is known under one value. */
interface Entry<T extends KubeObject> {
  /** By id, in the order they came. */
  readonly objects: Map<string, T>;
  /** The same, once it has been asked for. */
  list: readonly T[] | undefined;
}

/** An informer's objects by the values that a function gives them. */
export class InformerIndex<T extends KubeObject> {
  readonly #valuesOf: IndexFunction<T>;
  readonly #entries = new Map<string, Entry<T>>();
  readonly #followers = new Map<string, Set<Handler<T>>>();

  constructor(valuesOf: IndexFunction<T>) {
    this.#valuesOf = valuesOf;
  }

  /** The same array until one of its objects changes. */
  get(value: string): readonly T[] {
    const entry = this.#entries.get(value);
    if (!entry) return [];
    entry.list ??= [...entry.objects.values()];
    return entry.list;
  }

  replace(id: string, previous: T | undefined, next: T | undefined): void {
    const values = next ? this.#valuesOf(next) : [];
    if (previous) {
      for (const value of this.#valuesOf(previous)) if (!values.includes(value)) this.#remove(id, value);
    }
    if (next) for (const value of values) this.#put(id, value, next);
  }

  /** Tells of an index value's objects. The returned function stops. */
  follow(value: string, handler: Handler<T>): () => void {
    const followers = this.#followers.get(value) ?? new Set();
    followers.add(handler);
    this.#followers.set(value, followers);
    return () => {
      followers.delete(handler);
      if (followers.size === 0 && this.#followers.get(value) === followers) this.#followers.delete(value);
    };
  }

  tell(event: WatchEvent<T>): void {
    if (this.#followers.size === 0) return;
    const { object, previous } = event;
    const values = new Set([...(previous ? this.#valuesOf(previous) : []), ...this.#valuesOf(object)]);
    for (const value of values) for (const handler of this.#followers.get(value) ?? []) handler(event);
  }

  #put(id: string, value: string, object: T): void {
    const entry = this.#entries.get(value);
    if (entry) {
      entry.objects.set(id, object);
      entry.list = undefined;
    } else this.#entries.set(value, { objects: new Map([[id, object]]), list: undefined });
  }

  #remove(id: string, value: string): void {
    const entry = this.#entries.get(value);
    if (!entry?.objects.delete(id)) return;
    entry.list = undefined;
    if (entry.objects.size === 0) this.#entries.delete(value);
  }
}
