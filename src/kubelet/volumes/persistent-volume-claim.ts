import type { PersistentVolume, PersistentVolumeClaim, Pod } from "../../api/types.gen.ts";
import type { KubeletContext } from "../node-context.ts";
import { checkHostPath } from "./host-path.ts";
import { ClaimError, type Files, VolumeError, type VolumeKind } from "./volume.ts";

/** The volume that a claim is bound to. https://kubernetes.io/docs/concepts/storage/persistent-volumes/ */
export const persistentVolumeClaim: VolumeKind = {
  field: "persistentVolumeClaim",

  mount({ volume, pod, context }) {
    const { claimName = "", readOnly = false } = volume.persistentVolumeClaim ?? {};
    return { ...claimedFiles(claimName, pod, context), readOnly };
  },
};

/** A claim of the pod's own, made from a template. https://kubernetes.io/docs/concepts/storage/ephemeral-volumes/#generic-ephemeral-volumes */
export const ephemeral: VolumeKind = {
  field: "ephemeral",

  mount({ volume, pod, context }) {
    const claimName = `${pod.metadata.name}-${volume.name}`;
    const claim = claimOf(claimName, pod, context);
    const isOwn = claim.metadata.ownerReferences?.some(({ uid, controller }) => controller && uid === pod.metadata.uid);
    if (isOwn) return claimedFiles(claimName, pod, context);
    const { namespace = "", name } = pod.metadata;
    const why = `PVC ${namespace}/${claimName} was not created for pod ${namespace}/${name} (pod is not owner)`;
    throw new ClaimError(`error processing PVC ${namespace}/${claimName}: ${why}`);
  },
};

/** Throws ClaimError until the claim is bound. */
function claimedFiles(claimName: string, pod: Pod, context: KubeletContext): Files {
  const { volumeName } = boundClaim(claimName, pod, context).spec;
  const volume = context.objects.persistentVolume(volumeName ?? "");
  if (!volume) {
    const why = `failed to fetch PV ${volumeName ?? ""} from API server: persistentvolumes ${JSON.stringify(volumeName ?? "")} not found`;
    throw new ClaimError(`error processing PVC ${pod.metadata.namespace ?? ""}/${claimName}: ${why}`);
  }
  return filesOf(volume, context);
}

function boundClaim(claimName: string, pod: Pod, context: KubeletContext): PersistentVolumeClaim {
  const claim = claimOf(claimName, pod, context);
  const problem = `error processing PVC ${pod.metadata.namespace ?? ""}/${claimName}`;
  if (claim.status?.phase !== "Bound") throw new ClaimError(`${problem}: PVC is not bound`);
  if (!claim.spec.volumeName) throw new ClaimError(`${problem}: PVC has empty pvc.Spec.VolumeName`);
  return claim;
}

function claimOf(
  name: string,
  { metadata: { namespace = "" } }: Pod,
  { objects }: KubeletContext,
): PersistentVolumeClaim {
  const claim = objects.claim({ namespace, name });
  if (claim) return claim;
  const why = `failed to fetch PVC from API server: persistentvolumeclaims ${JSON.stringify(name)} not found`;
  throw new ClaimError(`error processing PVC ${namespace}/${name}: ${why}`);
}

/** Directories of a node are its own; everything else is one disk for all nodes. */
function filesOf({ metadata, spec }: PersistentVolume, { volumes }: KubeletContext): Files {
  const { hostPath, local } = spec;
  if (hostPath) {
    checkHostPath(volumes.host, hostPath.path, hostPath.type ?? "");
    return { tree: volumes.host, path: hostPath.path };
  }
  if (!local) return { tree: volumes.disk(metadata.name) };
  if (!volumes.host.files.exists(local.path))
    throw new VolumeError(`path ${JSON.stringify(local.path)} does not exist`);
  return { tree: volumes.host, path: local.path };
}
