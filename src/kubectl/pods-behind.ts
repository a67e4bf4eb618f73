import type { KubeObject } from "../api/object.ts";
import { formatLabels, formatLabelSelector } from "../api/selectors.ts";
import type { ContainerStatus, LabelSelector, Pod } from "../api/types.gen.ts";
import { durationMs } from "./durations.ts";
import { KubectlError } from "./kubectl-error.ts";
import { pathOf } from "./rest.ts";
import { listAll, targetPath, targetsOf } from "./targets.ts";
import type { Call } from "./verb.ts";

/** For what the pod is wanted: to be read from, or to be worked in. */
export type Purpose = "logs" | "attach";

/** The pod that `web`, `pod/web` or `deploy/web` stands for: of several the liveliest. Throws KubectlError or ApiError. */
export async function podFor(word: string, purpose: Purpose, call: Call): Promise<Pod> {
  const object = await objectFor(word, call);
  return object.kind === "Pod" ? (object as Pod) : firstPodOf(object, purpose, call);
}

/** The object itself; without a type it is a pod. */
export async function objectFor(word: string, call: Call): Promise<KubeObject> {
  const [target] = await targetsOf(word.includes("/") ? [word] : ["pods", word], call);
  if (!target) throw new KubectlError("pod, type/name or --filename must be specified");
  return call.rest.json<KubeObject>("GET", targetPath(target));
}

async function firstPodOf(object: KubeObject, purpose: Purpose, call: Call): Promise<Pod> {
  const pods = await podsOf(object, purpose, call);
  const [first] = pods;
  if (!first) {
    const waited = call.flags.value("pod-running-timeout") ?? "1m0s";
    throw new KubectlError(
      durationMs(waited) > 0
        ? "timed out waiting for the condition"
        : `no pods found for ${object.kind} ${object.metadata.name}`,
    );
  }
  if (pods.length > 1 && purpose === "logs")
    await call.io.err(`Found ${pods.length} pods, using pod/${first.metadata.name}\n`);
  return first;
}

/** The pods of a workload or a Service, the liveliest first. */
export async function podsOf(object: KubeObject, purpose: Purpose, call: Call): Promise<readonly Pod[]> {
  const labelSelector = selectorFor(object, purpose);
  const pods = await listAll<Pod>(`/api/v1/namespaces/${object.metadata.namespace ?? ""}/pods`, call, {
    labelSelector,
  });
  return pods.toSorted((a, b) => compare(rankOf(a, purpose), rankOf(b, purpose)));
}

function selectorFor(object: KubeObject, purpose: Purpose): string {
  const { kind, spec } = object as KubeObject & { spec?: { selector?: unknown } };
  if (kind === "Service" || kind === "ReplicationController") {
    const labels = spec?.selector as Record<string, string> | undefined;
    if (labels && Object.keys(labels).length > 0) return formatLabels(labels);
    throw new KubectlError(`invalid service '${object.metadata.name}': Service is defined without a selector`);
  }
  if (["Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job"].includes(kind)) {
    return formatLabelSelector(spec?.selector as LabelSelector | undefined);
  }
  const type = `*${object.apiVersion.replace(/^.*\//u, "")}.${kind}`;
  const doing = purpose === "logs" ? "cannot get the logs from" : "cannot attach to";
  throw new KubectlError(`${doing} ${type}: selector for ${type} not implemented`);
}

/** The least comes first. */
function rankOf({ metadata, spec, status }: Pod, purpose: Purpose): number[] {
  const phases: Readonly<Record<string, number>> = { Running: 0, Unknown: 1, Pending: 2 };
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  const isReady = ready?.status === "True";
  const restarts = Math.max(
    0,
    ...(status?.containerStatuses ?? []).map(({ restartCount }: ContainerStatus) => restartCount),
  );
  return [
    spec.nodeName ? 0 : 1,
    phases[status?.phase ?? ""] ?? 0,
    isReady ? 0 : 1,
    isReady ? Date.parse(ready.lastTransitionTime ?? "") || 0 : 0,
    purpose === "logs" ? -restarts : restarts,
    Date.parse(metadata.creationTimestamp ?? "") || 0,
  ];
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) if (value !== b[index]) return value - (b[index] ?? 0);
  return 0;
}

/** The path of a pod's subresource. */
export async function podPath(pod: Pod, subresource: string, { discovery }: Call): Promise<string> {
  return pathOf(await discovery.find("pods"), pod.metadata.namespace, pod.metadata.name, subresource);
}
