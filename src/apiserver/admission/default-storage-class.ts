import type { Mutable } from "../../api/object.ts";
import type { PersistentVolumeClaim } from "../../api/types.gen.ts";
import type { AdmissionStep } from "./admission.ts";
import { defaultClassOf } from "./default-class.ts";

const classAnnotation = "volume.beta.kubernetes.io/storage-class";
const isDefault = ["storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"];

/** Gives a claim that names no storage class the default one. "" is a name: no class at all. */
export const defaultStorageClass: AdmissionStep = {
  name: "DefaultStorageClass",

  admit({ operation, resource, object, registry }) {
    if (operation !== "CREATE" || resource.plural !== "persistentvolumeclaims" || resource.group !== "") return;
    const { spec, metadata } = object as Mutable<PersistentVolumeClaim>;
    if (spec.storageClassName !== undefined || metadata.annotations?.[classAnnotation] !== undefined) return;
    const classes = registry.catalogue.find("storage.k8s.io", "v1", "storageclasses");
    const found = classes && defaultClassOf(registry.list(classes), isDefault);
    if (found) spec.storageClassName = found.metadata.name;
  },
};
