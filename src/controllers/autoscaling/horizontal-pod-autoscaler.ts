import { keyOf, type KubeObject, sameTree } from "../../api/object.ts";
import { ApiError } from "../../api/status.ts";
import type { HorizontalPodAutoscaler, HorizontalPodAutoscalerStatus, MetricStatus, Pod } from "../../api/types.gen.ts";
import type { PodMetrics } from "../../client/pod-metrics.ts";
import { horizontalPodAutoscalers } from "../../resources/autoscaling/horizontal-pod-autoscaler.ts";
import { pods } from "../../resources/core/pod.ts";
import { has, type ResourceDefinition } from "../../resources/definition.ts";
import { scaleOf } from "../../resources/scale.ts";
import { timestamp } from "../../sim/clock.ts";
import type { Controller, ControllerContext, Requeue } from "../controller.ts";
import { type Verdict, withVerdicts } from "./conditions.ts";
import { type FollowedSelectors, podsFollowedBy, type SelectorProblem } from "./followed-pods.ts";
import { type MetricContext, type MetricProblem, type MetricValue, valueOf } from "./metric-values.ts";
import { afterScaling, type Memory, nothingRemembered, paced, remembering } from "./pace.ts";

const component = "horizontal-pod-autoscaler";
/** Usage is a rate: it has to be looked at again and again. */
const periodMs = 15_000;

export interface AutoscalerSettings {
  resources(): readonly ResourceDefinition[];
  /** None: there is no metrics server. */
  readonly podMetrics?: PodMetrics;
}

/** Scales workloads by what their pods use. https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/ */
export function horizontalPodAutoscaler(settings: AutoscalerSettings): Controller<HorizontalPodAutoscaler> {
  const memories = new Map<string, { readonly memory: Memory; readonly spec: unknown; readonly lookedAt: number }>();
  const followed: FollowedSelectors = new Map();
  return {
    name: "horizontal-pod-autoscaler-controller",
    reconciles: horizontalPodAutoscalers,

    async reconcile(key, context): Promise<Requeue | undefined> {
      const autoscaler = context.informers.for(horizontalPodAutoscalers).get(key);
      const id = `${key.namespace}/${key.name}`;
      if (!autoscaler) {
        memories.delete(id);
        followed.delete(id);
        return undefined;
      }
      const now = context.clock.now();
      const known = memories.get(id);
      const waitMs = known && known.spec === autoscaler.spec ? known.lookedAt + periodMs - now : 0;
      if (waitMs > 0) return { requeueAfterMs: waitMs };
      const turn = { autoscaler, settings, followed, memory: known?.memory ?? nothingRemembered, context };
      const memory = await look(turn);
      memories.set(id, { memory, spec: autoscaler.spec, lookedAt: now });
      return { requeueAfterMs: periodMs };
    },
  };
}

interface Turn {
  readonly autoscaler: HorizontalPodAutoscaler;
  readonly settings: AutoscalerSettings;
  readonly followed: FollowedSelectors;
  readonly memory: Memory;
  readonly context: ControllerContext;
}

interface Target {
  readonly resource: ResourceDefinition;
  readonly object: KubeObject;
  readonly current: number;
  readonly selector: string;
}

async function look(turn: Turn): Promise<Memory> {
  const target = findTarget(turn);
  if (typeof target === "string") {
    const message = `the HPA controller was unable to get the target's current scale: ${target}`;
    tell(turn, { type: "Warning", reason: "FailedGetScale", message: target });
    await writeStatus(turn, {}, [{ type: "AbleToScale", status: "False", reason: "FailedGetScale", message }]);
    return turn.memory;
  }
  const able: Verdict = {
    type: "AbleToScale",
    status: "True",
    reason: "SucceededGetScale",
    message: "the HPA controller was able to get the target's current scale",
  };
  const { minReplicas = 1, maxReplicas } = turn.autoscaler.spec;
  if (target.current === 0 && minReplicas !== 0) {
    const message = "scaling is disabled since the replica count of the target is zero";
    const idle: Verdict = { type: "ScalingActive", status: "False", reason: "ScalingDisabled", message };
    await writeStatus(turn, { currentReplicas: 0, desiredReplicas: 0 }, [able, idle]);
    return turn.memory;
  }
  if (target.current > maxReplicas) {
    return scaleTo(turn, target, {
      replicas: maxReplicas,
      why: "Current number of replicas above Spec.MaxReplicas",
      verdicts: [able],
    });
  }
  if (target.current < minReplicas) {
    return scaleTo(turn, target, {
      replicas: minReplicas,
      why: "Current number of replicas below Spec.MinReplicas",
      verdicts: [able],
    });
  }
  return followMetrics(turn, target, able);
}

/** The object with a scale, or why there is none. */
function findTarget({ autoscaler, settings, context }: Turn): Target | string {
  const { apiVersion = "", kind, name } = autoscaler.spec.scaleTargetRef;
  const group = apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
  const resource = settings.resources().find((one) => one.kind === kind && one.group === group);
  if (!resource || !has(resource, "scale")) {
    return `no matches for kind ${JSON.stringify(kind)} in group ${JSON.stringify(group)}`;
  }
  const object = context.informers.for(resource).get({ namespace: autoscaler.metadata.namespace ?? "", name });
  const qualified = `${resource.plural}${group ? `.${group}` : ""}`;
  if (!object) return `${qualified} ${JSON.stringify(name)} not found`;
  try {
    const { spec, status } = scaleOf(object, resource.scalePaths);
    return { resource, object, current: spec?.replicas ?? 0, selector: status?.selector ?? "" };
  } catch (error) {
    if (error instanceof ApiError) return error.message;
    throw error;
  }
}

async function followMetrics(turn: Turn, target: Target, able: Verdict): Promise<Memory> {
  const { autoscaler, settings, context } = turn;
  const now = context.clock.now();
  const { current } = target;
  const followed = podsOf(turn, target);
  if ("event" in followed) {
    await refuse(turn, target, followed, able);
    return turn.memory;
  }
  const measuring: MetricContext = {
    namespace: autoscaler.metadata.namespace ?? "",
    pods: followed,
    metrics: settings.podMetrics,
    now,
    current,
  };
  const values = (autoscaler.spec.metrics ?? []).map((metric) => valueOf(metric, measuring));
  const found = values.filter((value): value is MetricValue => "replicas" in value);
  const problems = values.filter((value): value is MetricProblem => "summary" in value);
  const statuses = found.map(({ status }) => status);
  const best = found.toSorted((a, b) => b.replicas - a.replicas)[0];
  for (const { reason, message } of problems) tell(turn, { type: "Warning", reason, message });
  if (!best || (problems.length > 0 && best.replicas < current)) {
    await giveUp(turn, target, { problems, total: values.length, statuses, able });
    return turn.memory;
  }
  const message = `the HPA was able to successfully calculate a replica count from ${best.name}`;
  const active: Verdict = { type: "ScalingActive", status: "True", reason: "ValidMetricFound", message };
  const memory = remembering(withFirst(turn.memory, { current, now }), { wanted: best.replicas, now });
  const pace = paced({ spec: autoscaler.spec, current, wanted: best.replicas, memory, now });
  const why = pace.replicas > current ? `${best.name} above target` : "All metrics below target";
  const verdicts = [pace.able, active, pace.limited];
  return scaleTo({ ...turn, memory }, target, { replicas: pace.replicas, why, verdicts, statuses });
}

/** The number of pods that there were before counts as the first recommendation. */
function withFirst(memory: Memory, { current, now }: { current: number; now: number }): Memory {
  return memory.recommendations.length > 0 ? memory : { ...memory, recommendations: [{ at: now, count: current }] };
}

function podsOf({ autoscaler, followed, context }: Turn, { selector }: Target): readonly Pod[] | SelectorProblem {
  const { namespace = "", name } = autoscaler.metadata;
  const podsHere = context.informers.for(pods).list(namespace);
  return podsFollowedBy({ autoscaler: `${namespace}/${name}`, selector, podsHere, followed });
}

async function refuse(
  turn: Turn,
  { current }: Target,
  { event, reason, message, verdict = message }: SelectorProblem,
  able: Verdict,
): Promise<void> {
  tell(turn, { type: "Warning", reason: event, message });
  tell(turn, { type: "Warning", reason: "FailedComputeMetricsReplicas", message });
  const idle: Verdict = { type: "ScalingActive", status: "False", reason, message: verdict };
  await writeStatus(turn, { currentReplicas: current, currentMetrics: [] }, [able, idle]);
}

async function giveUp(
  turn: Turn,
  { current }: Target,
  {
    problems,
    total,
    statuses,
    able,
  }: { problems: readonly MetricProblem[]; total: number; statuses: readonly MetricStatus[]; able: Verdict },
): Promise<void> {
  const [first] = problems;
  const summary = `invalid metrics (${problems.length} invalid out of ${total}), first error is: ${first?.summary ?? ""}`;
  tell(turn, { type: "Warning", reason: "FailedComputeMetricsReplicas", message: summary });
  const message = `the HPA was unable to compute the replica count: ${first?.message ?? ""}`;
  const idle: Verdict = { type: "ScalingActive", status: "False", reason: first?.reason ?? "", message };
  const { desiredReplicas = 0 } = turn.autoscaler.status ?? {};
  await writeStatus(turn, { currentReplicas: current, desiredReplicas, currentMetrics: statuses }, [able, idle]);
}

interface Decision {
  readonly replicas: number;
  readonly why: string;
  readonly verdicts: readonly Verdict[];
  readonly statuses?: readonly MetricStatus[];
}

async function scaleTo(turn: Turn, target: Target, { replicas, why, verdicts, statuses }: Decision): Promise<Memory> {
  const { context, memory, autoscaler } = turn;
  const { current, resource, object } = target;
  const before = { currentMetrics: statuses ?? autoscaler.status?.currentMetrics ?? [] };
  if (replicas === current) {
    await writeStatus(turn, { currentReplicas: current, desiredReplicas: current, ...before }, verdicts);
    return memory;
  }
  const what = `New size: ${replicas}; reason: ${why}`;
  try {
    await context.client.patch(resource, keyOf(object), { spec: { replicas } }, "scale");
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    tell(turn, { type: "Warning", reason: "FailedRescale", message: `${what}; error: ${error.message}` });
    const message = `the HPA controller was unable to update the target scale: ${error.message}`;
    const unable: Verdict = { type: "AbleToScale", status: "False", reason: "FailedUpdateScale", message };
    await writeStatus(turn, { currentReplicas: current, desiredReplicas: current, ...before }, [...verdicts, unable]);
    return memory;
  }
  tell(turn, { type: "Normal", reason: "SuccessfulRescale", message: what });
  const message = `the HPA controller was able to update the target scale to ${replicas}`;
  const scaled: Verdict = { type: "AbleToScale", status: "True", reason: "SucceededRescale", message };
  const lastScaleTime = timestamp(context.clock);
  const status = { currentReplicas: current, desiredReplicas: replicas, lastScaleTime, ...before };
  await writeStatus(turn, status, [...verdicts, scaled]);
  return afterScaling(memory, { change: replicas - current, now: context.clock.now() });
}

function tell(
  { autoscaler, context }: Turn,
  text: { type: "Normal" | "Warning"; reason: string; message: string },
): void {
  context.events.record(autoscaler, { component }, text);
}

async function writeStatus(
  { autoscaler, context }: Turn,
  change: Partial<HorizontalPodAutoscalerStatus>,
  verdicts: readonly Verdict[],
): Promise<void> {
  const { currentMetrics, ...before } = autoscaler.status ?? { desiredReplicas: 0 };
  const metrics = change.currentMetrics ?? currentMetrics ?? [];
  const status = {
    ...before,
    ...change,
    ...(autoscaler.metadata.generation === undefined ? {} : { observedGeneration: autoscaler.metadata.generation }),
    conditions: withVerdicts(before.conditions ?? [], verdicts, timestamp(context.clock)),
  };
  const { currentMetrics: _, ...rest } = status;
  const next = metrics.length > 0 ? { ...rest, currentMetrics: metrics } : rest;
  if (sameTree(next, autoscaler.status)) return;
  await context.client.updateStatus(horizontalPodAutoscalers, { ...autoscaler, status: next });
}
