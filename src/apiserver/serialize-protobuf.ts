import { concatBytes, encodeText } from "../api/bytes.ts";
import type { KubeObject } from "../api/object.ts";
import { ApiError } from "../api/status.ts";
import { apiVersionOf, type ResourceDefinition } from "../resources/definition.ts";
import { encodeMessage } from "./schema/protobuf-writer.ts";
import { metaPackage, typeNameOf } from "./schema/type-name.ts";
import { WireWriter } from "./schema/wire-writer.ts";
import type { ListHead } from "./serialize.ts";

const magic = encodeText("k8s\0");

/**
 * A message as it travels: `k8s\0`, then an envelope that says what is within.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding
 */
function enveloped(apiVersion: string, kind: string, message: Uint8Array): Uint8Array {
  const to = new WireWriter();
  to.textField(4, "");
  to.textField(3, "");
  to.bytesField(2, message);
  to.messageField(1, encodeTypeMeta, { apiVersion, kind });
  return concatBytes([magic, to.finish()]);
}

function encodeTypeMeta(value: unknown, to: WireWriter): void {
  const { apiVersion, kind } = value as { readonly apiVersion: string; readonly kind: string };
  to.textField(2, kind);
  to.textField(1, apiVersion);
}

/** What failed, in the words of a Status: every field but what all Statuses share. */
export function protobufStatus(status: object): Uint8Array {
  return enveloped("v1", "Status", encodeMessage(`${metaPackage}.Status`, status));
}

/** Any object of a type of the facts, such as a Status. undefined: it is of another type. */
export function protobufAnything(object: Readonly<Record<string, unknown>>): Uint8Array | undefined {
  const { apiVersion, kind } = object;
  if (typeof apiVersion !== "string" || typeof kind !== "string") return undefined;
  const type = typeNameOf(apiVersion, kind);
  return type === undefined ? undefined : enveloped(apiVersion, kind, encodeMessage(type, object));
}

const messages = new WeakMap<KubeObject, Uint8Array>();

/** A stored object's own message is made once, as its JSON is. */
function messageOf(object: KubeObject, type: string): Uint8Array {
  let message = messages.get(object);
  if (!message) {
    message = encodeMessage(type, object);
    if (Object.isFrozen(object)) messages.set(object, message);
  }
  return message;
}

/** Throws NotAcceptable for custom resources. */
export function protobufObject(object: KubeObject, resource: ResourceDefinition): Uint8Array {
  return enveloped(apiVersionOf(resource), resource.kind, messageOf(object, messageTypeOf(resource, "Unstructured")));
}

const metadataMessages = new WeakMap<KubeObject["metadata"], Uint8Array>();

function partialMessage({ metadata }: KubeObject): Uint8Array {
  let message = metadataMessages.get(metadata);
  if (!message) {
    message = encodeMessage(`${metaPackage}.PartialObjectMetadata`, { metadata });
    if (Object.isFrozen(metadata)) metadataMessages.set(metadata, message);
  }
  return message;
}

/** An object without what only its kind knows. `version` is of meta.k8s.io. */
export function protobufPartial(object: KubeObject, version: string): Uint8Array {
  return enveloped(`meta.k8s.io/${version}`, "PartialObjectMetadata", partialMessage(object));
}

/** A list of stored objects, pieced together from their own messages. Throws NotAcceptable for custom resources. */
export function protobufList(head: ListHead, items: readonly KubeObject[], resource: ResourceDefinition): Uint8Array {
  const type = messageTypeOf(resource, "UnstructuredList");
  return listOf(head, items, (item) => messageOf(item, type));
}

export function protobufPartialList(head: ListHead, items: readonly KubeObject[]): Uint8Array {
  return listOf(head, items, partialMessage);
}

/** Every list has its metadata in field 1 and its items in field 2. */
function listOf(
  { apiVersion, kind, metadata }: ListHead,
  items: readonly KubeObject[],
  encode: (item: KubeObject) => Uint8Array,
): Uint8Array {
  const to = new WireWriter();
  for (const item of items.toReversed()) to.bytesField(2, encode(item));
  to.bytesField(1, encodeMessage(`${metaPackage}.ListMeta`, metadata));
  return enveloped(apiVersion, kind, to.finish());
}

const events = new WeakMap<KubeObject, { readonly type: string; readonly frame: Uint8Array }>();

/** One event of a watch: made once for all who watch. */
export function protobufEventOf(type: string, object: KubeObject, resource: ResourceDefinition): Uint8Array {
  const known = events.get(object);
  if (known?.type === type) return known.frame;
  const frame = protobufEvent(type, protobufObject(object, resource));
  if (Object.isFrozen(object)) events.set(object, { type, frame });
  return frame;
}

/** One event behind its length in four bytes. `object` is enveloped already. */
export function protobufEvent(type: string, object: Uint8Array): Uint8Array {
  const to = new WireWriter();
  to.messageField(2, (bytes) => to.bytesField(1, bytes as Uint8Array), object);
  to.textField(1, type);
  const event = to.finish();
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, event.length);
  return concatBytes([length, event]);
}

/** Throws NotAcceptable for a custom resource: nobody knows its field numbers. */
export function messageTypeOf({ type }: ResourceDefinition, goType = "Unstructured"): string {
  if (type !== undefined) return type;
  throw new ApiError(
    406,
    "NotAcceptable",
    `object *unstructured.${goType} does not implement the protobuf marshalling interface and cannot be encoded to a protobuf message`,
  );
}
