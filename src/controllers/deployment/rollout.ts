import { keyOf, sameTree } from "../../api/object.ts";
import { ApiError, isAlreadyExists } from "../../api/status.ts";
import type { Deployment, PodTemplateSpec, ReplicaSet } from "../../api/types.gen.ts";
import { deployments } from "../../resources/apps/deployment.ts";
import { replicaSets } from "../../resources/apps/replica-set.ts";
import type { ControllerContext } from "../controller.ts";
import { controllerReference } from "../pods/pod-control.ts";
import { templateHash } from "../template-hash.ts";
import { writeProgress } from "./conditions.ts";
import { component, maxSurgeOf } from "./limits.ts";
import { highestRevision, replicaSetsOf, revisionOf } from "./replica-sets.ts";

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
export const desiredAnnotation = "deployment.kubernetes.io/desired-replicas";
export const maxAnnotation = "deployment.kubernetes.io/max-replicas";
const notCopied = new Set([
  "kubectl.kubernetes.io/last-applied-configuration",
  revisionAnnotation,
  historyAnnotation,
  desiredAnnotation,
  maxAnnotation,
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

/** The set with the Deployment's template, made if there is none, with the revision and annotations it shall have. */
export async function ensureNewReplicaSet(
  deployment: Deployment,
  sets: readonly ReplicaSet[],
  context: ControllerContext,
): Promise<ReplicaSet> {
  const found = findNewReplicaSet(deployment, sets);
  if (!found) return createReplicaSet(deployment, sets, context);
  if (!deployment.status?.conditions?.some(({ type }) => type === "Progressing")) {
    const message = `Found new replica set ${JSON.stringify(found.metadata.name)}`;
    await writeProgress(
      deployment,
      { type: "Progressing", status: "True", reason: "FoundNewReplicaSet", message },
      context,
    );
  }
  return syncNewReplicaSet(deployment, found, context);
}

async function createReplicaSet(
  deployment: Deployment,
  sets: readonly ReplicaSet[],
  context: ControllerContext,
): Promise<ReplicaSet> {
  const { client, events } = context;
  const old = sets.reduce((sum, set) => sum + (set.spec.replicas ?? 0), 0);
  const revision = highestRevision(sets) + 1n;
  const replicas = initialReplicas(deployment, old);
  const wanted = replicaSetFor(deployment, { collisions: deployment.status?.collisionCount ?? 0, replicas, revision });
  try {
    const created = await client.create(replicaSets, wanted);
    const { name } = created.metadata;
    if (replicas > 0) {
      const message = `Scaled up replica set ${name} from 0 to ${replicas}`;
      events.record(deployment, { component }, { type: "Normal", reason: "ScalingReplicaSet", message });
    }
    await setDeploymentRevision(deployment, revision, context);
    const message = `Created new replica set ${JSON.stringify(name)}`;
    await writeProgress(
      deployment,
      { type: "Progressing", status: "True", reason: "NewReplicaSetCreated", message },
      context,
    );
    return created;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (isAlreadyExists(error)) await noteCollision(deployment, context);
    else
      await tellOfFailure(
        deployment,
        `Failed to create new replica set ${JSON.stringify(wanted.metadata.name)}: ${error.message}`,
        context,
      );
    throw error;
  }
}

/** Another template has the same hash: the next try adds the number of collisions to it. */
async function noteCollision(deployment: Deployment, { client, informers }: ControllerContext): Promise<void> {
  const latest = informers.for(deployments).get(keyOf(deployment)) ?? deployment;
  const collisionCount = (latest.status?.collisionCount ?? 0) + 1;
  await client.updateStatus(deployments, { ...latest, status: { ...latest.status, collisionCount } });
}

async function tellOfFailure(deployment: Deployment, message: string, context: ControllerContext): Promise<void> {
  const reason = "ReplicaSetCreateError";
  await writeProgress(deployment, { type: "Progressing", status: "False", reason, message }, context);
  context.events.record(deployment, { component }, { type: "Warning", reason, message });
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
  { collisions, replicas, revision }: { collisions: number; replicas: number; revision: bigint },
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
      annotations: {
        ...copiedAnnotations(deployment),
        ...scaleAnnotations(deployment),
        [revisionAnnotation]: String(revision),
      },
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
    [desiredAnnotation]: String(wanted),
    [maxAnnotation]: String(wanted > 0 ? wanted + maxSurgeOf(deployment) : 0),
  };
}

/** The newest set has the highest revision; a set that comes back keeps note of its earlier ones. */
export async function syncNewReplicaSet(
  deployment: Deployment,
  newest: ReplicaSet,
  context: ControllerContext,
): Promise<ReplicaSet> {
  const all = replicaSetsOf(deployment.metadata.uid ?? "", context.informers);
  const others = all.filter(({ metadata }) => metadata.uid !== newest.metadata.uid);
  const highest = highestRevision(others);
  const current = revisionOf(newest);
  const revision = current > highest ? current : highest + 1n;
  const annotations: Record<string, string> = {
    ...copiedAnnotations(deployment),
    [revisionAnnotation]: String(revision),
  };
  if (current > 0n && current !== revision) {
    const history = newest.metadata.annotations?.[historyAnnotation];
    annotations[historyAnnotation] = history ? `${history},${current}` : String(current);
  }
  await setDeploymentRevision(deployment, revision, context);
  const { minReadySeconds = 0 } = deployment.spec;
  const isAnnotated = Object.entries(annotations).every(
    ([name, value]) => newest.metadata.annotations?.[name] === value,
  );
  if (isAnnotated && (newest.spec.minReadySeconds ?? 0) === minReadySeconds) return newest;
  return context.client.patch(replicaSets, keyOf(newest), { metadata: { annotations }, spec: { minReadySeconds } });
}

/** Through the status, as upstream: so the controller has one entry in managedFields. */
async function setDeploymentRevision(
  deployment: Deployment,
  revision: bigint,
  { client }: ControllerContext,
): Promise<void> {
  if (revisionOf(deployment) === revision) return;
  const annotations = { [revisionAnnotation]: String(revision) };
  await client.patch(deployments, keyOf(deployment), { metadata: { annotations } }, "status");
}
