import type { KubeObject } from "../api/object.ts";
import { sortedJson } from "./printers/go-json.ts";

export const lastAppliedAnnotation = "kubectl.kubernetes.io/last-applied-configuration";

/** The manifest remembers itself in an annotation, so that the next apply knows what it took away. */
export function withLastApplied<T extends KubeObject>(object: T): T {
  const plain = withoutLastApplied(object);
  const own = { ...plain.metadata.annotations, [lastAppliedAnnotation]: `${sortedJson(plain)}\n` };
  return { ...plain, metadata: { ...plain.metadata, annotations: own } };
}

/** What the annotation is made of: without itself, and with annotations even if there are none. */
export function withoutLastApplied<T extends KubeObject>(object: T): T {
  const { [lastAppliedAnnotation]: _own, ...annotations } = annotationsOf(object);
  return { ...object, metadata: { ...object.metadata, annotations } };
}

/** The text of that annotation for a manifest as it is. */
export function lastAppliedText(object: KubeObject): string {
  const { annotations, ...metadata } = object.metadata;
  const { [lastAppliedAnnotation]: _own, ...others } = annotations ?? {};
  return `${sortedJson({ ...object, metadata: annotations ? { ...metadata, annotations: others } : metadata })}\n`;
}

export function annotationsOf({ metadata }: KubeObject): Readonly<Record<string, string>> {
  return metadata.annotations ?? {};
}
