import { compareQuantities } from "../../api/quantity.ts";
import type { Node, PersistentVolume, PersistentVolumeClaim } from "../../api/types.gen.ts";
import { persistentVolumes } from "../../resources/core/persistent-volume.ts";
import { isReachable, requestedBy, volumeFor } from "./match-volume.ts";
import { provisionability } from "./provisioning.ts";
import { isBound, selectedNode, type VolumeView } from "./volume-view.ts";

/** How the claims of a pod will be met on one node. */
export interface VolumeChoice {
  readonly bindings: readonly { readonly claim: PersistentVolumeClaim; readonly volume: PersistentVolume }[];
  /** For these a volume is made. */
  readonly provisions: readonly PersistentVolumeClaim[];
  /** Why they cannot be met, in upstream's words; empty when they can. */
  readonly problems: readonly string[];
}

export function chooseVolumes(claims: readonly PersistentVolumeClaim[], node: Node, view: VolumeView): VolumeChoice {
  const problems = new Set(
    claims.filter((claim) => isBound(claim)).flatMap((claim) => boundProblem(claim, node, view)),
  );
  const bindings: { claim: PersistentVolumeClaim; volume: PersistentVolume }[] = [];
  const provisions: PersistentVolumeClaim[] = [];
  const waiting = claims.filter((claim) => !isBound(claim));
  const bySize = waiting.toSorted((a, b) => compareQuantities(requestedBy(a), requestedBy(b)));
  for (const claim of bySize) {
    const selected = claim.metadata.annotations?.[selectedNode];
    const volume = selected ? undefined : freeVolume(claim, node, { view, taken: bindings });
    const outlook = volume ? "possible" : provisionability(claim, node, view);
    if (selected && selected !== node.metadata.name)
      problems.add("node(s) didn't find available persistent volumes to bind");
    else if (volume) bindings.push({ claim, volume });
    else if (outlook === "possible") provisions.push(claim);
    else if (outlook === "no space") problems.add("node(s) did not have enough free storage");
    else problems.add("node(s) didn't find available persistent volumes to bind");
  }
  return { bindings, provisions, problems: [...problems] };
}

function boundProblem({ spec }: PersistentVolumeClaim, node: Node, view: VolumeView): string[] {
  const volume = view.volume(spec.volumeName ?? "");
  if (!volume) return ["node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)"];
  return isReachable(volume, node) ? [] : ["node(s) had volume node affinity conflict"];
}

function freeVolume(
  claim: PersistentVolumeClaim,
  node: Node,
  { view, taken }: { view: VolumeView; taken: readonly { readonly volume: PersistentVolume }[] },
): PersistentVolume | undefined {
  const free = view.informers
    .for(persistentVolumes)
    .list()
    .filter(({ metadata }) => {
      const promisedTo = view.promised.get(metadata.name);
      const isTaken = taken.some(({ volume }) => volume.metadata.name === metadata.name);
      return !isTaken && (promisedTo === undefined || promisedTo === claim.metadata.uid);
    });
  return volumeFor(claim, free, node);
}
