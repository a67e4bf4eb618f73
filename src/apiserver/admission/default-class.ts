import type { KubeObject } from "../../api/object.ts";

/** Of several defaults the newest counts, then the first by name. */
export function defaultClassOf<T extends KubeObject>(
  classes: readonly T[],
  annotations: readonly string[],
): T | undefined {
  const defaults = classes.filter(({ metadata }) => annotations.some((one) => metadata.annotations?.[one] === "true"));
  return defaults.toSorted((a, b) => createdAt(b) - createdAt(a) || (a.metadata.name < b.metadata.name ? -1 : 1))[0];
}

function createdAt({ metadata }: KubeObject): number {
  return Date.parse(metadata.creationTimestamp ?? "") || 0;
}
