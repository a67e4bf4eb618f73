import type { PersistentVolumeClaim, Pod } from "../../api/types.gen.ts";
import { csiNodes } from "../../resources/storage/csi-node.ts";
import type { ClusterView } from "../cluster-view.ts";
import type { NodeInfo } from "../node-info.ts";
import type { SchedulerPlugin } from "../plugin.ts";
import { crowdedOut } from "../refusal.ts";
import { claimNamesOf, usesClaim } from "../volumes/pod-claims.ts";

const tooMany = crowdedOut("node(s) exceed max volume count");

/** How many volumes of a CSI driver a node can have. https://kubernetes.io/docs/concepts/storage/storage-limits/ */
export const nodeVolumeLimits: SchedulerPlugin = {
  name: "NodeVolumeLimits",

  filter(pod, view) {
    const wanted = volumesOf(pod, view);
    if (wanted.size === 0) return undefined;
    return { refuses: (node) => (exceeds(wanted, node, view) ? tooMany : undefined) };
  },

  helps(pod, change) {
    switch (change.what) {
      case "pod gone":
        return claimNamesOf(change.object).length > 0;
      case "claim":
        return usesClaim(pod, change.object);
      case "node":
        return !change.previous;
      case "csi node":
      case "attachment gone":
        return true;
      default:
        return false;
    }
  },
};

/** By a name of the volume's own: the driver it belongs to. */
type DriverByVolume = ReadonlyMap<string, string>;

function volumesOf(pod: Pod, view: ClusterView): DriverByVolume {
  return new Map(
    view.volumes.claimsOf(pod).flatMap((claim) => {
      const driver = driverOf(claim, view);
      return driver === undefined
        ? []
        : [[`${claim.metadata.namespace ?? ""}/${claim.metadata.name}`, driver] as const];
    }),
  );
}

/** What has no volume yet will have one of its class. */
function driverOf(claim: PersistentVolumeClaim, { volumes }: ClusterView): string | undefined {
  const volume = claim.spec.volumeName ? volumes.volume(claim.spec.volumeName) : undefined;
  return volume ? volume.spec.csi?.driver : volumes.classOf(claim)?.provisioner;
}

function exceeds(wanted: DriverByVolume, { name, pods }: NodeInfo, view: ClusterView): boolean {
  const drivers = view.informers.for(csiNodes).get({ namespace: "", name })?.spec.drivers ?? [];
  const limits = drivers.filter((driver) => driver.allocatable?.count !== undefined);
  if (limits.length === 0) return false;
  const present = new Map([...pods.values()].flatMap((pod) => [...volumesOf(pod, view)]));
  return limits.some(({ name: driver, allocatable }) => {
    const added = [...wanted].filter(([volume, one]) => one === driver && !present.has(volume)).length;
    const attached = [...present.values()].filter((one) => one === driver).length;
    return added > 0 && attached + added > (allocatable?.count ?? 0);
  });
}
