import { sameTree } from "../../api/object.ts";
import { compareQuantities } from "../../api/quantity.ts";
import { type FieldError, notAllowed } from "../../api/status.ts";
import type { PersistentVolumeClaim } from "../../api/types.gen.ts";
import { age, name } from "../columns.ts";
import type { Column, ResourceDefinition } from "../definition.ts";
import { claimSpecErrors } from "../pod-template/validate-claim-template.ts";
import { accessModesText, storageClassOf } from "./access-modes.ts";

const columns: readonly Column<PersistentVolumeClaim>[] = [
  name,
  {
    name: "Status",
    value: ({ metadata, status }) => (metadata.deletionTimestamp ? "Terminating" : (status?.phase ?? "")),
  },
  { name: "Volume", value: ({ spec }) => spec.volumeName ?? "" },
  {
    name: "Capacity",
    value: ({ spec, status }) => (spec.volumeName ? (status?.capacity?.["storage"] ?? "0") : ""),
  },
  { name: "Access Modes", value: ({ spec, status }) => (spec.volumeName ? accessModesText(status?.accessModes) : "") },
  { name: "StorageClass", value: (claim) => storageClassOf(claim) },
  { name: "VolumeAttributesClass", value: ({ spec }) => spec.volumeAttributesClassName ?? "<unset>" },
  age,
  { name: "VolumeMode", priority: 1, value: ({ spec }) => spec.volumeMode ?? "<unset>" },
];

/** A request for storage, which a PersistentVolume answers. */
export const persistentVolumeClaims: ResourceDefinition<PersistentVolumeClaim> = {
  group: "",
  version: "v1",
  kind: "PersistentVolumeClaim",
  plural: "persistentvolumeclaims",
  shortNames: ["pvc"],
  namespaced: true,
  type: "io.k8s.api.core.v1.PersistentVolumeClaim",
  subresources: ["status"],
  columns,

  default(claim) {
    claim.spec ??= {};
    const { spec } = claim;
    spec.volumeMode ??= "Filesystem";
    if (spec.dataSource && !spec.dataSourceRef) spec.dataSourceRef = { ...spec.dataSource };
    else if (spec.dataSourceRef && !spec.dataSource && !spec.dataSourceRef.namespace) {
      const { apiGroup, kind, name: own } = spec.dataSourceRef;
      spec.dataSource = { ...(apiGroup === undefined ? {} : { apiGroup }), kind, name: own };
    }
  },

  prepareForCreate(claim) {
    claim.status = { phase: "Pending" };
  },

  validate: (claim, previous) => [
    ...claimSpecErrors("spec", claim.spec),
    ...(previous ? changeErrors(claim, previous) : []),
  ],
};

/** Only a bound claim may grow; a binder may name the volume once. */
function changeErrors({ spec }: PersistentVolumeClaim, { spec: before, status }: PersistentVolumeClaim): FieldError[] {
  const bound = status?.phase === "Bound";
  const asked = spec.resources?.requests?.["storage"];
  const had = before.resources?.requests?.["storage"];
  const comparable = (one: PersistentVolumeClaim["spec"]): unknown => ({
    ...one,
    volumeName: before.volumeName ? one.volumeName : undefined,
    storageClassName: before.storageClassName === undefined ? undefined : one.storageClassName,
    volumeAttributesClassName: bound ? undefined : one.volumeAttributesClassName,
    resources: bound ? withoutStorage(one) : one.resources,
  });
  const why =
    "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims";
  const errors = sameTree(comparable(spec), comparable(before)) ? [] : [notAllowed("spec", why)];
  if (asked === undefined || had === undefined || compareQuantities(asked, had) >= 0) return errors;
  if (compareQuantities(asked, status?.capacity?.["storage"] ?? "0") > 0) return errors;
  const tooSmall = "field can not be less than status.capacity";
  return [...errors, notAllowed("spec.resources.requests.storage", tooSmall)];
}

function withoutStorage({ resources }: PersistentVolumeClaim["spec"]): unknown {
  return { ...resources, requests: { ...resources?.requests, storage: undefined } };
}
