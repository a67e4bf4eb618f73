import type { PersistentVolumeClaim, Pod, Volume } from "../../api/types.gen.ts";
import type { ClusterView } from "../cluster-view.ts";
import type { NodeFilter, SchedulerPlugin } from "../plugin.ts";
import { crowdedOut, impossible } from "../refusal.ts";
import { claimNamesOf, usesClaim } from "../volumes/pod-claims.ts";

const inUse = crowdedOut(
  "node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode",
);
const diskInUse = crowdedOut("node(s) had no available disk");

/** Volumes that only one pod, or only pods of one kind of access, may have. https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes */
export const volumeRestrictions: SchedulerPlugin = {
  name: "VolumeRestrictions",

  filter(pod, view) {
    const missing = missingClaim(pod, view);
    if (missing !== undefined) return impossible(`persistentvolumeclaim ${JSON.stringify(missing)} not found`);
    const disks = (pod.spec.volumes ?? []).filter((volume) => diskOf(volume) !== undefined);
    const single = view.volumes.claimsOf(pod).filter((claim) => isForOnePod(claim));
    if (disks.length === 0 && single.length === 0) return undefined;
    return exclusiveness(disks, single, view);
  },

  helps(pod, change, view) {
    if (change.what === "claim") return usesClaim(pod, change.object);
    if (change.what !== "pod gone") return false;
    const other = change.object;
    const shares = view.volumes.claimsOf(pod).some((claim) => usesClaim(other, claim));
    return (
      shares || (other.spec.volumes ?? []).some((disk) => (pod.spec.volumes ?? []).some((one) => conflicts(one, disk)))
    );
  },
};

function missingClaim(pod: Pod, { volumes }: ClusterView): string | undefined {
  const names = claimNamesOf(pod).filter(({ isEphemeral }) => !isEphemeral);
  return names.find(({ name }) => !volumes.claim(pod.metadata.namespace ?? "", name))?.name;
}

function isForOnePod({ spec }: PersistentVolumeClaim): boolean {
  return spec.accessModes?.includes("ReadWriteOncePod") ?? false;
}

/** A claim for one pod is taken wherever in the cluster the other pod runs. */
function exclusiveness(
  disks: readonly Volume[],
  single: readonly PersistentVolumeClaim[],
  { volumes }: ClusterView,
): NodeFilter {
  let users = single.reduce((sum, claim) => sum + volumes.users(claim), 0);
  return {
    refuses({ pods }) {
      const isTaken = disks.length > 0 && [...pods.values()].some(({ spec }) => anyConflict(disks, spec.volumes));
      if (isTaken) return diskInUse;
      return users > 0 ? inUse : undefined;
    },
    suppose(pod, _, by) {
      users += by * single.filter((claim) => usesClaim(pod, claim)).length;
    },
  };
}

function anyConflict(disks: readonly Volume[], others: readonly Volume[] = []): boolean {
  return others.some((other) => disks.some((disk) => conflicts(disk, other)));
}

interface Disk {
  readonly id: string;
  readonly readOnly: boolean;
  /** Whether pods that only read may share it. */
  readonly isShareable: boolean;
}

function conflicts(a: Volume, b: Volume): boolean {
  const [one, other] = [diskOf(a), diskOf(b)];
  if (!one || !other || one.id !== other.id) return false;
  return !(one.isShareable && one.readOnly && other.readOnly);
}

/** Disks that are attached to one node at a time. */
function diskOf({ gcePersistentDisk, awsElasticBlockStore, iscsi, rbd }: Volume): Disk | undefined {
  if (gcePersistentDisk) {
    const { pdName, readOnly = false } = gcePersistentDisk;
    return { id: `gce ${pdName}`, readOnly, isShareable: true };
  }
  if (awsElasticBlockStore) {
    const { volumeID, readOnly = false } = awsElasticBlockStore;
    return { id: `aws ${volumeID}`, readOnly, isShareable: false };
  }
  if (iscsi) return { id: `iscsi ${iscsi.iqn}`, readOnly: iscsi.readOnly ?? false, isShareable: true };
  if (rbd) {
    const { pool = "rbd", image, monitors, readOnly = false } = rbd;
    return { id: `rbd ${pool} ${image} ${monitors.toSorted().join(",")}`, readOnly, isShareable: true };
  }
  return undefined;
}
