import { keyOf, sameTree } from "../../api/object.ts";
import { isAlreadyExists } from "../../api/status.ts";
import type { Deployment, PodTemplateSpec, ReplicaSet } from "../../api/types.gen.ts";
import { deployments } from "../../resources/apps/deployment.ts";
import { replicaSets } from "../../resources/apps/replica-set.ts";
import type { ControllerContext } from "../controller.ts";
import { controllerReference } from "../pods/pod-control.ts";
import { templateHash } from "../template-hash.ts";
import { maxSurgeOf } from "./limits.ts";
import { revisionOf } from "./replica-sets.ts";

/** A Deployment on its way from its old ReplicaSets to the newest. */
export interface Rollout {
  readonly deployment: Deployment;
  /** The one that has the Deployment's template; none before it is made. */
  readonly newest: ReplicaSet | undefined;
  readonly old: readonly ReplicaSet[];
}

const hashLabel = "pod-template-hash";
const revisionAnnotation = "deployment.kubernetes.io/revision";
const historyAnnotation = "deployment.kubernetes.io/revision-history";
const notCopied = new Set([
  "kubectl.kubernetes.io/last-applied-configuration",
  revisionAnnotation,
  historyAnnotation,
  "deployment.kubernetes.io/desired-replicas",
  "deployment.kubernetes.io/max-replicas",
  "deprecated.deployment.rollback.to",
]);

/** The oldest set whose template says what the Deployment's says, the hash label aside. */
export function findNewReplicaSet({ spec }: Deployment, sets: readonly ReplicaSet[]): ReplicaSet | undefined {
  const wanted = withoutHash(spec.template);
  return sets.find((set) => sameTree(withoutHash(set.spec.template), wanted));
}

function withoutHash(template: PodTemplateSpec | undefined): unknown {
  const { [hashLabel]: _, ...labels } = template?.metadata?.labels ?? {};
  const { creationTimestamp: _time, ...metadata } = template?.metadata ?? {};
  return { spec: template?.spec, metadata: { ...metadata, labels } };
}

export async function ensureNewReplicaSet(
  deployment: Deployment,
  sets: readonly ReplicaSet[],
  context: ControllerContext,
): Promise<ReplicaSet> {
  const found = findNewReplicaSet(deployment, sets);
  if (found) return found;
  const old = sets.reduce((sum, set) => sum + (set.spec.replicas ?? 0), 0);
  for (let collisions = deployment.status?.collisionCount ?? 0; ; collisions++) {
    const set = replicaSetFor(deployment, { collisions, replicas: initialReplicas(deployment, old) });
    try {
      const created = await context.client.create(replicaSets, set);
      const message = `Scaled up replica set ${created.metadata.name} from 0 to ${created.spec.replicas ?? 0}`;
      if ((created.spec.replicas ?? 0) > 0) {
        context.events.record(deployment, { component: "deployment-controller" }, { type: "Normal", reason: "ScalingReplicaSet", message });
      }
      return created;
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
    }
  }
}

/** As many as fit above what is still there; all of them when everything old goes first. */
function initialReplicas(deployment: Deployment, old: number): number {
  const wanted = deployment.spec.replicas ?? 1;
  if (deployment.spec.strategy?.type === "Recreate") return wanted;
  const room = wanted + maxSurgeOf(deployment) - old;
  return Math.max(0, Math.min(room, wanted));
}

function replicaSetFor(
  deployment: Deployment,
  { collisions, replicas }: { collisions: number; replicas: number },
): ReplicaSet {
  const { template, selector, minReadySeconds } = deployment.spec;
  const hash = templateHash(template, collisions);
  const labels = { ...template.metadata?.labels, [hashLabel]: hash };
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name: `${deployment.metadata.name}-${hash}`,
      namespace: deployment.metadata.namespace ?? "",
      labels,
      annotations: { ...copiedAnnotations(deployment), ...scaleAnnotations(deployment) },
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas,
      ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [hashLabel]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
}

function copiedAnnotations({ metadata }: Deployment): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata.annotations ?? {}).filter(([name]) => !notCopied.has(name)));
}

/** What the sets were last scaled for: proportional scaling compares with it. */
export function scaleAnnotations(deployment: Deployment): Record<string, string> {
  const wanted = deployment.spec.replicas ?? 1;
  return {
    "deployment.kubernetes.io/desired-replicas": String(wanted),
    "deployment.kubernetes.io/max-replicas": String(wanted + maxSurgeOf(deployment)),
  };
}

/** The newest set has the highest revision; a set that comes back keeps note of its earlier ones. */
export async function setRevision(
  deployment: Deployment,
  newest: ReplicaSet,
  { client, informers }: ControllerContext,
): Promise<void> {
  const all = informers.for(replicaSets).list(deployment.metadata.namespace ?? "");
  const others = all.filter(
    ({ metadata }) =>
      metadata.uid !== newest.metadata.uid &&
      metadata.ownerReferences?.some(({ uid }) => uid === deployment.metadata.uid),
  );
  const highest = Math.max(0, ...others.map((set) => revisionOf(set)));
  const current = revisionOf(newest);
  const revision = current > highest ? current : highest + 1;
  const annotations: Record<string, string> = { ...copiedAnnotations(deployment), [revisionAnnotation]: String(revision) };
  if (current > 0 && current !== revision) {
    const history = newest.metadata.annotations?.[historyAnnotation];
    annotations[historyAnnotation] = history ? `${history},${current}` : String(current);
  }
  if (!Object.entries(annotations).every(([name, value]) => newest.metadata.annotations?.[name] === value)) {
    await client.patch(replicaSets, keyOf(newest), { metadata: { annotations } });
  }
  if (revisionOf(deployment) !== revision) {
    await client.patch(deployments, keyOf(deployment), { metadata: { annotations: { [revisionAnnotation]: String(revision) } } });
  }
}
