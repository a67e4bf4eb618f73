import type { KubeObject } from "../../api/object.ts";
import { matchesSelector } from "../../api/selectors.ts";
import { internalError, tooManyRequests } from "../../api/status.ts";
import type { DeleteOptions, Eviction, Pod, PodDisruptionBudget } from "../../api/types.gen.ts";
import { timestamp } from "../../sim/clock.ts";
import { checkPreconditions, deleteObject } from "../lifecycle.ts";
import type { Registry, WriteOptions } from "../registry.ts";
import type { CreatableSubresource } from "./subresource.ts";

/** Deletes a pod unless a PodDisruptionBudget forbids it. https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/ */
export const evictionSubresource: CreatableSubresource = {
  plural: "pods",
  subresource: "eviction",

  async create({ registry, resource, key, body, options }) {
    const pod = registry.get(resource, key) as Pod;
    if (countsForBudgets(pod)) await spendBudget(registry, pod, options);
    const deletion = (body as Eviction).deleteOptions ?? {};
    const now = timestamp(registry.clock);
    const mark = (current: KubeObject): KubeObject => {
      checkPreconditions(resource, current, deletion);
      return disrupted(current as Pod, now);
    };
    const write = { ...options, part: "status", subresource: "status" } as const;
    const marked = options.dryRun ? pod : await registry.update(resource, key, mark, write);
    await deleteObject(registry, { resource, key }, withVersion(deletion, marked), options);
    return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 } as unknown as KubeObject;
  },
};

/** Says in its status why it goes: Jobs may ignore such an end. https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#pod-disruption-conditions */
function disrupted(pod: Pod, now: string): Pod {
  const before = pod.status?.conditions ?? [];
  const target = {
    type: "DisruptionTarget",
    status: "True",
    reason: "EvictionByEvictionAPI",
    message: "Eviction API: evicting",
    lastTransitionTime:
      before.find((one) => one.type === "DisruptionTarget" && one.status === "True")?.lastTransitionTime ?? now,
  };
  const conditions = [...before.filter(({ type }) => type !== "DisruptionTarget"), target];
  return { ...pod, status: { ...pod.status, conditions } };
}

/** The version that was asked for is the one before the mark. */
function withVersion(deletion: DeleteOptions, { metadata }: KubeObject): DeleteOptions {
  const { preconditions } = deletion;
  if (preconditions?.resourceVersion === undefined || metadata.resourceVersion === undefined) return deletion;
  return { ...deletion, preconditions: { ...preconditions, resourceVersion: metadata.resourceVersion } };
}

function countsForBudgets({ status, metadata }: Pod): boolean {
  const ended = status?.phase === "Succeeded" || status?.phase === "Failed" || status?.phase === "Pending";
  return !ended && metadata.deletionTimestamp === undefined;
}

async function spendBudget(registry: Registry, pod: Pod, options: WriteOptions): Promise<void> {
  const resource = registry.catalogue.find("policy", "v1", "poddisruptionbudgets");
  if (!resource) return;
  const budgets = (registry.list(resource, pod.metadata.namespace) as readonly PodDisruptionBudget[]).filter(
    ({ spec }) => spec.selector !== undefined && matchesSelector(spec.selector, pod.metadata.labels ?? {}),
  );
  if (budgets.length > 1) {
    throw internalError(
      "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.",
    );
  }
  const [budget] = budgets;
  if (!budget) return;
  refuseIfSpent(budget);
  const key = { namespace: budget.metadata.namespace ?? "", name: budget.metadata.name };
  const change = (current: KubeObject): KubeObject =>
    spent(current as PodDisruptionBudget, pod, timestamp(registry.clock));
  await registry.update(resource, key, change, { ...options, part: "status", subresource: "status" });
}

/** https://kubernetes.io/docs/tasks/run-application/configure-pdb/ */
function refuseIfSpent({ metadata, status, spec }: PodDisruptionBudget): void {
  if (status && (status.observedGeneration ?? 0) >= (metadata.generation ?? 0) && status.disruptionsAllowed > 0) return;
  const needs = `The disruption budget ${metadata.name} needs ${status?.desiredHealthy ?? 0} healthy pods and has ${status?.currentHealthy ?? 0} currently`;
  const observed = (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
  const message = observed ? needs : `The disruption budget ${metadata.name} is still being processed by the server.`;
  throw tooManyRequests("Cannot evict pod as it would violate the pod's disruption budget.", {
    causes: [{ reason: "DisruptionBudget", message }],
    ...(spec.minAvailable === undefined && !observed ? { retryAfterSeconds: 10 } : {}),
  });
}

function spent(budget: PodDisruptionBudget, { metadata }: Pod, now: string): PodDisruptionBudget {
  const status = budget.status ?? { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 };
  return {
    ...budget,
    status: {
      ...status,
      disruptionsAllowed: Math.max(0, status.disruptionsAllowed - 1),
      disruptedPods: { ...status.disruptedPods, [metadata.name]: now },
    },
  };
}
