import type { StorageClass } from "../../api/types.gen.ts";
import { localProvisioner } from "../../resources/storage/local-provisioner.ts";

/** The class of claims that name none. */
export const standardStorageClass: StorageClass = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "standard", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
  provisioner: localProvisioner,
  reclaimPolicy: "Delete",
  volumeBindingMode: "WaitForFirstConsumer",
};
