/** The part every Kubernetes object shares. Stored objects are deep-frozen and shared, so all is read-only. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

/** Facts: `io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta`. `name` is "" only before `generateName` is resolved. */
export interface ObjectMeta {
  readonly name: string;
  readonly generateName?: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly selfLink?: string;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly OwnerReference[];
  readonly finalizers?: readonly string[];
  readonly managedFields?: readonly ManagedFields[];
}

export interface ManagedFields {
  readonly manager?: string;
  readonly operation?: string;
  readonly apiVersion?: string;
  readonly time?: string;
  readonly fieldsType?: string;
  readonly fieldsV1?: Readonly<Record<string, unknown>>;
  readonly subresource?: string;
}

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

/** What identifies one object within its resource. `namespace` is "" when cluster-scoped. */
export interface ObjectKey {
  readonly namespace: string;
  readonly name: string;
}

export function keyOf({ metadata }: KubeObject): ObjectKey {
  return { namespace: metadata.namespace ?? "", name: metadata.name };
}

/** The one owner that manages this object, if any. */
export function controllerOf(object: KubeObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((owner) => owner.controller);
}

/** Freezes a JSON tree in place, stopping at subtrees already frozen: the cost is that of what is new. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const child of Object.values(value)) deepFreeze(child);
  return value;
}

/** Removes every `readonly`: for building an object that is not stored yet. */
export type Mutable<T> = T extends readonly (infer E)[]
  ? Mutable<E>[]
  : T extends object
    ? { -readonly [K in keyof T]: Mutable<T[K]> }
    : T;

/** A private, changeable copy of a JSON tree. */
export function cloneTree<T>(value: T): Mutable<T> {
  if (Array.isArray(value)) return value.map((item: unknown) => cloneTree(item)) as Mutable<T>;
  if (typeof value !== "object" || value === null) return value as Mutable<T>;
  const copy: Record<string, unknown> = {};
  for (const key in value) copy[key] = cloneTree(value[key]);
  return copy as Mutable<T>;
}

/** Whether two JSON trees say the same. Shared subtrees cost nothing. */
export function sameTree(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  return keys.length === Object.keys(b).length && keys.every((key) => key in right && sameTree(left[key], right[key]));
}
