import { sameTree } from "../../api/object.ts";
import { compareQuantities } from "../../api/quantity.ts";
import { type FieldError, invalid, notAllowed, required } from "../../api/status.ts";
import type { PersistentVolume, PersistentVolumeSpec } from "../../api/types.gen.ts";
import { age, name } from "../columns.ts";
import type { Column, ResourceDefinition } from "../definition.ts";
import { immutable, oneOfIfSet } from "../field-checks.ts";
import { check, dnsSubdomain } from "../names.ts";
import { nodeSelectorErrors } from "../pod-template/validate-affinity.ts";
import { accessModeErrors, accessModesText, storageClassOf } from "./access-modes.ts";

const columns: readonly Column<PersistentVolume>[] = [
  name,
  { name: "Capacity", value: ({ spec }) => spec.capacity?.["storage"] ?? "0" },
  { name: "Access Modes", value: ({ spec }) => accessModesText(spec.accessModes) },
  { name: "Reclaim Policy", value: ({ spec }) => spec.persistentVolumeReclaimPolicy ?? "" },
  {
    name: "Status",
    value: ({ metadata, status }) => (metadata.deletionTimestamp ? "Terminating" : (status?.phase ?? "")),
  },
  { name: "Claim", value: ({ spec }) => claimText(spec) },
  { name: "StorageClass", value: (volume) => storageClassOf(volume) },
  { name: "VolumeAttributesClass", value: ({ spec }) => spec.volumeAttributesClassName ?? "<unset>" },
  { name: "Reason", value: ({ status }) => status?.reason ?? "" },
  age,
  { name: "VolumeMode", priority: 1, value: ({ spec }) => spec.volumeMode ?? "<unset>" },
];

/** https://kubernetes.io/docs/concepts/storage/persistent-volumes/ */
export const persistentVolumes: ResourceDefinition<PersistentVolume> = {
  group: "",
  version: "v1",
  kind: "PersistentVolume",
  plural: "persistentvolumes",
  shortNames: ["pv"],
  namespaced: false,
  type: "io.k8s.api.core.v1.PersistentVolume",
  subresources: ["status"],
  columns,

  default(volume) {
    volume.spec ??= {};
    const { spec } = volume;
    spec.persistentVolumeReclaimPolicy ??= "Retain";
    spec.volumeMode ??= "Filesystem";
    if (spec.hostPath) spec.hostPath.type ??= "";
  },

  prepareForCreate(volume) {
    volume.status = { phase: "Pending" };
  },

  validate: ({ spec }, previous) => [...specErrors(spec), ...(previous ? changeErrors(spec, previous.spec) : [])],
};

function claimText({ claimRef }: PersistentVolumeSpec): string {
  return claimRef ? `${claimRef.namespace ?? ""}/${claimRef.name ?? ""}` : "";
}

function specErrors(spec: PersistentVolumeSpec): FieldError[] {
  const { accessModes = [], storageClassName, nodeAffinity, hostPath } = spec;
  const recyclesRoot = hostPath?.path === "/" && spec.persistentVolumeReclaimPolicy === "Recycle";
  return [
    ...(accessModes.length === 0 ? [required("spec.accessModes")] : accessModeErrors("spec.accessModes", accessModes)),
    ...capacityErrors(spec.capacity ?? {}),
    ...oneOfIfSet("spec.persistentVolumeReclaimPolicy", spec.persistentVolumeReclaimPolicy, [
      "Delete",
      "Recycle",
      "Retain",
    ]),
    ...(nodeAffinity?.required ? nodeSelectorErrors("spec.nodeAffinity.required", nodeAffinity.required) : []),
    ...sourceErrors(spec),
    ...(recyclesRoot
      ? [notAllowed("spec.persistentVolumeReclaimPolicy", "may not be 'recycle' for a hostPath mount of '/'")]
      : []),
    ...(storageClassName ? check("spec.storageClassName", storageClassName, dnsSubdomain) : []),
    ...oneOfIfSet("spec.volumeMode", spec.volumeMode, ["Block", "Filesystem"]),
  ];
}

function capacityErrors(capacity: Readonly<Record<string, string>>): FieldError[] {
  const resources = Object.keys(capacity);
  if (resources.length === 0) return [required("spec.capacity")];
  const errors: FieldError[] = [];
  if (resources.length > 1 || resources[0] !== "storage") {
    const message = `Unsupported value: ${JSON.stringify(capacity)}: supported values: "storage"`;
    errors.push({ reason: "FieldValueNotSupported", field: "spec.capacity", message });
  }
  for (const [resource, amount] of Object.entries(capacity)) {
    if (compareQuantities(amount, "0") > 0) continue;
    errors.push(invalid(`spec.capacity[${resource}]`, amount, "must be greater than zero"));
  }
  return errors;
}

const notSources = new Set([
  "accessModes",
  "capacity",
  "claimRef",
  "mountOptions",
  "nodeAffinity",
  "persistentVolumeReclaimPolicy",
  "storageClassName",
  "volumeAttributesClassName",
  "volumeMode",
]);

/** What the volume is made of, by kind: exactly one. */
export function sourcesOf(spec: PersistentVolumeSpec): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(spec).filter(([field]) => !notSources.has(field)));
}

function sourceErrors(spec: PersistentVolumeSpec): FieldError[] {
  const [first, ...others] = Object.keys(sourcesOf(spec));
  if (first === undefined) return [required("spec", "must specify a volume type")];
  const errors = others.map((source) => notAllowed(`spec.${source}`, "may not specify more than 1 volume type"));
  if (spec.hostPath && !spec.hostPath.path) errors.push(required("spec.hostPath.path"));
  if (spec.local && !spec.local.path) errors.push(required("spec.local.path"));
  if (spec.local && !spec.nodeAffinity) {
    errors.push(required("metadata.annotations", "Local volume requires node affinity"));
  }
  if (spec.nfs && !spec.nfs.server) errors.push(required("spec.nfs.server"));
  if (spec.nfs && !spec.nfs.path) errors.push(required("spec.nfs.path"));
  if (spec.csi && !spec.csi.driver) errors.push(required("spec.csi.driver"));
  if (spec.csi && !spec.csi.volumeHandle) errors.push(required("spec.csi.volumeHandle"));
  return errors;
}

function changeErrors(spec: PersistentVolumeSpec, before: PersistentVolumeSpec): FieldError[] {
  const why = "spec.persistentvolumesource is immutable after creation";
  const moved = before.nodeAffinity !== undefined && !sameTree(spec.nodeAffinity, before.nodeAffinity);
  return [
    ...(sameTree(sourcesOf(spec), sourcesOf(before)) ? [] : [notAllowed("spec.persistentvolumesource", why)]),
    ...immutable("volumeMode", spec.volumeMode, before.volumeMode),
    ...(moved ? [invalid("spec.nodeAffinity", spec.nodeAffinity, "field is immutable")] : []),
  ];
}
