import type { SecretProjection } from "../../api/types.gen.ts";
import type { ReferencedObjects } from "../referenced-objects.ts";
import { objectFiles, secretBytes } from "./object-files.ts";
import type { Payload } from "./payload.ts";
import { VolumeError, type VolumeKind } from "./volume.ts";

/** https://kubernetes.io/docs/concepts/storage/volumes/#secret */
export const secret: VolumeKind = {
  field: "secret",

  mount({ volume, pod, context }) {
    const { secretName = "", items, optional = false, defaultMode = 0o644 } = volume.secret ?? {};
    const namespace = pod.metadata.namespace ?? "";
    const source = { name: secretName, optional, ...(items ? { items } : {}) };
    return { make: () => secretFiles(source, context.objects, { namespace, defaultMode }) };
  },
};

/** Throws VolumeError when it, or a key of it, is not there. */
export function secretFiles(
  { name = "", items, optional = false }: SecretProjection,
  objects: ReferencedObjects,
  { namespace, defaultMode }: { readonly namespace: string; readonly defaultMode: number },
): Payload {
  const found = objects.secret({ namespace, name });
  if (!found && !optional) throw new VolumeError(`secret ${JSON.stringify(name)} not found`);
  const missingKey = "references non-existent secret key";
  return objectFiles(found ? secretBytes(found) : new Map(), { items, defaultMode, optional, missingKey });
}
