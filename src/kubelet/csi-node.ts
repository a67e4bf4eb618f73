import { isAlreadyExists } from "../api/status.ts";
import type { CSINode } from "../api/types.gen.ts";
import type { Client } from "../client/client.ts";
import { csiNodes } from "../resources/storage/csi-node.ts";

/** Of these in-tree plugins the kubelet leaves the work to CSI drivers. */
const migrated = ["aws-ebs", "azure-disk", "azure-file", "cinder", "gce-pd", "portworx-volume", "vsphere-volume"];

/** Says which storage drivers the node has: none yet. It goes with the node. https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/csi-node-v1/ */
export async function createCsiNode(name: string, uid: string, client: Client): Promise<void> {
  const plugins = migrated.map((plugin) => `kubernetes.io/${plugin}`).join(",");
  const csiNode: CSINode = {
    apiVersion: "storage.k8s.io/v1",
    kind: "CSINode",
    metadata: {
      name,
      annotations: { "storage.alpha.kubernetes.io/migrated-plugins": plugins },
      ownerReferences: [{ apiVersion: "v1", kind: "Node", name, uid }],
    },
    spec: { drivers: [] },
  };
  try {
    await client.create(csiNodes, csiNode);
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
}
