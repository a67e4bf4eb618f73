import type { Volume } from "../../api/types.gen.ts";
import type { Description } from "./description.ts";

/** `Volumes:` of a pod or a template. */
export function describeVolumes(volumes: readonly Volume[] | undefined, space: string, to: Description): void {
  if (!volumes || volumes.length === 0) return to.line(`${space}Volumes:\t<none>`);
  to.line(`${space}Volumes:`);
  for (const volume of volumes) {
    to.line(`${space === "" ? "" : " "}${volume.name}:`, 1);
    describeVolumeSource(volume, to);
  }
}

/** What a volume is made of. */
export function describeVolumeSource(volume: Volume, to: Description): void {
  const kind = kinds.find(([field]) => volume[field] !== undefined);
  if (kind) kind[1](volume, to);
  else to.line("<unknown>", 1);
}

type Write = (volume: Volume, to: Description) => void;

const kinds: readonly (readonly [keyof Volume, Write])[] = [
  [
    "hostPath",
    ({ hostPath }, to) => {
      to.field("Type", "HostPath (bare host directory volume)", 2);
      to.field("Path", hostPath?.path ?? "", 2);
      to.field("HostPathType", hostPath?.type ?? "<none>", 2);
    },
  ],
  [
    "emptyDir",
    ({ emptyDir }, to) => {
      to.field("Type", "EmptyDir (a temporary directory that shares a pod's lifetime)", 2);
      to.field("Medium", emptyDir?.medium ?? "", 2);
      to.field("SizeLimit", emptyDir?.sizeLimit ?? "<unset>", 2);
    },
  ],
  [
    "secret",
    ({ secret }, to) => {
      to.field("Type", "Secret (a volume populated by a Secret)", 2);
      to.field("SecretName", secret?.secretName ?? "", 2);
      to.field("Optional", secret?.optional ?? false, 2);
    },
  ],
  [
    "configMap",
    ({ configMap }, to) => {
      to.field("Type", "ConfigMap (a volume populated by a ConfigMap)", 2);
      to.field("Name", configMap?.name ?? "", 2);
      to.field("Optional", configMap?.optional ?? false, 2);
    },
  ],
  ["projected", describeProjected],
  [
    "downwardAPI",
    ({ downwardAPI }, to) => {
      to.field("Type", "DownwardAPI (a volume populated by information about the pod)", 2);
      to.line("Items:", 2);
      for (const { fieldRef, resourceFieldRef, path } of downwardAPI?.items ?? []) {
        to.line(`${fieldRef?.fieldPath ?? resourceFieldRef?.resource ?? ""} -> ${path}`, 3);
      }
    },
  ],
  [
    "persistentVolumeClaim",
    ({ persistentVolumeClaim }, to) => {
      to.field("Type", "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)", 2);
      to.field("ClaimName", persistentVolumeClaim?.claimName ?? "", 2);
      to.field("ReadOnly", persistentVolumeClaim?.readOnly ?? false, 2);
    },
  ],
  [
    "nfs",
    ({ nfs }, to) => {
      to.field("Type", "NFS (an NFS mount that lasts the lifetime of a pod)", 2);
      to.field("Server", nfs?.server ?? "", 2);
      to.field("Path", nfs?.path ?? "", 2);
      to.field("ReadOnly", nfs?.readOnly ?? false, 2);
    },
  ],
  [
    "csi",
    ({ csi }, to) => {
      to.field("Type", "CSI (a Container Storage Interface (CSI) volume source)", 2);
      to.field("Driver", csi?.driver ?? "", 2);
      to.field("FSType", csi?.fsType ?? "", 2);
      to.field("ReadOnly", csi?.readOnly ?? false, 2);
    },
  ],
  [
    "ephemeral",
    ({ ephemeral }, to) => {
      to.field(
        "Type",
        "EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)",
        2,
      );
      const claim = ephemeral?.volumeClaimTemplate?.spec;
      to.field("StorageClass", claim?.storageClassName ?? "", 2);
      to.field("Volume", claim?.volumeName ?? "", 2);
    },
  ],
];

function describeProjected({ projected }: Volume, to: Description): void {
  to.field("Type", "Projected (a volume that contains injected data from multiple sources)", 2);
  for (const { secret, downwardAPI, configMap, serviceAccountToken } of projected?.sources ?? []) {
    if (secret) {
      to.field("SecretName", secret.name ?? "", 2);
      to.field("SecretOptionalName", secret.optional ?? "<nil>", 2);
    } else if (downwardAPI) to.field("DownwardAPI", "true", 2);
    else if (configMap) {
      to.field("ConfigMapName", configMap.name ?? "", 2);
      to.field("ConfigMapOptional", configMap.optional ?? "<nil>", 2);
    } else if (serviceAccountToken)
      to.field("TokenExpirationSeconds", serviceAccountToken.expirationSeconds ?? 3600, 2);
  }
}
