import { deepFreeze, type KubeObject, type ObjectKey } from "../api/object.ts";
import { Bucket } from "./bucket.ts";
import type { StoreEvent } from "./store-event.ts";

export interface WatchOptions {
  /** Replays what came after this revision first. */
  readonly after: number;
  /** Only objects of this namespace. */
  readonly namespace?: string;
}

/**
 * The truth: a revisioned map with a log, as etcd is to Kubernetes. Synchronous; knows nothing of kinds.
 * Objects live in buckets, one per resource (`apps/replicasets`). What it holds is deep-frozen and shared:
 * never copied to be read, so equal references mean nothing changed.
 */
export class Store {
  #revision = 1;
  readonly #buckets = new Map<string, Bucket>();
  readonly #historyPerBucket: number;

  constructor(historyPerBucket = 10_000) {
    this.#historyPerBucket = historyPerBucket;
  }

  /** The revision of the latest change. */
  get revision(): number {
    return this.#revision;
  }

  get(bucket: string, key: ObjectKey): KubeObject | undefined {
    return this.#bucket(bucket).get(key);
  }

  /** In order of namespace, then name. The array is shared: do not change it. */
  list(bucket: string, namespace?: string): readonly KubeObject[] {
    return this.#bucket(bucket).list(namespace);
  }

  /** The same as it was at a revision. Throws `CompactedError` when the log does not reach back that far. */
  listAt(bucket: string, revision: number, namespace?: string): readonly KubeObject[] {
    return this.#bucket(bucket).listAt(revision, namespace);
  }

  /** Creates or replaces; returns the stored object, with its resourceVersion set. */
  put(bucket: string, key: ObjectKey, object: KubeObject): KubeObject {
    const revision = ++this.#revision;
    const stored = withRevision(object, revision);
    const previous = this.#bucket(bucket).put(key, stored);
    this.#bucket(bucket).append({
      type: previous ? "MODIFIED" : "ADDED",
      revision,
      object: stored,
      ...(previous ? { previous } : {}),
    });
    return stored;
  }

  /** Returns the last state, with the revision of its deletion, or undefined if there was none. */
  delete(bucket: string, key: ObjectKey): KubeObject | undefined {
    const previous = this.#bucket(bucket).remove(key);
    if (!previous) return undefined;
    const revision = ++this.#revision;
    const object = withRevision(previous, revision);
    this.#bucket(bucket).append({ type: "DELETED", revision, object, previous });
    return object;
  }

  /**
   * Replays the log after a revision, then follows it. The returned function stops.
   * Throws `CompactedError` when the log does not reach back that far.
   */
  watch(bucket: string, { after, namespace }: WatchOptions, onEvent: (event: StoreEvent) => void): () => void {
    return this.#bucket(bucket).watch(after, namespace, onEvent);
  }

  /** Forgets the log up to a revision, as etcd's compaction does: older watches answer `CompactedError`. */
  compact(revision: number = this.#revision): void {
    for (const bucket of this.#buckets.values()) bucket.compact(revision);
  }

  #bucket(name: string): Bucket {
    let bucket = this.#buckets.get(name);
    if (!bucket) {
      bucket = new Bucket(this.#historyPerBucket);
      this.#buckets.set(name, bucket);
    }
    return bucket;
  }
}

function withRevision(object: KubeObject, revision: number): KubeObject {
  const metadata = { ...object.metadata, resourceVersion: String(revision) };
  return deepFreeze({ ...object, metadata });
}
