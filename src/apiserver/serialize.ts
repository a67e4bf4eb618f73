import type { KubeObject } from "../api/object.ts";

const texts = new WeakMap<KubeObject, string>();

/** JSON of a stored object. Stored objects never change, so each is serialised once, however often it is sent. */
export function serialize(object: KubeObject): string {
  let text = texts.get(object);
  if (text === undefined) {
    text = JSON.stringify(object);
    if (Object.isFrozen(object)) texts.set(object, text);
  }
  return text;
}

const events = new WeakMap<KubeObject, { readonly type: string; readonly line: Uint8Array }>();

/** One line of a watch: made once for all who watch. */
export function serializeEvent(type: string, object: KubeObject): Uint8Array {
  const known = events.get(object);
  if (known?.type === type) return known.line;
  const line = Buffer.from(`{"type":"${type}","object":${serialize(object)}}\n`);
  if (Object.isFrozen(object)) events.set(object, { type, line });
  return line;
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
