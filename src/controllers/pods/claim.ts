import { controllerOf, type KubeObject, keyOf } from "../../api/object.ts";
import { matchesSelector } from "../../api/selectors.ts";
import { isNotFound } from "../../api/status.ts";
import type { LabelSelector, Pod } from "../../api/types.gen.ts";
import type { Informers } from "../../client/informer.ts";
import { pods } from "../../resources/core/pod.ts";
import type { ResourceDefinition } from "../../resources/definition.ts";
import { type ControllerContext, type Watch, watching } from "../controller.ts";
import { controllerReference } from "./pod-control.ts";
import { isActive } from "./pod-state.ts";

const byController = "controller-uid";

/** Makes `podsOf` possible; call from a controller's `start`. */
export function indexPods(informers: Informers): void {
  informers.for(pods).addIndex(byController, (pod) => {
    const owner = controllerOf(pod);
    return [owner ? owner.uid : orphansOf(pod.metadata.namespace)];
  });
}

/** The pods that name `owner` as their controller. */
export function podsOf(owner: KubeObject, informers: Informers): readonly Pod[] {
  return informers.for(pods).byIndex(byController, owner.metadata.uid ?? "");
}

/** An orphan wakes every owner that might adopt it. */
export function wakeAdopters<T extends KubeObject>(resource: ResourceDefinition<T>): Watch {
  return watching(pods, ({ object }, { informers }) => {
    if (controllerOf(object)) return [];
    return informers
      .for(resource)
      .list(object.metadata.namespace)
      .map((one) => keyOf(one));
  });
}

/** Pods nobody controls, in a namespace. */
function orphanPods(namespace: string, informers: Informers): readonly Pod[] {
  return informers.for(pods).byIndex(byController, orphansOf(namespace));
}

function orphansOf(namespace: string | undefined): string {
  return `orphans/${namespace ?? ""}`;
}

/** Which orphans an owner takes in, and how. */
export interface Adoption {
  /** Those that are active unless given. */
  mayAdopt?(pod: Pod): boolean;
  /** Put on the pods that are taken in. */
  readonly finalizer?: string;
}

/**
 * The owner's pods, after it has adopted the orphans its selector matches and released
 * its own that no longer match. An owner on its way out adopts nothing; others adopt what `mayAdopt` allows.
 * https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/#non-template-pod-acquisitions
 */
export async function claimPods(
  owner: KubeObject,
  selector: LabelSelector,
  context: ControllerContext,
  adoption: Adoption = {},
): Promise<readonly Pod[]> {
  const matches = (pod: Pod): boolean => matchesSelector(selector, pod.metadata.labels ?? {});
  const claimed: Pod[] = [];
  for (const pod of podsOf(owner, context.informers)) {
    if (matches(pod) || owner.metadata.deletionTimestamp) claimed.push(pod);
    else await release(pod, owner, context);
  }
  return [...claimed, ...(await adoptOrphans(owner, selector, context, adoption))];
}

/** The pods that it has taken in now. */
export async function adoptOrphans(
  owner: KubeObject,
  selector: LabelSelector,
  context: ControllerContext,
  { mayAdopt = isActive, finalizer }: Adoption = {},
): Promise<readonly Pod[]> {
  if (owner.metadata.deletionTimestamp) return [];
  const adopted: Pod[] = [];
  for (const pod of orphanPods(owner.metadata.namespace ?? "", context.informers)) {
    const isWanted = mayAdopt(pod) && matchesSelector(selector, pod.metadata.labels ?? {});
    if (isWanted) adopted.push(await adopt(pod, owner, { finalizer, context }));
  }
  return adopted;
}

async function adopt(
  pod: Pod,
  owner: KubeObject,
  { finalizer, context }: { finalizer: string | undefined; context: ControllerContext },
): Promise<Pod> {
  const { uid, ownerReferences: owners = [], finalizers = [] } = pod.metadata;
  const held =
    finalizer !== undefined && !finalizers.includes(finalizer) ? { finalizers: [...finalizers, finalizer] } : {};
  const metadata = { uid, ownerReferences: [...owners, controllerReference(owner)], ...held };
  return context.client.patch(pods, keyOf(pod), { metadata });
}

/** Gives up a pod, which may be gone already. */
export async function release(pod: Pod, owner: KubeObject, { client }: ControllerContext): Promise<void> {
  const others = (pod.metadata.ownerReferences ?? []).filter(({ uid }) => uid !== owner.metadata.uid);
  try {
    await client.patch(pods, keyOf(pod), { metadata: { ownerReferences: others.length > 0 ? others : null } });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
