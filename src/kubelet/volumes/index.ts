import { configMap } from "./config-map.ts";
import { downwardApi } from "./downward-api.ts";
import { emptyDir } from "./empty-dir.ts";
import { hostPath } from "./host-path.ts";
import { ephemeral, persistentVolumeClaim } from "./persistent-volume-claim.ts";
import { projected } from "./projected.ts";
import { secret } from "./secret.ts";
import { standIns } from "./stand-in.ts";
import type { VolumeKind } from "./volume.ts";

/** Every kind of volume. */
export const volumeKinds: readonly VolumeKind[] = [
  emptyDir,
  configMap,
  secret,
  projected,
  downwardApi,
  hostPath,
  persistentVolumeClaim,
  ephemeral,
  ...standIns,
];
