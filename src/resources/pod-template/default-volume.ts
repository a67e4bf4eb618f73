import type { Mutable } from "../../api/object.ts";
import type { DownwardAPIVolumeFile, ProjectedVolumeSource, Volume } from "../../api/types.gen.ts";
import { defaultReference } from "./default-container.ts";

/** Files are 0644 unless their volume says otherwise. */
const fileMode = 0o644;

/** A volume that names no source is an empty directory. https://kubernetes.io/docs/concepts/storage/volumes/ */
export function defaultVolume(volume: Mutable<Volume>): void {
  if (Object.keys(volume).every((field) => field === "name")) volume.emptyDir = {};
  if (volume.secret) volume.secret.defaultMode ??= fileMode;
  if (volume.configMap) volume.configMap.defaultMode ??= fileMode;
  if (volume.hostPath) volume.hostPath.type ??= "";
  if (volume.downwardAPI) {
    volume.downwardAPI.defaultMode ??= fileMode;
    defaultFiles(volume.downwardAPI.items);
  }
  if (volume.projected) defaultProjected(volume.projected);
  if (volume.azureDisk) {
    volume.azureDisk.cachingMode ??= "ReadWrite";
    volume.azureDisk.kind ??= "Shared";
  }
  const claim = volume.ephemeral?.volumeClaimTemplate;
  if (claim) {
    claim.metadata = { creationTimestamp: null, ...claim.metadata } as unknown as NonNullable<typeof claim.metadata>;
    claim.spec.volumeMode ??= "Filesystem";
  }
}

function defaultProjected(projected: Mutable<ProjectedVolumeSource>): void {
  projected.defaultMode ??= fileMode;
  for (const { serviceAccountToken, downwardAPI } of projected.sources ?? []) {
    if (serviceAccountToken) serviceAccountToken.expirationSeconds ??= 3600;
    defaultFiles(downwardAPI?.items);
  }
}

function defaultFiles(files: Mutable<DownwardAPIVolumeFile>[] | undefined): void {
  for (const file of files ?? []) defaultReference(file);
}
