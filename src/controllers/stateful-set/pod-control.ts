import { keyOf } from "../../api/object.ts";
import { ApiError } from "../../api/status.ts";
import type { ControllerRevision, Pod, StatefulSet } from "../../api/types.gen.ts";
import { deleteIfPresent } from "../../client/delete-if-present.ts";
import type { EventText } from "../../client/events.ts";
import { pods } from "../../resources/core/pod.ts";
import type { ControllerContext } from "../controller.ts";
import { isNamespaceTerminating } from "../pods/pod-control.ts";
import { createClaims } from "./claims.ts";
import { identityLabels, podName, statefulPod } from "./identity.ts";

/** Claims come before their pod. What fails is told in an Event of the set's, and thrown. */
export async function createStatefulPod(
  set: StatefulSet,
  { ordinal, revision }: { ordinal: number; revision: ControllerRevision },
  context: ControllerContext,
): Promise<Pod> {
  const name = podName(set, ordinal);
  return told(set, { verb: "create", pod: name }, context, async () => {
    await createClaims(set, { ordinal, pod: name }, context);
    return context.client.create(pods, statefulPod(set, ordinal, revision.metadata.name));
  });
}

export async function deleteStatefulPod(set: StatefulSet, pod: Pod, context: ControllerContext): Promise<void> {
  const preconditions = { uid: pod.metadata.uid ?? "" };
  await told(set, { verb: "delete", pod: pod.metadata.name }, context, () =>
    deleteIfPresent(context.client, pods, keyOf(pod), { preconditions }),
  );
}

/** Gives a pod back the labels by which it is known, and the claims it is missing. */
export async function relabel(
  set: StatefulSet,
  { ordinal, pod }: { ordinal: number; pod: Pod },
  context: ControllerContext,
): Promise<void> {
  const labels = identityLabels(set, ordinal);
  if (Object.entries(labels).every(([key, value]) => pod.metadata.labels?.[key] === value)) return;
  await told(set, { verb: "update", pod: pod.metadata.name }, context, () =>
    context.client.patch(pods, keyOf(pod), { metadata: { labels } }),
  );
}

export function recordAbout(set: StatefulSet, text: EventText, { events }: ControllerContext): void {
  events.record(set, { component: "statefulset-controller" }, text);
}

const verbs = { create: "Create", update: "Update", delete: "Delete" } as const;

async function told<T>(
  set: StatefulSet,
  { verb, pod }: { verb: keyof typeof verbs; pod: string },
  context: ControllerContext,
  work: () => Promise<T>,
): Promise<T> {
  const what = `${verb} Pod ${pod} in StatefulSet ${set.metadata.name}`;
  try {
    const result = await work();
    recordAbout(set, { type: "Normal", reason: `Successful${verbs[verb]}`, message: `${what} successful` }, context);
    return result;
  } catch (error) {
    if (error instanceof ApiError && !isNamespaceTerminating(error)) {
      const message = `${what} failed error: ${error.message}`;
      recordAbout(set, { type: "Warning", reason: `Failed${verbs[verb]}`, message }, context);
    }
    throw error;
  }
}
