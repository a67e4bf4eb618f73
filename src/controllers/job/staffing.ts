import { keyOf } from "../../api/object.ts";
import type { Container, EnvVar, Job, Pod } from "../../api/types.gen.ts";
import { pods } from "../../resources/core/pod.ts";
import type { ControllerContext } from "../controller.ts";
import { inDeletionOrder } from "../pods/deletion-order.ts";
import { createPod, deletePod, type NewPod, podFrom } from "../pods/pod-control.ts";
import { isTerminating } from "../pods/pod-state.ts";
import { backoffMs, type BackoffRecord } from "./backoff.ts";
import { isFailedFor, replacesOnlyFailed } from "./failure-policy.ts";
import { indexKey, indexOf, isIndexed } from "./indexes.ts";
import { isTracked, type Observation, trackingFinalizer } from "./observation.ts";
import { failureAnnotations, recordOf } from "./per-index.ts";

/** As the controller's events name it. */
export const component = "job-controller";

const burst = 500;
const longestGenerateName = 58;

/** Makes the pods that are missing or removes those that are too many. Returns the ms to wait until more can be made. */
export async function staff(
  observation: Observation,
  backoff: BackoffRecord,
  context: ControllerContext,
): Promise<number | undefined> {
  const { job, active } = observation;
  const wanted = job.spec.suspend ? 0 : wantedPods(observation);
  const surplus = podsToRemove(observation, Math.max(0, active.length - wanted), context.clock.now());
  if (surplus.length > 0) {
    for (const pod of surplus.slice(0, job.spec.suspend ? undefined : burst)) await dismiss(pod, job, context);
    return undefined;
  }
  const leaving = replacesOnlyFailed(job) ? observation.terminating : 0;
  const missing = Math.min(wanted - leaving - active.length, burst);
  if (missing <= 0 || job.spec.suspend) return undefined;
  return isIndexed(job)
    ? hireByIndex(observation, { missing, backoff }, context)
    : hire(job, { missing, backoff }, context);
}

function wantedPods({ job, active, succeeded }: Observation): number {
  const { completions, parallelism = 1 } = job.spec;
  if (completions === undefined) return succeeded > 0 ? active.length : parallelism;
  return Math.max(0, Math.min(completions - succeeded, parallelism));
}

/** Pods of an index that another has or nobody needs go first. */
function podsToRemove({ job, active }: Observation, atLeast: number, now: number): readonly Pod[] {
  const ordered = inDeletionOrder(active, active, now);
  if (!isIndexed(job)) return ordered.slice(0, atLeast);
  const seen = new Set<number>();
  const useless = new Set<Pod>();
  for (const pod of ordered.toReversed()) {
    const index = indexOf(pod, job);
    if (index === undefined || seen.has(index)) useless.add(pod);
    else seen.add(index);
  }
  const others = ordered.filter((pod) => !useless.has(pod));
  return [...useless, ...others.slice(0, Math.max(0, atLeast - useless.size))];
}

/** A pod that is sent away does not count as failed: it is let go before it is deleted. */
async function dismiss(pod: Pod, job: Job, context: ControllerContext): Promise<void> {
  await releasePod(pod, context);
  await deletePod(pod, job, component, context);
}

/** Takes the Job's hold off a pod. */
export async function releasePod(pod: Pod, { client, informers }: ControllerContext): Promise<void> {
  const current = informers.for(pods).get(keyOf(pod));
  if (!current || current.metadata.uid !== pod.metadata.uid || !isTracked(current)) return;
  const finalizers = (current.metadata.finalizers ?? []).filter((one) => one !== trackingFinalizer);
  await client.patch(pods, keyOf(pod), { metadata: { finalizers: finalizers.length > 0 ? finalizers : null } });
}

interface Opening {
  readonly missing: number;
  readonly backoff: BackoffRecord;
}

async function hire(job: Job, { missing, backoff }: Opening, context: ControllerContext): Promise<number | undefined> {
  const waitMs = backoffMs(backoff, context.clock.now());
  if (waitMs > 0) return waitMs;
  const finalizers = finalizersFor(job);
  for (let made = 0; made < missing; made++) {
    await createPod(podFrom(job.spec.template, job, { finalizers }), job, component, context);
  }
  return undefined;
}

async function hireByIndex(
  observation: Observation,
  { missing, backoff }: Opening,
  context: ControllerContext,
): Promise<number | undefined> {
  const { job, lastFailures } = observation;
  const now = context.clock.now();
  const isPerIndex = job.spec.backoffLimitPerIndex !== undefined;
  const waitMs = isPerIndex ? 0 : backoffMs(backoff, now);
  if (waitMs > 0) return waitMs;
  const waits: number[] = [];
  for (const index of pendingIndexes(observation, missing)) {
    const last = lastFailures.get(index);
    const wait = last ? backoffMs(recordOf(last), now) : 0;
    if (wait > 0) {
      waits.push(wait);
      continue;
    }
    const pod = podFrom(job.spec.template, job, memberOf(job, index, failureAnnotations(job, last)));
    await createPod(pod, job, component, context);
  }
  return waits.length > 0 ? Math.min(...waits) : undefined;
}

/** The lowest indexes that have neither ended nor a pod. */
function pendingIndexes(
  { job, active, pods: all, succeededIndexes, failedIndexes }: Observation,
  count: number,
): number[] {
  const leaving = replacesOnlyFailed(job) ? all.filter((pod) => isTerminating(pod) && !isFailedFor(pod, job)) : [];
  const taken = new Set([...active, ...leaving].flatMap((pod) => indexOf(pod, job) ?? []));
  const found: number[] = [];
  for (let index = 0; index < (job.spec.completions ?? 0) && found.length < count; index++) {
    if (!taken.has(index) && !succeededIndexes.has(index) && !failedIndexes?.has(index)) found.push(index);
  }
  return found;
}

/** https://kubernetes.io/docs/concepts/workloads/controllers/job/#completion-mode */
function memberOf(job: Job, index: number, annotations: Record<string, string>): NewPod {
  const { name } = job.metadata;
  const { spec } = job.spec.template;
  const own = { [indexKey]: String(index) };
  const suffix = `-${index}-`;
  return {
    generateName: name.slice(0, longestGenerateName - suffix.length) + suffix,
    labels: own,
    annotations: { ...own, ...annotations },
    finalizers: finalizersFor(job),
    spec: {
      hostname: `${name}-${index}`,
      containers: (spec?.containers ?? []).map((container) => withIndex(container)),
      ...(spec?.initContainers ? { initContainers: spec.initContainers.map((container) => withIndex(container)) } : {}),
    },
  };
}

const indexVariable: EnvVar = {
  name: "JOB_COMPLETION_INDEX",
  valueFrom: { fieldRef: { fieldPath: `metadata.labels['${indexKey}']` } },
};

function withIndex(container: Container): Container {
  const { env = [] } = container;
  if (env.some(({ name }) => name === indexVariable.name)) return container;
  return { ...container, env: [...env, indexVariable] };
}

function finalizersFor({ spec }: Job): string[] {
  const others = (spec.template.metadata?.finalizers ?? []).filter((one) => one !== trackingFinalizer);
  return [...others, trackingFinalizer];
}
