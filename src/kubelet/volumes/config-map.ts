import type { ConfigMapProjection } from "../../api/types.gen.ts";
import type { ReferencedObjects } from "../referenced-objects.ts";
import { configMapBytes, objectFiles } from "./object-files.ts";
import type { Payload } from "./payload.ts";
import { VolumeError, type VolumeKind } from "./volume.ts";

/** https://kubernetes.io/docs/concepts/storage/volumes/#configmap */
export const configMap: VolumeKind = {
  field: "configMap",

  mount({ volume, pod, context }) {
    const source = volume.configMap ?? {};
    const namespace = pod.metadata.namespace ?? "";
    return {
      isOnDisk: true,
      make: () => configMapFiles(source, context.objects, { namespace, defaultMode: source.defaultMode ?? 0o644 }),
    };
  },
};

/** Throws VolumeError when it, or a key of it, is not there. */
export function configMapFiles(
  { name = "", items, optional = false }: ConfigMapProjection,
  objects: ReferencedObjects,
  { namespace, defaultMode }: { readonly namespace: string; readonly defaultMode: number },
): Payload {
  const found = objects.configMap({ namespace, name });
  if (!found && !optional) throw new VolumeError(`configmap ${JSON.stringify(name)} not found`);
  const missingKey = "configmap references non-existent config key";
  return objectFiles(found ? configMapBytes(found) : new Map(), { items, defaultMode, optional, missingKey });
}
