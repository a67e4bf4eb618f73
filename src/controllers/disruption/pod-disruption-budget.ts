import { keyOf, sameTree } from "../../api/object.ts";
import { formatLabelSelector, matchesSelector } from "../../api/selectors.ts";
import type { Condition, Pod, PodDisruptionBudget, PodDisruptionBudgetStatus } from "../../api/types.gen.ts";
import type { EventText } from "../../client/events.ts";
import { pods } from "../../resources/core/pod.ts";
import type { ResourceDefinition } from "../../resources/definition.ts";
import { podDisruptionBudgets } from "../../resources/policy/pod-disruption-budget.ts";
import { timestamp } from "../../sim/clock.ts";
import { type Controller, type ControllerContext, type Requeue, watching } from "../controller.ts";
import { isReady, isTerminating } from "../pods/pod-state.ts";
import { type Expectation, expectedPods } from "./expected-pods.ts";

const component = "controllermanager";
/** So long an evicted pod may take to be deleted before it counts as there again. */
const evictionMs = 2 * 60_000;

/** Works out how many of a budget's pods may be evicted now. https://kubernetes.io/docs/tasks/run-application/configure-pdb/ */
export function disruptionController(resources: () => readonly ResourceDefinition[]): Controller<PodDisruptionBudget> {
  return {
    name: "disruption-controller",
    reconciles: podDisruptionBudgets,
    watches: [
      watching(pods, ({ object, previous }, { informers }) =>
        informers
          .for(podDisruptionBudgets)
          .list(object.metadata.namespace)
          .filter((budget) => isCovered(budget, object) || (previous && isCovered(budget, previous)))
          .map((budget) => keyOf(budget)),
      ),
    ],

    async reconcile(key, context) {
      const budget = context.informers.for(podDisruptionBudgets).get(key);
      if (!budget || budget.metadata.deletionTimestamp) return undefined;
      const covered = context.informers
        .for(pods)
        .list(key.namespace)
        .filter((pod) => isCovered(budget, pod));
      const tell = (text: EventText): void => context.events.record(budget, { component }, text);
      if (covered.length === 0) tell({ type: "Normal", reason: "NoPods", message: "No matching pods found" });
      const expectation = expectedPods(budget, covered, { resources: resources(), informers: context.informers });
      tellOfProblems(budget, expectation, tell);
      const disrupted = stillLeaving(budget, covered, { now: context.clock.now(), context });
      const status = statusOf(budget, { expectation, disrupted, pods: covered }, timestamp(context.clock));
      if (!sameTree(status, budget.status))
        await context.client.updateStatus(podDisruptionBudgets, { ...budget, status });
      return recheck(disrupted, context.clock.now());
    },
  };
}

function isCovered({ spec }: PodDisruptionBudget, { metadata }: Pod): boolean {
  return spec.selector !== undefined && matchesSelector(spec.selector, metadata.labels ?? {});
}

function tellOfProblems(
  { spec }: PodDisruptionBudget,
  { problem, unmanaged }: Expectation,
  tell: (text: EventText) => void,
): void {
  if (unmanaged.length > 0) {
    const message = `Pods selected by this PodDisruptionBudget (selector: ${formatLabelSelector(spec.selector)}) were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.`;
    tell({ type: "Warning", reason: "UnmanagedPods", message });
  }
  if (!problem) return;
  const message = `Failed to calculate the number of expected pods: ${problem}`;
  tell({ type: "Warning", reason: "CalculateExpectedPodCountFailed", message });
}

type Disrupted = Readonly<Record<string, string>>;

/** Pods that have been evicted and are not yet being deleted. */
function stillLeaving(
  budget: PodDisruptionBudget,
  covered: readonly Pod[],
  { now, context }: { now: number; context: ControllerContext },
): Disrupted {
  const present = new Map(covered.filter((pod) => !isTerminating(pod)).map((pod) => [pod.metadata.name, pod]));
  const entries = Object.entries(budget.status?.disruptedPods ?? {}).filter(([name]) => present.has(name));
  const [late, waiting] = [true, false].map((isLate) =>
    entries.filter(([, time]) => Date.parse(time) + evictionMs < now === isLate),
  );
  for (const [name] of late ?? []) {
    const pod = present.get(name);
    const { namespace = "" } = budget.metadata;
    const message = `Pod was expected by PDB ${namespace}/${budget.metadata.name} to be deleted but it wasn't`;
    if (pod) context.events.record(pod, { component }, { type: "Warning", reason: "NotDeleted", message });
  }
  return Object.fromEntries(waiting ?? []);
}

function recheck(disrupted: Disrupted, now: number): Requeue | undefined {
  const times = Object.values(disrupted).map((time) => Date.parse(time) + evictionMs + 1 - now);
  return times.length > 0 ? { requeueAfterMs: Math.min(...times) } : undefined;
}

function statusOf(
  { metadata, status }: PodDisruptionBudget,
  { expectation, disrupted, pods: covered }: { expectation: Expectation; disrupted: Disrupted; pods: readonly Pod[] },
  now: string,
): PodDisruptionBudgetStatus {
  const observedGeneration = metadata.generation ?? 0;
  if (expectation.problem) {
    const before = status ?? { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 };
    const verdict = { status: "False", reason: "SyncFailed", message: expectation.problem };
    return { ...before, disruptionsAllowed: 0, conditions: conditionsOf(status, verdict, { observedGeneration, now }) };
  }
  const { expected, desiredHealthy } = expectation;
  const healthy = covered.filter((pod) => isReady(pod) && !isTerminating(pod) && !(pod.metadata.name in disrupted));
  const disruptionsAllowed = expected > 0 ? Math.max(0, healthy.length - desiredHealthy) : 0;
  const verdict =
    disruptionsAllowed > 0
      ? { status: "True", reason: "SufficientPods", message: "" }
      : { status: "False", reason: "InsufficientPods", message: "" };
  return {
    observedGeneration,
    ...(Object.keys(disrupted).length > 0 ? { disruptedPods: disrupted } : {}),
    disruptionsAllowed,
    currentHealthy: healthy.length,
    desiredHealthy,
    expectedPods: expected,
    conditions: conditionsOf(status, verdict, { observedGeneration, now }),
  };
}

function conditionsOf(
  status: PodDisruptionBudgetStatus | undefined,
  verdict: Pick<Condition, "status" | "reason" | "message">,
  { observedGeneration, now }: { observedGeneration: number; now: string },
): readonly Condition[] {
  const type = "DisruptionAllowed";
  const before = status?.conditions?.find((one) => one.type === type);
  const lastTransitionTime = before?.status === verdict.status ? before.lastTransitionTime : now;
  const others = status?.conditions?.filter((one) => one.type !== type) ?? [];
  return [...others, { type, ...verdict, observedGeneration, lastTransitionTime }];
}
