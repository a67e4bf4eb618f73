import type { AdmissionStep } from "./admission.ts";

const finalizers: Readonly<Record<string, string>> = {
  persistentvolumes: "kubernetes.io/pv-protection",
  persistentvolumeclaims: "kubernetes.io/pvc-protection",
};

/** Holds volumes and claims back from deletion while they are in use. */
export const storageObjectInUseProtection: AdmissionStep = {
  name: "StorageObjectInUseProtection",

  admit({ operation, resource, object }) {
    const finalizer = resource.group === "" ? finalizers[resource.plural] : undefined;
    if (operation !== "CREATE" || !finalizer) return;
    const present = object.metadata.finalizers ?? [];
    if (!present.includes(finalizer)) object.metadata.finalizers = [...present, finalizer];
  },
};
