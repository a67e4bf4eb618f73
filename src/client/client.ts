import type { KubeObject, ObjectKey } from "../api/object.ts";
import type { DeleteOptions } from "../api/types.gen.ts";
import type { ResourceDefinition, Subresource } from "../resources/definition.ts";

export interface WatchEvent<T extends KubeObject = KubeObject> {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly object: T;
  /** What it replaced, when that is known. */
  readonly previous?: T;
}

/**
 * How every component but the API server sees the cluster. A resource definition
 * is the typed handle, so there is no generated client: `client.get(pods, key)` is a `Pod`.
 * What it returns is frozen and shared. Failures are `ApiError`s.
 */
export interface Client {
  get<T extends KubeObject>(resource: ResourceDefinition<T>, key: ObjectKey): Promise<T | undefined>;
  list<T extends KubeObject>(resource: ResourceDefinition<T>, namespace?: string): Promise<readonly T[]>;
  create<T extends KubeObject>(resource: ResourceDefinition<T>, object: T): Promise<T>;
  /** A PUT: fails with Conflict if `object` has a resourceVersion that is not the latest. */
  update<T extends KubeObject>(resource: ResourceDefinition<T>, object: T): Promise<T>;
  /** A PUT of the status subresource: only `status` (and some metadata) is taken. */
  updateStatus<T extends KubeObject>(resource: ResourceDefinition<T>, object: T): Promise<T>;
  /** A JSON merge patch, of the object or of a subresource of it. */
  patch<T extends KubeObject>(
    resource: ResourceDefinition<T>,
    key: ObjectKey,
    patch: object,
    subresource?: Subresource,
  ): Promise<T>;
  /** A POST below an object: binding, eviction, token. */
  createSubresource(
    resource: ResourceDefinition,
    key: ObjectKey,
    subresource: Subresource,
    body: KubeObject,
  ): Promise<KubeObject>;
  /** Deleting what is not there fails with NotFound. */
  delete(resource: ResourceDefinition, key: ObjectKey, options?: DeleteOptions): Promise<void>;
  /**
   * Tells of every object there is (as ADDED), then of every change, at the moment it is stored and in order.
   * `onEvent` must be quick and must not throw: note what changed, act later.
   */
  watch<T extends KubeObject>(resource: ResourceDefinition<T>, onEvent: (event: WatchEvent<T>) => void): () => void;
}
