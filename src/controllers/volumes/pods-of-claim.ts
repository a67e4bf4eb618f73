import { keyOf, type ObjectKey } from "../../api/object.ts";
import type { Pod } from "../../api/types.gen.ts";
import type { Informers } from "../../client/informer.ts";
import { pods } from "../../resources/core/pod.ts";

const byClaim = "claim";

/** Lets `podsUsing` find pods. Once for each set of informers. */
export function indexPodsByClaim(informers: Informers): void {
  informers.for(pods).addIndex(byClaim, (pod) => claimsOf(pod).map(({ namespace, name }) => `${namespace}/${name}`));
}

export function podsUsing({ namespace, name }: ObjectKey, informers: Informers): readonly Pod[] {
  return informers.for(pods).byIndex(byClaim, `${namespace}/${name}`);
}

/** Ephemeral volumes have claims of their pod's own. */
export function claimsOf(pod: Pod): readonly ObjectKey[] {
  const { namespace } = keyOf(pod);
  return (pod.spec.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }) => {
    if (persistentVolumeClaim) return [{ namespace, name: persistentVolumeClaim.claimName }];
    return ephemeral ? [{ namespace, name: `${pod.metadata.name}-${name}` }] : [];
  });
}
