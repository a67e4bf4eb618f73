import { keyOf, type KubeObject, type ObjectKey } from "../api/object.ts";
import type { ResourceDefinition } from "../resources/definition.ts";
import type { Client, WatchEvent } from "./client.ts";

type Handler<T extends KubeObject> = (event: WatchEvent<T>) => void;

/** Values under which an object is found; none: not in the index. */
type IndexFunction<T> = (object: T) => readonly string[];

/** The objects of one resource as they are now, kept by a watch: reading is synchronous and never stale. */
export class Informer<T extends KubeObject> {
  readonly #objects = new Map<string, Map<string, T>>();
  readonly #indexes = new Map<string, Index<T>>();
  readonly #handlers = new Set<Handler<T>>();

  constructor(client: Client, resource: ResourceDefinition<T>) {
    client.watch(resource, (event) => {
      this.#take(event);
    });
  }

  get({ namespace, name }: ObjectKey): T | undefined {
    return this.#objects.get(namespace)?.get(name);
  }

  list(namespace?: string): readonly T[] {
    if (namespace !== undefined) return [...(this.#objects.get(namespace)?.values() ?? [])];
    return [...this.#objects.values()].flatMap((objects) => [...objects.values()]);
  }

  /** Makes `byIndex(name, …)` possible; adding the same name again changes nothing. */
  addIndex(name: string, valuesOf: IndexFunction<T>): void {
    if (this.#indexes.has(name)) return;
    const index = new Index(valuesOf);
    for (const object of this.list()) index.add(object);
    this.#indexes.set(name, index);
  }

  byIndex(name: string, value: string): readonly T[] {
    return this.#indexes.get(name)?.get(value) ?? [];
  }

  /** Tells of every object there is (as ADDED), then of every change. The returned function stops. */
  onChange(handler: Handler<T>): () => void {
    for (const object of this.list()) handler({ type: "ADDED", object });
    this.#handlers.add(handler);
    return () => {
      this.#handlers.delete(handler);
    };
  }

  #take({ type, object }: WatchEvent<T>): void {
    const { namespace, name } = keyOf(object);
    const previous = this.#objects.get(namespace)?.get(name);
    for (const index of this.#indexes.values()) {
      if (previous) index.remove(previous);
      if (type !== "DELETED") index.add(object);
    }
    if (type === "DELETED") this.#remove(namespace, name);
    else this.#put(namespace, name, object);
    for (const handler of this.#handlers) handler({ type, object, ...(previous ? { previous } : {}) });
  }

  #put(namespace: string, name: string, object: T): void {
    const objects = this.#objects.get(namespace);
    if (objects) objects.set(name, object);
    else this.#objects.set(namespace, new Map([[name, object]]));
  }

  #remove(namespace: string, name: string): void {
    const objects = this.#objects.get(namespace);
    objects?.delete(name);
    if (objects?.size === 0) this.#objects.delete(namespace);
  }
}

class Index<T extends KubeObject> {
  readonly #valuesOf: IndexFunction<T>;
  readonly #found = new Map<string, Map<string, T>>();

  constructor(valuesOf: IndexFunction<T>) {
    this.#valuesOf = valuesOf;
  }

  get(value: string): readonly T[] {
    return [...(this.#found.get(value)?.values() ?? [])];
  }

  add(object: T): void {
    for (const value of this.#valuesOf(object)) {
      const objects = this.#found.get(value);
      if (objects) objects.set(idOf(object), object);
      else this.#found.set(value, new Map([[idOf(object), object]]));
    }
  }

  remove(object: T): void {
    for (const value of this.#valuesOf(object)) {
      const objects = this.#found.get(value);
      objects?.delete(idOf(object));
      if (objects?.size === 0) this.#found.delete(value);
    }
  }
}

function idOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ""}/${metadata.name}`;
}

/** One informer a resource, shared by all who ask. */
export class Informers {
  readonly #client: Client;
  readonly #informers = new Map<ResourceDefinition, Informer<KubeObject>>();

  constructor(client: Client) {
    this.#client = client;
  }

  for<T extends KubeObject>(resource: ResourceDefinition<T>): Informer<T> {
    const untyped = resource as unknown as ResourceDefinition;
    let informer = this.#informers.get(untyped);
    if (!informer) {
      informer = new Informer(this.#client, untyped);
      this.#informers.set(untyped, informer);
    }
    return informer as unknown as Informer<T>;
  }
}
