import { encodeText } from "../../api/bytes.ts";
import type { KeyToPath } from "../../api/types.gen.ts";
import type { Payload, PayloadFile } from "./payload.ts";
import { VolumeError } from "./volume.ts";

/** Which keys of a ConfigMap or Secret become files, and how. */
export interface ObjectFiles {
  readonly items: readonly KeyToPath[] | undefined;
  readonly defaultMode: number;
  readonly optional: boolean;
  /** What is said of a key that is not there: `configmap references non-existent config key`. */
  readonly missingKey: string;
}

/** The files that a ConfigMap's or Secret's data makes. Throws VolumeError for a missing key. */
export function objectFiles(data: ReadonlyMap<string, Uint8Array>, options: ObjectFiles): Payload {
  const { items = [], defaultMode, optional, missingKey } = options;
  const files = new Map<string, PayloadFile>();
  if (items.length === 0) {
    for (const [key, content] of data) files.set(key, { content, mode: defaultMode });
    return files;
  }
  for (const { key, path, mode = defaultMode } of items) {
    const content = data.get(key);
    if (content) files.set(path, { content, mode });
    else if (!optional) throw new VolumeError(`${missingKey}: ${key}`);
  }
  return files;
}

const decoded = new WeakMap<object, ReadonlyMap<string, Uint8Array>>();

interface Texts {
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
}

/** A ConfigMap's data as bytes; worked out once for all pods that use it. */
export function configMapBytes(configMap: Texts): ReadonlyMap<string, Uint8Array> {
  return remembered(configMap, ({ data = {}, binaryData = {} }) => [
    ...Object.entries(data).map(([key, text]) => [key, encodeText(text)] as const),
    ...Object.entries(binaryData).map(([key, text]) => [key, fromBase64(text)] as const),
  ]);
}

export function secretBytes(secret: Texts): ReadonlyMap<string, Uint8Array> {
  return remembered(secret, ({ data = {} }) =>
    Object.entries(data).map(([key, text]) => [key, fromBase64(text)] as const),
  );
}

function remembered(
  object: Texts,
  read: (object: Texts) => readonly (readonly [string, Uint8Array])[],
): ReadonlyMap<string, Uint8Array> {
  let bytes = decoded.get(object);
  if (!bytes) {
    bytes = new Map(read(object));
    decoded.set(object, bytes);
  }
  return bytes;
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, "base64"));
}
