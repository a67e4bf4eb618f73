import { controllerOf } from "../../api/object.ts";
import type { PersistentVolumeClaim, Pod } from "../../api/types.gen.ts";
import type { ClusterView } from "../cluster-view.ts";
import type { SchedulerPlugin } from "../plugin.ts";
import { impossible } from "../refusal.ts";
import { type ClaimName, claimNamesOf, usesClaim } from "../volumes/pod-claims.ts";
import { chooseVolumes } from "../volumes/volume-choice.ts";
import { reserveVolumes } from "../volumes/volume-reservation.ts";
import { isBound, type VolumeView } from "../volumes/volume-view.ts";

/** Claims must be met where the pod runs. https://kubernetes.io/docs/concepts/storage/storage-classes/#volume-binding-mode */
export const volumeBinding: SchedulerPlugin = {
  name: "VolumeBinding",

  filter(pod, view) {
    const names = claimNamesOf(pod);
    if (names.length === 0) return undefined;
    const problem = names.map((name) => claimProblem(pod, name, view)).find((one) => one !== undefined);
    if (problem !== undefined) return impossible(problem);
    const claims = view.volumes.claimsOf(pod);
    if (claims.some((claim) => !isBound(claim) && !waitsForPod(claim, view.volumes))) {
      return impossible("pod has unbound immediate PersistentVolumeClaims");
    }
    return {
      refuses({ node }) {
        const { problems } = chooseVolumes(claims, node, view.volumes);
        return problems.length > 0 ? impossible(...problems) : undefined;
      },
    };
  },

  reserve(pod, view, { node, name }) {
    const unbound = view.volumes.claimsOf(pod).filter((claim) => !isBound(claim));
    if (unbound.length === 0) return undefined;
    return reserveVolumes(chooseVolumes(unbound, node, view.volumes), name, view.volumes);
  },

  helps(pod, change) {
    switch (change.what) {
      case "claim":
        return usesClaim(pod, change.object);
      case "volume":
      case "storage capacity":
        return true;
      case "storage class":
        return !change.previous || change.previous.allowedTopologies !== change.object.allowedTopologies;
      case "node":
        return change.object.metadata.labels !== change.previous?.metadata.labels;
      default:
        return false;
    }
  },
};

/** What is wrong with a claim, in upstream's words. */
function claimProblem(pod: Pod, { name, isEphemeral }: ClaimName, { volumes }: ClusterView): string | undefined {
  const shown = JSON.stringify(name);
  const { namespace = "" } = pod.metadata;
  const claim = volumes.claim(namespace, name);
  if (!claim) {
    return isEphemeral
      ? `waiting for ephemeral volume controller to create the persistentvolumeclaim ${shown}`
      : `persistentvolumeclaim ${shown} not found`;
  }
  if (claim.status?.phase === "Lost") {
    return `persistentvolumeclaim ${shown} bound to non-existent persistentvolume ${JSON.stringify(claim.spec.volumeName ?? "")}`;
  }
  if (claim.metadata.deletionTimestamp) return `persistentvolumeclaim ${shown} is being deleted`;
  if (!isEphemeral || controllerOf(claim)?.uid === pod.metadata.uid) return undefined;
  return `PVC ${namespace}/${name} was not created for pod ${namespace}/${pod.metadata.name} (pod is not owner)`;
}

/** A claim for a certain volume does not wait for a pod. */
function waitsForPod(claim: PersistentVolumeClaim, view: VolumeView): boolean {
  return !claim.spec.volumeName && view.classOf(claim)?.volumeBindingMode === "WaitForFirstConsumer";
}
