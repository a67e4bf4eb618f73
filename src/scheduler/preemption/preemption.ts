import type { Pod, PodDisruptionBudget } from "../../api/types.gen.ts";
import { podDisruptionBudgets } from "../../resources/policy/pod-disruption-budget.ts";
import type { Random } from "../../sim/random.ts";
import type { ClusterView } from "../cluster-view.ts";
import { type Demands, demandsOf } from "../demands.ts";
import { unavailability } from "../fit-error.ts";
import type { NodeInfo } from "../node-info.ts";
import type { Diagnosis } from "../node-search.ts";
import type { SchedulerPlugin } from "../plugin.ts";
import { priorityOf } from "../priority.ts";
import { impossible, type Refusal } from "../refusal.ts";
import { startOf } from "./importance.ts";
import { type Candidate, victimsOn } from "./victims.ts";

const notHelpful = impossible("Preemption is not helpful for scheduling");
const leastCandidates = 100;

export interface PreemptionOptions {
  readonly view: ClusterView;
  readonly plugins: readonly SchedulerPlugin[];
  readonly random: Random;
}

/** Room on a node, or why there is none to be made. */
export type PreemptionOutcome =
  | Candidate
  | {
      readonly message: string;
      /** Whether the pod has no node to wait for any more. */
      readonly clearsNomination: boolean;
    };

/**
 * DefaultPreemption: finds where a pod would fit if less important pods went. Decides only.
 * https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/#preemption
 */
export function preempt(pod: Pod, diagnosis: Diagnosis, options: PreemptionOptions): PreemptionOutcome {
  const ineligible = ineligibility(pod, diagnosis, options.view);
  if (ineligible !== undefined) return { message: ineligible, clearsNomination: false };
  const { candidates, refusals } = findCandidates(pod, diagnosis, options);
  const best = bestOf(candidates);
  if (best) return best;
  return { message: unavailability(diagnosis.nodeCount, refusals, notHelpful), clearsNomination: true };
}

/** A pod does not preempt again while the room made for it is being cleared. */
function ineligibility(pod: Pod, { refusals }: Diagnosis, view: ClusterView): string | undefined {
  if (pod.spec.preemptionPolicy === "Never") return "not eligible due to preemptionPolicy=Never.";
  const awaited = pod.status?.nominatedNodeName ?? "";
  const refusal = refusals.get(awaited);
  if (refusal && !refusal.mayPreempt) return undefined;
  const isClearing = [...(view.node(awaited)?.pods.values() ?? [])].some(
    (other) => priorityOf(other) < priorityOf(pod) && isMakingRoom(other),
  );
  return isClearing ? "not eligible due to a terminating pod on the nominated node." : undefined;
}

function isMakingRoom({ metadata, status }: Pod): boolean {
  if (!metadata.deletionTimestamp) return false;
  return (status?.conditions ?? []).some(
    ({ type, status: state, reason }) =>
      type === "DisruptionTarget" && state === "True" && reason === "PreemptionByScheduler",
  );
}

interface Findings {
  readonly candidates: readonly Candidate[];
  readonly refusals: readonly Refusal[];
}

/** Begins anywhere and stops when there are enough to choose from, one that breaks no budget among them. */
function findCandidates(pod: Pod, diagnosis: Diagnosis, { view, plugins, random }: PreemptionOptions): Findings {
  const demands = demandsOf(pod, view, plugins);
  const hopeful = view.nodes.filter(({ name }) => diagnosis.refusals.get(name)?.mayPreempt);
  if (!("filters" in demands) || hopeful.length === 0) return { candidates: [], refusals: [] };
  const budgets = view.informers.for(podDisruptionBudgets).list();
  const start = random.integer(hopeful.length);
  const order = [...hopeful.slice(start), ...hopeful.slice(0, start)];
  return lookForVictims(order, demands, { view, budgets });
}

function lookForVictims(
  nodes: readonly NodeInfo[],
  demands: Demands,
  { view, budgets }: { readonly view: ClusterView; readonly budgets: readonly PodDisruptionBudget[] },
): Findings {
  const enough = Math.max(leastCandidates, Math.floor(nodes.length / 10));
  const candidates: Candidate[] = [];
  const refusals: Refusal[] = [];
  for (const node of nodes) {
    const found = victimsOn(node, demands, view, budgets);
    if ("reasons" in found) refusals.push(found);
    else candidates.push(found);
    if (candidates.length >= enough && candidates.some(({ budgetViolations }) => budgetViolations === 0)) break;
  }
  return { candidates, refusals };
}

/** In this order the lower is the better. */
const criteria: readonly ((candidate: Candidate) => number)[] = [
  ({ budgetViolations }) => budgetViolations,
  ({ victims: [first] }) => (first ? priorityOf(first) : Number.NEGATIVE_INFINITY),
  ({ victims }) => victims.reduce((sum, pod) => sum + priorityOf(pod) + 2 ** 31, 0),
  ({ victims }) => victims.length,
  ({ victims }) => -earliestStartOfFirst(victims),
];

function bestOf(candidates: readonly Candidate[]): Candidate | undefined {
  let left = candidates;
  for (const criterion of criteria) {
    const values = left.map((candidate) => criterion(candidate));
    const least = Math.min(...values);
    left = left.filter((_, index) => values[index] === least);
  }
  return left[0];
}

/** Of the most important victims, the one that has run longest. */
function earliestStartOfFirst(victims: readonly Pod[]): number {
  const [first] = victims;
  if (!first) return 0;
  return Math.min(...victims.filter((pod) => priorityOf(pod) === priorityOf(first)).map((pod) => startOf(pod)));
}
