import type { Pod } from "../../api/types.gen.ts";
import type { ClusterView } from "../cluster-view.ts";
import type { CountByDomain } from "../domain-count.ts";
import type { NodeInfo } from "../node-info.ts";
import type { NodeFilter, SchedulerPlugin } from "../plugin.ts";
import { crowdedOut, impossible, type Refusal } from "../refusal.ts";
import { defaultSpreadConstraintsOf, type SpreadConstraint, spreadConstraintsOf } from "../spread-constraints.ts";

const hostname = "kubernetes.io/hostname";
const uneven = crowdedOut("node(s) didn't match pod topology spread constraints");
const unlabelled = impossible("node(s) didn't match pod topology spread constraints (missing required label)");

/** https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/ */
export const podTopologySpread: SchedulerPlugin = {
  name: "PodTopologySpread",
  weight: 2,

  filter(pod, view) {
    const constraints = spreadConstraintsOf(pod, "DoNotSchedule");
    return constraints.length > 0 ? evenness(constraints, view) : undefined;
  },

  score(pod, view, nodes) {
    const isOwn = (pod.spec.topologySpreadConstraints ?? []).length > 0;
    const constraints = isOwn
      ? spreadConstraintsOf(pod, "ScheduleAnyway")
      : defaultSpreadConstraintsOf(pod, view.informers);
    return constraints.length > 0 ? ratings(constraints, view, { nodes, needsEveryLabel: isOwn }) : undefined;
  },

  helps(pod, change) {
    const constraints = spreadConstraintsOf(pod, "DoNotSchedule");
    const isCounted = (other: Pod): boolean => constraints.some(({ counted }) => counted.matches(other));
    switch (change.what) {
      case "node":
        return (
          hasLabels(change.object.metadata.labels, constraints) &&
          change.object.metadata.labels !== change.previous?.metadata.labels
        );
      case "node gone":
        return hasLabels(change.object.metadata.labels, constraints);
      case "pod gone":
        return isCounted({ ...change.object, metadata: withoutDeletion(change.object) });
      case "pod":
        return isCounted(change.object) !== (change.previous !== undefined && isCounted(change.previous));
      default:
        return false;
    }
  },
};

function withoutDeletion({ metadata }: Pod): Pod["metadata"] {
  const { deletionTimestamp: _, ...rest } = metadata;
  return rest;
}

/** What is counted for one constraint, and the least of it. */
interface Tally {
  readonly constraint: SpreadConstraint;
  readonly counts: CountByDomain;
  least: number | undefined;
}

function evenness(constraints: readonly SpreadConstraint[], view: ClusterView): NodeFilter {
  const tallies = constraints.map((constraint): Tally => {
    const counts = view.counts.byDomain(constraint.counted, constraint.topology);
    return { constraint, counts, least: undefined };
  });
  return {
    refuses(node) {
      for (const tally of tallies) {
        const refusal = tilts(tally, node);
        if (refusal) return refusal;
      }
      return undefined;
    },
    suppose(pod, node, by) {
      for (const tally of tallies) supposeOne(tally, { pod, node, by });
    },
  };
}

function tilts(tally: Tally, { labels }: NodeInfo): Refusal | undefined {
  const { constraint, counts } = tally;
  const value = labels[constraint.topologyKey];
  if (value === undefined) return unlabelled;
  const skew = (counts.get(value) ?? 0) + Number(constraint.countsSelf) - leastOf(tally);
  return skew > constraint.maxSkew ? uneven : undefined;
}

/** With fewer domains than wanted there is one more, empty. */
function leastOf(tally: Tally): number {
  const { constraint, counts } = tally;
  if (counts.size < constraint.minDomains) return 0;
  if (tally.least === undefined) {
    let least = Number.POSITIVE_INFINITY;
    for (const count of counts.values()) least = Math.min(least, count);
    tally.least = counts.size === 0 ? 0 : least;
  }
  return tally.least;
}

function supposeOne(tally: Tally, { pod, node, by }: { pod: Pod; node: NodeInfo; by: 1 | -1 }): void {
  const { constraint, counts } = tally;
  if (!constraint.counted.matches(pod) || !constraint.topology.includes(node.node)) return;
  const value = node.labels[constraint.topologyKey] ?? "";
  counts.set(value, (counts.get(value) ?? 0) + by);
  tally.least = undefined;
}

function hasLabels(
  labels: Readonly<Record<string, string>> | undefined,
  constraints: readonly SpreadConstraint[],
): boolean {
  return labels !== undefined && constraints.every(({ topologyKey }) => labels[topologyKey] !== undefined);
}

/** The fewer of a kind where a node is, the better; domains of a topology with many of them weigh more. */
function ratings(
  constraints: readonly SpreadConstraint[],
  view: ClusterView,
  { nodes, needsEveryLabel }: { nodes: readonly NodeInfo[]; needsEveryLabel: boolean },
): readonly number[] {
  const rated = needsEveryLabel ? nodes.filter(({ labels }) => hasLabels(labels, constraints)) : nodes;
  const burdens = constraints.map((constraint) => burdenOf(constraint, view, rated));
  const crowding = rated.map((node) => Math.round(burdens.reduce((sum, burden) => sum + burden(node), 0)));
  const [least, most] = [Math.min(...crowding), Math.max(...crowding)];
  const ratingOf = (crowd: number): number => (most === 0 ? 100 : Math.floor((100 * (most + least - crowd)) / most));
  if (rated === nodes) return crowding.map((crowd) => ratingOf(crowd));
  const byNode = new Map(rated.map((node, index) => [node, ratingOf(crowding[index] ?? 0)]));
  return nodes.map((node) => byNode.get(node) ?? 0);
}

function burdenOf(
  constraint: SpreadConstraint,
  view: ClusterView,
  rated: readonly NodeInfo[],
): (node: NodeInfo) => number {
  const { topologyKey, maxSkew, counted, topology } = constraint;
  if (topologyKey === hostname) {
    const byNode = view.counts.byNode(counted);
    const weight = Math.log(rated.length + 2);
    return ({ labels, name }) =>
      labels[hostname] === undefined ? 0 : (byNode.get(name) ?? 0) * weight + (maxSkew - 1);
  }
  const values = new Set(rated.map(({ labels }) => labels[topologyKey] ?? ""));
  const weight = Math.log(values.size + 2);
  const byDomain = view.counts.byDomain(counted, topology);
  return ({ labels }) => {
    const value = labels[topologyKey];
    return value === undefined ? 0 : (byDomain.get(value) ?? 0) * weight + (maxSkew - 1);
  };
}
