import { concatBytes, encodeText } from "../api/bytes.ts";
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

const metadataTexts = new WeakMap<KubeObject["metadata"], string>();

/** JSON of an object without what only its kind knows. `version` is of meta.k8s.io. */
export function serializePartial({ metadata }: KubeObject, version: string): string {
  let text = metadataTexts.get(metadata);
  if (text === undefined) {
    text = JSON.stringify(metadata);
    if (Object.isFrozen(metadata)) metadataTexts.set(metadata, text);
  }
  return `{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/${version}","metadata":${text}}`;
}

const events = new WeakMap<KubeObject, { readonly type: string; readonly line: Uint8Array }>();

/** One line of a watch: made once for all who watch. */
export function serializeEvent(type: string, object: KubeObject): Uint8Array {
  const known = events.get(object);
  if (known?.type === type) return known.line;
  const line = encodeText(`{"type":"${type}","object":${serialize(object)}}\n`);
  if (Object.isFrozen(object)) events.set(object, { type, line });
  return line;
}

export interface ListHead {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

const wholeLists = new WeakMap<readonly KubeObject[], Uint8Array>();
const end = encodeText("]}");

/** A list of stored objects, pieced together from their own JSON. One that the store itself keeps is made once. */
export function serializeList(head: ListHead, items: readonly KubeObject[]): string | Uint8Array {
  if (!Object.isFrozen(items)) return `${listStart(head)}${items.map((item) => serialize(item)).join(",")}]}`;
  let bytes = wholeLists.get(items);
  if (!bytes) {
    bytes = encodeText(items.map((item) => serialize(item)).join(","));
    wholeLists.set(items, bytes);
  }
  return concatBytes([encodeText(listStart(head)), bytes, end]);
}

/** The same of the objects' metadata alone. */
export function serializePartialList(head: ListHead, items: readonly KubeObject[], version: string): string {
  return `${listStart(head)}${items.map((item) => serializePartial(item, version)).join(",")}]}`;
}

function listStart({ apiVersion, kind, metadata }: ListHead): string {
  return `${JSON.stringify({ kind, apiVersion, metadata }).slice(0, -1)},"items":[`;
}
