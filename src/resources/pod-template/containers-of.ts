import type { Container, EphemeralContainer, PodSpec } from "../../api/types.gen.ts";

export interface LocatedContainer {
  /** `spec.initContainers[0]` */
  readonly path: string;
  readonly container: Container | EphemeralContainer;
}

/** Every container of a pod with its path below `field`: init containers first, ephemeral ones last. */
export function containersOf(field: string, spec: PodSpec): readonly LocatedContainer[] {
  const located = (list: string, containers: readonly (Container | EphemeralContainer)[] | undefined) =>
    (containers ?? []).map((container, index) => ({ path: `${field}.${list}[${index}]`, container }));
  return [
    ...located("initContainers", spec.initContainers),
    ...located("containers", spec.containers),
    ...located("ephemeralContainers", spec.ephemeralContainers),
  ];
}
