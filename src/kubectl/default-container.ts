import type { Pod } from "../api/types.gen.ts";
import type { Call } from "./verb.ts";

/** Every container of a pod, those that start first in front. */
export function containerNames({ spec }: Pod): string[] {
  return [...(spec.initContainers ?? []), ...spec.containers, ...(spec.ephemeralContainers ?? [])].map(
    ({ name }) => name,
  );
}

/** The container that is meant when none is named: of several, kubectl says which. */
export async function defaultContainer(pod: Pod, { io, flags }: Call): Promise<string> {
  const { spec, metadata } = pod;
  const wanted = metadata.annotations?.["kubectl.kubernetes.io/default-container"];
  if (wanted !== undefined && spec.containers.some(({ name }) => name === wanted)) return wanted;
  const [first] = spec.containers;
  const others = [
    ...spec.containers.map(({ name }) => name),
    ...(spec.ephemeralContainers ?? []).map(({ name }) => `${name} (ephem)`),
    ...(spec.initContainers ?? []).map(({ name }) => `${name} (init)`),
  ];
  if (others.length > 1 && !flags.isTrue("quiet")) {
    await io.err(`Defaulted container ${JSON.stringify(first?.name ?? "")} out of: ${others.join(", ")}\n`);
  }
  return first?.name ?? "";
}
