import { sameTree } from "../../api/object.ts";
import { type FieldError, notAllowed, required } from "../../api/status.ts";
import type { StorageClass } from "../../api/types.gen.ts";
import { age } from "../columns.ts";
import type { Column, ResourceDefinition } from "../definition.ts";
import { immutable, oneOfIfSet } from "../field-checks.ts";
import { check, qualifiedName } from "../names.ts";

const defaultAnnotations = [
  "storageclass.kubernetes.io/is-default-class",
  "storageclass.beta.kubernetes.io/is-default-class",
];

/** `standard (default)` */
const name: Column<StorageClass> = {
  name: "Name",
  format: "name",
  value: (storageClass) => storageClass.metadata.name + (isDefault(storageClass) ? " (default)" : ""),
};

/** https://kubernetes.io/docs/concepts/storage/storage-classes/ */
export const storageClasses: ResourceDefinition<StorageClass> = {
  group: "storage.k8s.io",
  version: "v1",
  kind: "StorageClass",
  plural: "storageclasses",
  shortNames: ["sc"],
  namespaced: false,
  type: "io.k8s.api.storage.v1.StorageClass",
  columns: [
    name,
    { name: "Provisioner", value: ({ provisioner }) => provisioner },
    { name: "ReclaimPolicy", value: ({ reclaimPolicy }) => reclaimPolicy ?? "Delete" },
    { name: "VolumeBindingMode", value: ({ volumeBindingMode }) => volumeBindingMode ?? "Immediate" },
    { name: "AllowVolumeExpansion", value: ({ allowVolumeExpansion = false }) => allowVolumeExpansion },
    age,
  ],

  default(storageClass) {
    storageClass.provisioner ??= "";
    storageClass.reclaimPolicy ??= "Delete";
    storageClass.volumeBindingMode ??= "Immediate";
  },

  validate: (storageClass, previous) => [
    ...(previous ? changeErrors(storageClass, previous) : []),
    ...provisionerErrors("provisioner", storageClass.provisioner),
    ...oneOfIfSet("reclaimPolicy", storageClass.reclaimPolicy, ["Delete", "Retain"]),
    ...oneOfIfSet("volumeBindingMode", storageClass.volumeBindingMode, ["Immediate", "WaitForFirstConsumer"]),
  ],
};

function isDefault({ metadata }: StorageClass): boolean {
  return defaultAnnotations.some((key) => metadata.annotations?.[key] === "true");
}

/** Who makes the volumes; its name may have capital letters. */
export function provisionerErrors(field: string, provisioner: string): FieldError[] {
  if (!provisioner) return [required(field)];
  return check(field, provisioner, (text) => qualifiedName(text.toLowerCase()));
}

function changeErrors(storageClass: StorageClass, previous: StorageClass): FieldError[] {
  const fixed = ["parameters", "provisioner", "reclaimPolicy"] as const;
  const changed = fixed.filter((field) => !sameTree(storageClass[field] ?? {}, previous[field] ?? {}));
  return [
    ...changed.map((field) => notAllowed(field, `updates to ${field} are forbidden.`)),
    ...immutable("volumeBindingMode", storageClass.volumeBindingMode, previous.volumeBindingMode),
  ];
}
