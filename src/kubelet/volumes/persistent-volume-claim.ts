import { quantityValue } from "../../api/quantity.ts";
import type { PersistentVolume, PersistentVolumeClaim, Pod } from "../../api/types.gen.ts";
import { sourcesOf } from "../../resources/core/persistent-volume.ts";
import { localProvisioner } from "../../resources/storage/local-provisioner.ts";
import { addBlockDevice } from "../../runtime/files/block-device.ts";
import type { KubeletContext } from "../node-context.ts";
import { checkHostPath } from "./host-path.ts";
import { ClaimError, type Files, VolumeError, type VolumeKind, type VolumeRequest } from "./volume.ts";

/** Where the device is in the tree of a disk. */
const devicePath = "/disk";

/** The volume that a claim is bound to. https://kubernetes.io/docs/concepts/storage/persistent-volumes/ */
export const persistentVolumeClaim: VolumeKind = {
  field: "persistentVolumeClaim",

  mount(request) {
    const { claimName = "", readOnly = false } = request.volume.persistentVolumeClaim ?? {};
    return { ...claimedFiles(claimName, request), readOnly };
  },
};

/** A claim of the pod's own, made from a template. https://kubernetes.io/docs/concepts/storage/ephemeral-volumes/#generic-ephemeral-volumes */
export const ephemeral: VolumeKind = {
  field: "ephemeral",

  mount(request) {
    const { volume, pod, context } = request;
    const claimName = `${pod.metadata.name}-${volume.name}`;
    const claim = claimOf(claimName, pod, context);
    const isOwn = claim.metadata.ownerReferences?.some(({ uid, controller }) => controller && uid === pod.metadata.uid);
    if (isOwn) return claimedFiles(claimName, request);
    const { namespace = "", name } = pod.metadata;
    const why = `PVC ${namespace}/${claimName} was not created for pod ${namespace}/${name} (pod is not owner)`;
    throw new ClaimError(`error processing PVC ${namespace}/${claimName}: ${why}`);
  },
};

/** Throws ClaimError until the claim is bound. */
function claimedFiles(claimName: string, request: VolumeRequest): Files {
  const { volume: asked, pod, context } = request;
  const { volumeName } = boundClaim(claimName, pod, context).spec;
  const volume = context.objects.persistentVolume(volumeName ?? "");
  if (!volume) {
    const why = `failed to fetch PV ${volumeName ?? ""} from API server: persistentvolumes ${JSON.stringify(volumeName ?? "")} not found`;
    throw new ClaimError(`error processing PVC ${pod.metadata.namespace ?? ""}/${claimName}: ${why}`);
  }
  checkMode(asked.name, pod, volume.spec.volumeMode ?? "Filesystem");
  return filesOf(volume, request);
}

/** A disk cannot be mounted, and a directory is no device. */
function checkMode(name: string, { spec }: Pod, mode: string): void {
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  const isIn = (list: "volumeMounts" | "volumeDevices"): boolean =>
    containers.some((container) => (container[list] ?? []).some((one) => one.name === name));
  const wrong = mode === "Block" ? "volumeMounts" : "volumeDevices";
  if (isIn(wrong)) throw new ClaimError(`volume ${name} has volumeMode ${mode}, but is specified in ${wrong}`);
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
function filesOf(volume: PersistentVolume, { context, warn }: VolumeRequest): Files {
  const { metadata, spec } = volume;
  const { hostPath, local, volumeMode } = spec;
  const { volumes } = context;
  if (volumeMode === "Block") return diskOf(volume, context);
  if (hostPath) {
    checkHostPath(volumes.host, hostPath, metadata.name);
    return { tree: volumes.host, path: hostPath.path };
  }
  if (!local) {
    const source = spec.csi?.driver === localProvisioner ? undefined : Object.keys(sourcesOf(spec))[0];
    if (source)
      warn("NotSimulated", `persistent volume ${metadata.name}: ${source} is not simulated, memory takes its place`);
    return { tree: volumes.disk(metadata.name) };
  }
  if (volumes.host.files.exists(local.path)) return { tree: volumes.host, path: local.path };
  const step = "MountVolume.NewMounter initialization failed";
  throw new VolumeError(`path ${JSON.stringify(local.path)} does not exist`, { step, volumeName: metadata.name });
}

/** A local volume's device is taken to be in its node. */
function diskOf({ metadata, spec }: PersistentVolume, { volumes, name }: KubeletContext): Files {
  const tree = volumes.disk(spec.local ? `${name}:${spec.local.path}` : metadata.name);
  addBlockDevice(tree, devicePath, quantityValue(spec.capacity?.["storage"] ?? "0"));
  return { tree, path: devicePath };
}
