import type { KubeObject } from "../../api/object.ts";
import { compare } from "./compare.ts";
import { difference, type FieldSet, noFields } from "./fields-v1.ts";
import { isMap, type JsonMap } from "./json.ts";
import { appliedFields } from "./object-fields.ts";
import type { Shape } from "./shape.ts";

const annotation = "kubectl.kubernetes.io/last-applied-configuration";
const maxAnnotationsSize = 256 * 1024;

/** The fields that client-side apply set and nobody changed since: kubectl may take them over without force. */
export function fieldsOfLastApplied(shape: Shape, live: KubeObject): FieldSet {
  const configuration = parsed(live.metadata.annotations?.[annotation]);
  if (configuration?.["apiVersion"] !== live.apiVersion) return noFields;
  const { changed, removed } = compare(shape, configuration, live);
  return difference(difference(appliedFields(shape, configuration), changed), removed);
}

/** Keeps the annotation of client-side apply in step with what kubectl now applies by the server, if there is one. */
export function withLastApplied(object: KubeObject, applied: JsonMap): KubeObject {
  const { annotations } = object.metadata;
  if (annotations?.[annotation] === undefined) return object;
  const { [annotation]: _, ...others } = annotations;
  const next = { ...others, [annotation]: encoded(applied) };
  const size = Object.entries(next).reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  return { ...object, metadata: { ...object.metadata, annotations: size > maxAnnotationsSize ? others : next } };
}

function parsed(text: string | undefined): JsonMap | undefined {
  if (!text) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isMap(value) ? value : undefined;
  } catch {
    // Not kubectl's own text: nothing can be taken over by it.
    return undefined;
  }
}

/** As Go writes it: keys sorted, HTML's special characters escaped, a line feed at the end. */
function encoded(applied: JsonMap): string {
  const metadata = isMap(applied["metadata"]) ? applied["metadata"] : {};
  const { [annotation]: _, ...annotations } = isMap(metadata["annotations"]) ? metadata["annotations"] : {};
  const plain = {
    ...applied,
    metadata: metadata["annotations"] === undefined ? metadata : { ...metadata, annotations },
  };
  const escape = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return `${JSON.stringify(sorted(plain)).replace(/[<>&\u2028\u2029]/gu, escape)}\n`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isMap(value)) return value;
  const keys = Object.keys(value).toSorted();
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key])]));
}
