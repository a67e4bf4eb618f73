import { keyOf } from "../api/object.ts";
import type { Namespace, NamespaceCondition } from "../api/types.gen.ts";
import { deleteIfPresent } from "../client/delete-if-present.ts";
import { namespaces } from "../resources/core/namespace.ts";
import { pods } from "../resources/core/pod.ts";
import { isSecondVersion, type ResourceDefinition } from "../resources/definition.ts";
import { timestamp } from "../sim/clock.ts";
import type { Controller, ControllerContext, Requeue } from "./controller.ts";

const finalizer = "kubernetes";

/** What is left in a namespace, by resource: `pods. has 2 resource instances`. */
interface Remainder {
  readonly resource: ResourceDefinition;
  readonly count: number;
  readonly finalizers: ReadonlyMap<string, number>;
}

/** Empties namespaces that are being deleted, then lets them go. https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/ */
export function namespaceController(resources: () => readonly ResourceDefinition[]): Controller<Namespace> {
  return {
    name: "namespace-controller",
    reconciles: namespaces,

    async reconcile(key, context) {
      const namespace = context.informers.for(namespaces).get(key);
      if (!namespace?.metadata.deletionTimestamp || !namespace.spec.finalizers?.includes(finalizer)) return undefined;
      const remaining = await empty(key.name, resources(), context);
      if (remaining.length > 0) return report(namespace, remaining, context);
      await report(namespace, [], context);
      const finalizers = namespace.spec.finalizers.filter((one) => one !== finalizer);
      await context.client.patch(namespaces, key, { spec: { finalizers } }, "finalize");
      return undefined;
    },
  };
}

async function empty(
  namespace: string,
  resources: readonly ResourceDefinition[],
  { client }: ControllerContext,
): Promise<Remainder[]> {
  const remaining: Remainder[] = [];
  for (const resource of resources.filter((one) => isDeletable(one))) {
    for (const object of await client.list(resource, namespace)) {
      if (!object.metadata.deletionTimestamp) {
        await deleteIfPresent(client, resource, keyOf(object), { propagationPolicy: "Background" });
      }
    }
    const left = await client.list(resource, namespace);
    if (left.length > 0) remaining.push({ resource, count: left.length, finalizers: countFinalizers(left) });
  }
  return remaining;
}

function isDeletable(resource: ResourceDefinition): boolean {
  const { namespaced, verbs } = resource;
  if (!namespaced || isSecondVersion(resource)) return false;
  return verbs === undefined || (verbs.includes("delete") && verbs.includes("list"));
}

function countFinalizers(objects: readonly { metadata: { finalizers?: readonly string[] } }[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of objects.flatMap(({ metadata }) => metadata.finalizers ?? [])) {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

/** Tells in the namespace's conditions what holds it back; looks again when that may have gone. */
async function report(
  namespace: Namespace,
  remaining: readonly Remainder[],
  { client, clock }: ControllerContext,
): Promise<Requeue | undefined> {
  const now = timestamp(clock);
  const conditions = conditionsFor(remaining).map((condition): NamespaceCondition => {
    const before = namespace.status?.conditions?.find(({ type }) => type === condition.type);
    const unchanged = before?.status === condition.status && before.message === condition.message;
    return { ...condition, lastTransitionTime: unchanged ? (before.lastTransitionTime ?? now) : now };
  });
  await client.updateStatus(namespaces, { ...namespace, status: { phase: "Terminating", conditions } });
  return remaining.length > 0 ? { requeueAfterMs: waitMs(remaining) } : undefined;
}

/** Pods take their time to stop; other things go at once or when their finalizers do. */
function waitMs(remaining: readonly Remainder[]): number {
  return remaining.some(({ resource }) => resource.plural === pods.plural) ? 1000 : 5000;
}

function conditionsFor(remaining: readonly Remainder[]): NamespaceCondition[] {
  const finalizers = new Map<string, number>();
  for (const [name, count] of remaining.flatMap((one) => [...one.finalizers])) {
    finalizers.set(name, (finalizers.get(name) ?? 0) + count);
  }
  const content = remaining.map(
    ({ resource, count }) => `${resource.plural}.${resource.group} has ${count} resource instances`,
  );
  const held = [...finalizers].map(([name, count]) => `${name} in ${count} resource instances`);
  return [
    {
      type: "NamespaceDeletionDiscoveryFailure",
      status: "False",
      reason: "ResourcesDiscovered",
      message: "All resources successfully discovered",
    },
    {
      type: "NamespaceDeletionGroupVersionParsingFailure",
      status: "False",
      reason: "ParsedGroupVersions",
      message: "All legacy kube types successfully parsed",
    },
    {
      type: "NamespaceDeletionContentFailure",
      status: "False",
      reason: "ContentDeleted",
      message: "All content successfully deleted, may be waiting on finalization",
    },
    content.length > 0
      ? {
          type: "NamespaceContentRemaining",
          status: "True",
          reason: "SomeResourcesRemain",
          message: `Some resources are remaining: ${content.join(", ")}`,
        }
      : {
          type: "NamespaceContentRemaining",
          status: "False",
          reason: "ContentRemoved",
          message: "All content successfully removed",
        },
    held.length > 0
      ? {
          type: "NamespaceFinalizersRemaining",
          status: "True",
          reason: "SomeFinalizersRemain",
          message: `Some content in the namespace has finalizers remaining: ${held.join(", ")}`,
        }
      : {
          type: "NamespaceFinalizersRemaining",
          status: "False",
          reason: "ContentHasNoFinalizers",
          message: "All content-preserving finalizers finished",
        },
  ];
}
