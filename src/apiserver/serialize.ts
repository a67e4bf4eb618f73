import type { KubeObject } from "../api/object.ts";

const cache = new WeakMap<KubeObject, string>();

/** JSON of a stored object. Stored objects never change, so each is serialised once, however often it is sent. */
export function serialize(object: KubeObject): string {
  let text = cache.get(object);
  if (text === undefined) {
    text = JSON.stringify(object);
    if (Object.isFrozen(object)) cache.set(object, text);
  }
  return text;
}

export interface ListHead {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** A list of stored objects, pieced together from their own JSON. */
export function serializeList({ apiVersion, kind, metadata }: ListHead, items: readonly KubeObject[]): string {
  const head = JSON.stringify({ kind, apiVersion, metadata });
  return `${head.slice(0, -1)},"items":[${items.map((item) => serialize(item)).join(",")}]}`;
}
