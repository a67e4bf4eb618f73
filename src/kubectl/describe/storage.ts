import { formatLabels } from "../../api/selectors.ts";
import type { PersistentVolume, PersistentVolumeClaim, Pod, StorageClass } from "../../api/types.gen.ts";
import { listAll } from "../targets.ts";
import { describer, type Describer } from "./describer.ts";
import { type Description, longTime } from "./description.ts";
import { describeVolumeSource } from "./volumes.ts";

const shortModes: Readonly<Record<string, string>> = {
  ReadWriteOnce: "RWO",
  ReadOnlyMany: "ROX",
  ReadWriteMany: "RWX",
  ReadWriteOncePod: "RWOP",
};

function modesText(modes: readonly string[] | undefined): string {
  return [...new Set(modes ?? [])].map((mode) => shortModes[mode] ?? mode).join(",");
}

export const persistentVolumeClaim: Describer = describer<PersistentVolumeClaim>(
  "",
  "PersistentVolumeClaim",
  async ({ metadata, spec, status }, { to, call }) => {
    to.field("Name", metadata.name);
    to.field("Namespace", metadata.namespace ?? "");
    to.field(
      "StorageClass",
      spec.storageClassName ?? metadata.annotations?.["volume.beta.kubernetes.io/storage-class"] ?? "",
    );
    const terminating = metadata.deletionTimestamp ? "Terminating" : undefined;
    to.field("Status", terminating ?? status?.phase ?? "");
    to.field("Volume", spec.volumeName ?? "");
    to.labels("Labels", metadata.labels);
    to.annotations("Annotations", metadata.annotations);
    to.field("Finalizers", `[${(metadata.finalizers ?? []).join(" ")}]`);
    const bound = Boolean(spec.volumeName);
    to.field("Capacity", bound ? (status?.capacity?.["storage"] ?? "") : "");
    to.field("Access Modes", bound ? modesText(status?.accessModes) : "");
    if (spec.volumeMode) to.field("VolumeMode", spec.volumeMode);
    if (spec.dataSource) {
      to.line("DataSource:");
      to.optional("APIGroup", spec.dataSource.apiGroup, 1);
      to.field("Kind", spec.dataSource.kind, 1);
      to.field("Name", spec.dataSource.name, 1);
    }
    const pods = await listAll<Pod>(`/api/v1/namespaces/${metadata.namespace ?? ""}/pods`, call);
    const users = pods.filter((pod) =>
      (pod.spec.volumes ?? []).some((volume) => volume.persistentVolumeClaim?.claimName === metadata.name),
    );
    describeUsers(
      users.map((pod) => pod.metadata.name),
      to,
    );
    describeConditions(status, to);
  },
);

function describeUsers(names: readonly string[], to: Description): void {
  if (names.length === 0) return to.field("Used By", "<none>");
  for (const [index, name] of names.entries()) to.line(`${index === 0 ? "Used By:" : ""}\t${name}`);
}

function describeConditions(status: PersistentVolumeClaim["status"], to: Description): void {
  const conditions = status?.conditions ?? [];
  if (conditions.length === 0) return;
  to.line("Conditions:");
  to.line("Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage", 1);
  to.line("----\t------\t-----------------\t------------------\t------\t-------", 1);
  for (const { type, status: is, lastProbeTime, lastTransitionTime, reason = "", message = "" } of conditions) {
    to.line(
      `${type} \t${is} \t${longTime(lastProbeTime)} \t${longTime(lastTransitionTime)} \t${reason} \t${message}`,
      1,
    );
  }
}

export const persistentVolume: Describer = describer<PersistentVolume>(
  "",
  "PersistentVolume",
  ({ metadata, spec, status }, { to }) => {
    to.field("Name", metadata.name);
    to.labels("Labels", metadata.labels);
    to.annotations("Annotations", metadata.annotations);
    to.field("Finalizers", `[${(metadata.finalizers ?? []).join(" ")}]`);
    to.field("StorageClass", spec.storageClassName ?? "");
    const terminating = metadata.deletionTimestamp ? "Terminating" : undefined;
    to.field("Status", terminating ?? status?.phase ?? "");
    const claim = spec.claimRef;
    to.field("Claim", claim ? `${claim.namespace ?? ""}/${claim.name ?? ""}` : "");
    to.field("Reclaim Policy", spec.persistentVolumeReclaimPolicy ?? "");
    to.field("Access Modes", modesText(spec.accessModes));
    if (spec.volumeMode) to.field("VolumeMode", spec.volumeMode);
    to.field("Capacity", spec.capacity?.["storage"] ?? "");
    describeAffinity(spec.nodeAffinity, to);
    to.field("Message", status?.message ?? "");
    describeSource(spec, to);
  },
);

function describeAffinity(affinity: NonNullable<PersistentVolume["spec"]>["nodeAffinity"], to: Description): void {
  const terms = affinity?.required?.nodeSelectorTerms;
  if (!affinity) return to.field("Node Affinity", "<none>");
  to.line("Node Affinity:");
  if (!terms) return to.field("Required Terms", "<none>", 1);
  to.line("Required Terms:", 1);
  for (const [index, { matchExpressions = [] }] of terms.entries()) {
    if (matchExpressions.length === 0) to.field(`Term ${index}`, "<none>", 2);
    for (const [at, { key, operator, values = [] }] of matchExpressions.entries()) {
      const list = values.length > 0 ? ` [${values.join(", ")}]` : "";
      to.line(`${at === 0 ? `Term ${index}:` : ""}\t${key} ${operator.toLowerCase()}${list}`, 2);
    }
  }
}

function describeSource(spec: NonNullable<PersistentVolume["spec"]>, to: Description): void {
  to.line("Source:");
  if (spec.local) {
    to.field("Type", "LocalVolume (a persistent volume backed by local storage on a node)", 2);
    to.field("Path", spec.local.path, 2);
    return;
  }
  describeVolumeSource({ name: "", ...spec }, to);
}

export const storageClass: Describer = describer<StorageClass>("storage.k8s.io", "StorageClass", (object, { to }) => {
  const { metadata, provisioner, parameters, allowVolumeExpansion, mountOptions, reclaimPolicy, volumeBindingMode } =
    object;
  to.field("Name", metadata.name);
  const isDefault = [
    "storageclass.kubernetes.io/is-default-class",
    "storageclass.beta.kubernetes.io/is-default-class",
  ].some((key) => metadata.annotations?.[key] === "true");
  to.field("IsDefaultClass", isDefault ? "Yes" : "No");
  to.field("Annotations", formatLabels(metadata.annotations));
  to.field("Provisioner", provisioner);
  to.field("Parameters", formatLabels(parameters));
  to.field(
    "AllowVolumeExpansion",
    allowVolumeExpansion === undefined ? "<unset>" : allowVolumeExpansion ? "True" : "False",
  );
  if ((mountOptions ?? []).length === 0) to.field("MountOptions", "<none>");
  else {
    to.line("MountOptions:");
    for (const option of mountOptions ?? []) to.line(option, 1);
  }
  if (reclaimPolicy) to.field("ReclaimPolicy", reclaimPolicy);
  if (volumeBindingMode) to.field("VolumeBindingMode", volumeBindingMode);
});
