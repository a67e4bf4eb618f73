import type { KubeObject } from "../../api/object.ts";
import { compareQuantities } from "../../api/quantity.ts";
import { forbidden } from "../../api/status.ts";
import type { PersistentVolumeClaim, StorageClass } from "../../api/types.gen.ts";
import { storageClassOf } from "../../resources/core/access-modes.ts";
import type { AdmissionRequest, AdmissionStep } from "./admission.ts";

/** Only a bound claim may grow, and only where its class lets it. https://kubernetes.io/docs/concepts/storage/persistent-volumes/#expanding-persistent-volumes-claims */
export const claimResize: AdmissionStep = {
  name: "PersistentVolumeClaimResize",

  validate(request) {
    const { operation, resource, subresource, object, previous } = request;
    const isClaim = resource.plural === "persistentvolumeclaims" && resource.group === "" && subresource === "";
    if (!isClaim || operation !== "UPDATE" || !previous) return;
    const claim = object as KubeObject as PersistentVolumeClaim;
    const before = previous as PersistentVolumeClaim;
    if (compareQuantities(sizeOf(claim), sizeOf(before)) <= 0) return;
    const problem = problemOf(claim, before, request);
    if (problem) throw forbidden(resource, object.metadata.name, problem);
  },
};

function problemOf(
  claim: PersistentVolumeClaim,
  before: PersistentVolumeClaim,
  { registry }: AdmissionRequest,
): string | undefined {
  if (before.status?.phase !== "Bound") return "Only bound persistent volume claims can be expanded";
  const name = storageClassOf(claim);
  const classes = registry.catalogue.find("storage.k8s.io", "v1", "storageclasses");
  const found: StorageClass | undefined =
    classes && name === storageClassOf(before)
      ? (registry.find(classes, { namespace: "", name }) as StorageClass | undefined)
      : undefined;
  if (found?.allowVolumeExpansion) return undefined;
  return "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize";
}

function sizeOf({ spec }: PersistentVolumeClaim): string {
  return spec.resources?.requests?.["storage"] ?? "0";
}
