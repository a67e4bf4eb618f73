import type { PersistentVolumeClaim, Pod } from "../../api/types.gen.ts";

/** A claim that one of a pod's volumes names. */
export interface ClaimName {
  readonly name: string;
  /** Made for the pod from the template in its volume. */
  readonly isEphemeral: boolean;
}

const none: readonly ClaimName[] = [];

/** https://kubernetes.io/docs/concepts/storage/ephemeral-volumes/#persistentvolumeclaim-naming */
export function claimNamesOf({ metadata, spec: { volumes = [] } }: Pod): readonly ClaimName[] {
  if (!volumes.some(({ persistentVolumeClaim, ephemeral }) => persistentVolumeClaim ?? ephemeral)) return none;
  return volumes.flatMap(({ name, persistentVolumeClaim, ephemeral }): ClaimName[] => {
    if (persistentVolumeClaim) return [{ name: persistentVolumeClaim.claimName, isEphemeral: false }];
    return ephemeral ? [{ name: `${metadata.name}-${name}`, isEphemeral: true }] : [];
  });
}

export function usesClaim(pod: Pod, { metadata }: PersistentVolumeClaim): boolean {
  if (pod.metadata.namespace !== metadata.namespace) return false;
  return claimNamesOf(pod).some(({ name }) => name === metadata.name);
}
