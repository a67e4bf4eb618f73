import { compareQuantities } from "../../api/quantity.ts";
import { matchesSelector } from "../../api/selectors.ts";
import type { Node, PersistentVolumeClaim, StorageClass } from "../../api/types.gen.ts";
import { csiDrivers } from "../../resources/storage/csi-driver.ts";
import { csiStorageCapacities } from "../../resources/storage/csi-storage-capacity.ts";
import { requestedBy } from "./match-volume.ts";
import type { VolumeView } from "./volume-view.ts";

const noProvisioner = "kubernetes.io/no-provisioner";

/** Whether a volume can be made for a claim where a node is. */
export function provisionability(
  claim: PersistentVolumeClaim,
  node: Node,
  view: VolumeView,
): "possible" | "impossible" | "no space" {
  const storageClass = view.classOf(claim);
  if (!storageClass || !storageClass.provisioner || storageClass.provisioner === noProvisioner) return "impossible";
  if (!isAllowed(storageClass, node)) return "impossible";
  return hasSpace(claim, storageClass, { node, view }) ? "possible" : "no space";
}

/** https://kubernetes.io/docs/concepts/storage/storage-classes/#allowed-topologies */
function isAllowed({ allowedTopologies = [] }: StorageClass, { metadata: { labels = {} } }: Node): boolean {
  if (allowedTopologies.length === 0) return true;
  return allowedTopologies.some(({ matchLabelExpressions = [] }) =>
    matchLabelExpressions.every(({ key, values }) => values.includes(labels[key] ?? "")),
  );
}

/** Only drivers that tell how much they have are held to it. https://kubernetes.io/docs/concepts/storage/storage-capacity/ */
function hasSpace(
  claim: PersistentVolumeClaim,
  { metadata, provisioner }: StorageClass,
  { node, view }: { node: Node; view: VolumeView },
): boolean {
  const driver = view.informers.for(csiDrivers).get({ namespace: "", name: provisioner });
  if (!driver?.spec.storageCapacity) return true;
  const wanted = requestedBy(claim);
  return view.informers
    .for(csiStorageCapacities)
    .list()
    .some(({ storageClassName, nodeTopology, capacity, maximumVolumeSize }) => {
      if (storageClassName !== metadata.name || !nodeTopology) return false;
      const limit = maximumVolumeSize ?? capacity;
      if (limit === undefined || compareQuantities(limit, wanted) < 0) return false;
      return matchesSelector(nodeTopology, node.metadata.labels ?? {});
    });
}
