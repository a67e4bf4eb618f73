import { keyOf, type KubeObject, type ObjectKey } from "../api/object.ts";
import type { ResourceDefinition } from "../resources/definition.ts";
import type { Client, WatchEvent } from "./client.ts";
import { type IndexFunction, InformerIndex } from "./informer-index.ts";

type Handler<T extends KubeObject> = (event: WatchEvent<T>) => void;

/** The objects of one resource as they are now, kept by a watch: reading is synchronous and never stale. */
export class Informer<T extends KubeObject> {
  readonly #objects = new Map<string, Map<string, T>>();
  /** Lists that have been asked for since their last change; undefined: of all namespaces. */
  readonly #lists = new Map<string | undefined, readonly T[]>();
  readonly #indexes = new Map<string, InformerIndex<T>>();
  readonly #handlers = new Set<Handler<T>>();

  constructor(client: Client, resource: ResourceDefinition<T>) {
    client.watch(resource, (event) => {
      this.#take(event);
    });
  }

  get({ namespace, name }: ObjectKey): T | undefined {
    return this.#objects.get(namespace)?.get(name);
  }

  /** The same array until one of its objects changes. */
  list(namespace?: string): readonly T[] {
    let list = this.#lists.get(namespace);
    if (!list) {
      list =
        namespace === undefined
          ? [...this.#objects.keys()].flatMap((each) => this.list(each))
          : [...(this.#objects.get(namespace)?.values() ?? [])];
      this.#lists.set(namespace, list);
    }
    return list;
  }

  /** Makes `byIndex(name, …)` possible; adding the same name again changes nothing. */
  addIndex(name: string, valuesOf: IndexFunction<T>): void {
    if (this.#indexes.has(name)) return;
    const index = new InformerIndex(valuesOf);
    for (const object of this.list()) index.replace(idOf(object), undefined, object);
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

  /** The same for the objects that an index has under a value; an object that leaves it is told of once more. */
  onChangeOf(index: string, value: string, handler: Handler<T>): () => void {
    const found = this.#indexes.get(index);
    if (!found) throw new Error(`no index ${JSON.stringify(index)}`);
    for (const object of found.get(value)) handler({ type: "ADDED", object });
    return found.follow(value, handler);
  }

  #take({ type, object }: WatchEvent<T>): void {
    const { namespace, name } = keyOf(object);
    const previous = this.#objects.get(namespace)?.get(name);
    const next = type === "DELETED" ? undefined : object;
    if (next) this.#put(namespace, name, next);
    else this.#remove(namespace, name);
    this.#lists.delete(namespace);
    this.#lists.delete(undefined);
    const id = idOf(object);
    for (const index of this.#indexes.values()) index.replace(id, previous, next);
    const event = { type, object, ...(previous ? { previous } : {}) };
    for (const handler of this.#handlers) handler(event);
    for (const index of this.#indexes.values()) index.tell(event);
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

function idOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ""}/${metadata.name}`;
}
