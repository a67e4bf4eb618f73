import { keyOf, type KubeObject, type OwnerReference } from "../../api/object.ts";
import { ApiError } from "../../api/status.ts";
import type { Pod, PodTemplateSpec } from "../../api/types.gen.ts";
import { deleteIfPresent } from "../../client/delete-if-present.ts";
import { pods } from "../../resources/core/pod.ts";
import type { ControllerContext } from "../controller.ts";

export interface NewPod {
  /** Its own name; otherwise one is made from `generateName`. */
  readonly name?: string;
  /** The owner's name and a dash unless given. */
  readonly generateName?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly spec?: Partial<Pod["spec"]>;
}

/** The pod a template describes, owned by `owner`. */
export function podFrom(template: PodTemplateSpec, owner: KubeObject, changes: NewPod = {}): Pod {
  const { labels, annotations, finalizers } = template.metadata ?? {};
  const allAnnotations = { ...annotations, ...changes.annotations };
  const allFinalizers = changes.finalizers ?? finalizers ?? [];
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: changes.name ?? "",
      ...(changes.name === undefined ? { generateName: changes.generateName ?? `${owner.metadata.name}-` } : {}),
      namespace: owner.metadata.namespace ?? "",
      labels: { ...labels, ...changes.labels },
      ...(Object.keys(allAnnotations).length > 0 ? { annotations: allAnnotations } : {}),
      ...(allFinalizers.length > 0 ? { finalizers: allFinalizers } : {}),
      ownerReferences: [controllerReference(owner)],
    },
    spec: { ...template.spec, containers: template.spec?.containers ?? [], ...changes.spec },
  };
}

export function controllerReference({ apiVersion, kind, metadata }: KubeObject): OwnerReference {
  return {
    apiVersion,
    kind,
    name: metadata.name,
    uid: metadata.uid ?? "",
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** Creates a pod and tells of it in an Event of the owner's. A failure is told and thrown. */
export async function createPod(
  pod: Pod,
  owner: KubeObject,
  component: string,
  { client, events }: ControllerContext,
): Promise<Pod> {
  try {
    const created = await client.create(pods, pod);
    const message = `Created pod: ${created.metadata.name}`;
    events.record(owner, { component }, { type: "Normal", reason: "SuccessfulCreate", message });
    return created;
  } catch (error) {
    if (error instanceof ApiError && !isNamespaceTerminating(error)) {
      const message = `Error creating: ${error.message}`;
      events.record(owner, { component }, { type: "Warning", reason: "FailedCreate", message });
    }
    throw error;
  }
}

/** Deletes a pod and tells of it in an Event of the owner's. A failure is told and thrown; one that has gone is fine. */
export async function deletePod(
  pod: Pod,
  owner: KubeObject,
  component: string,
  { client, events }: ControllerContext,
): Promise<void> {
  const preconditions = { uid: pod.metadata.uid ?? "" };
  try {
    await deleteIfPresent(client, pods, keyOf(pod), { preconditions });
  } catch (error) {
    if (error instanceof ApiError) {
      const message = `Error deleting: ${error.message}`;
      events.record(owner, { component }, { type: "Warning", reason: "FailedDelete", message });
    }
    throw error;
  }
  const message = `Deleted pod: ${pod.metadata.name}`;
  events.record(owner, { component }, { type: "Normal", reason: "SuccessfulDelete", message });
}

/** Trying again is no use: the namespace is going. */
export function isNamespaceTerminating({ status }: ApiError): boolean {
  return status.details?.causes?.some(({ reason }) => reason === "NamespaceTerminating") ?? false;
}
