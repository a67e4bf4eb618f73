import { compareQuantities } from "../../api/quantity.ts";
import { type FieldError, invalid, required } from "../../api/status.ts";
import type { CSIStorageCapacity } from "../../api/types.gen.ts";
import { name } from "../columns.ts";
import type { ResourceDefinition } from "../definition.ts";
import { immutable } from "../field-checks.ts";
import { labelSelectorErrors } from "../label-selector.ts";
import { check, dnsSubdomain } from "../names.ts";

/** How much a driver can still provide in one place. https://kubernetes.io/docs/concepts/storage/storage-capacity/ */
export const csiStorageCapacities: ResourceDefinition<CSIStorageCapacity> = {
  group: "storage.k8s.io",
  version: "v1",
  kind: "CSIStorageCapacity",
  plural: "csistoragecapacities",
  namespaced: true,
  type: "io.k8s.api.storage.v1.CSIStorageCapacity",
  columns: [
    name,
    { name: "StorageClassName", value: ({ storageClassName }) => storageClassName },
    { name: "Capacity", value: ({ capacity }) => capacity ?? "<unset>" },
  ],

  default(object) {
    object.storageClassName ??= "";
  },

  validate: (object, previous) => [
    ...labelSelectorErrors("nodeTopology", object.nodeTopology),
    ...(object.storageClassName
      ? check("storageClassName", object.storageClassName, dnsSubdomain)
      : [required("storageClassName")]),
    ...amountErrors("capacity", object.capacity),
    ...amountErrors("maximumVolumeSize", object.maximumVolumeSize),
    ...(previous
      ? [
          ...immutable("nodeTopology", object.nodeTopology, previous.nodeTopology),
          ...immutable("storageClassName", object.storageClassName, previous.storageClassName),
        ]
      : []),
  ],
};

function amountErrors(field: string, amount: string | undefined): FieldError[] {
  if (amount === undefined || compareQuantities(amount, "0") >= 0) return [];
  return [invalid(field, amount, "must be greater than or equal to 0")];
}
