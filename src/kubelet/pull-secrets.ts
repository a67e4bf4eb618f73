import type { ObjectKey } from "../api/object.ts";
import type { Pod, Secret } from "../api/types.gen.ts";

/** What the kubelet says when pull secrets of a pod are missing; its images are pulled all the same. */
export function missingPullSecrets(pod: Pod, secret: (key: ObjectKey) => Secret | undefined): string | undefined {
  const { namespace = "" } = pod.metadata;
  const names = (pod.spec.imagePullSecrets ?? []).map(({ name = "" }) => name).filter((name) => name !== "");
  const missing = names.filter((name) => secret({ namespace, name }) === undefined);
  if (missing.length === 0) return undefined;
  const which = missing.join(", ");
  return `Unable to retrieve some image pull secrets (${which}); attempting to pull the image may not succeed.`;
}
