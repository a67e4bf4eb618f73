import { controllerOf, type ObjectKey } from "../../api/object.ts";
import { ApiError, isAlreadyExists } from "../../api/status.ts";
import type { PersistentVolumeClaim, Pod, Volume } from "../../api/types.gen.ts";
import { persistentVolumeClaims } from "../../resources/core/persistent-volume-claim.ts";
import { pods } from "../../resources/core/pod.ts";
import { type Controller, type ControllerContext, watching } from "../controller.ts";
import { controllerReference } from "../pods/pod-control.ts";
import { isTerminating } from "../pods/pod-state.ts";

const component = "ephemeral_volume";

/** Makes the claims of pods that bring a claim of their own. https://kubernetes.io/docs/concepts/storage/ephemeral-volumes/#generic-ephemeral-volumes */
export const ephemeralVolumeController: Controller<Pod> = {
  name: "ephemeral-volume-controller",
  reconciles: pods,
  isNews: ({ object, previous }) => !previous && (object.spec.volumes ?? []).some(({ ephemeral }) => ephemeral),
  watches: [
    watching(persistentVolumeClaims, ({ type, object }): readonly ObjectKey[] => {
      const owner = controllerOf(object);
      if (type !== "DELETED" || owner?.kind !== "Pod") return [];
      return [{ namespace: object.metadata.namespace ?? "", name: owner.name }];
    }),
  ],

  async reconcile(key, context) {
    const pod = context.informers.for(pods).get(key);
    if (!pod || isTerminating(pod)) return;
    for (const volume of pod.spec.volumes ?? []) if (volume.ephemeral) await ensureClaim(pod, volume, context);
  },
};

async function ensureClaim(pod: Pod, volume: Volume, { client, informers, events }: ControllerContext): Promise<void> {
  const wanted = claimFor(pod, volume);
  const { namespace = "", name } = wanted.metadata;
  const existing = informers.for(persistentVolumeClaims).get({ namespace, name });
  if (existing && controllerOf(existing)?.uid === pod.metadata.uid) return;
  const problem = existing
    ? `PVC ${namespace}/${name} was not created for pod ${namespace}/${pod.metadata.name} (pod is not owner)`
    : undefined;
  try {
    if (!problem) await client.create(persistentVolumeClaims, wanted);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (!isAlreadyExists(error)) tell(`ephemeral volume ${volume.name}: create PVC ${name}: ${error.message}`);
    throw error;
  }
  if (problem) tell(`ephemeral volume ${volume.name}: ${problem}`);

  function tell(message: string): void {
    events.record(pod, { component }, { type: "Warning", reason: "FailedBinding", message });
  }
}

function claimFor(pod: Pod, { name, ephemeral }: Volume): PersistentVolumeClaim {
  const { metadata = {}, spec = {} } = ephemeral?.volumeClaimTemplate ?? {};
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: {
      name: `${pod.metadata.name}-${name}`,
      namespace: pod.metadata.namespace ?? "",
      ...(metadata.labels ? { labels: metadata.labels } : {}),
      ...(metadata.annotations ? { annotations: metadata.annotations } : {}),
      ownerReferences: [controllerReference(pod)],
    },
    spec,
  };
}
