import { allowsNode } from "../api/node-selector.ts";
import { controllerOf } from "../api/object.ts";
import { matchesSelector } from "../api/selectors.ts";
import { tolerates } from "../api/tolerations.ts";
import type { LabelSelector, Node, Pod, PodSpec, TopologySpreadConstraint } from "../api/types.gen.ts";
import type { Informers } from "../client/informer.ts";
import { labelPairs, selectingServices } from "../client/selecting-services.ts";
import { replicaSets } from "../resources/apps/replica-set.ts";
import { statefulSets } from "../resources/apps/stateful-set.ts";
import { replicationControllers } from "../resources/core/replication-controller.ts";
import type { PodMatcher, Topology } from "./pod-counts.ts";

/** A pod's topology spread constraint, ready to count with. */
export interface SpreadConstraint {
  readonly topologyKey: string;
  readonly maxSkew: number;
  readonly minDomains: number;
  /** Which pods count. Those that are being deleted do not. */
  readonly counted: PodMatcher;
  /** Whether the pod itself will count. */
  readonly countsSelf: boolean;
  /** By what they are counted, on which nodes. */
  readonly topology: Topology;
}

/** https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/ */
export function spreadConstraintsOf(
  pod: Pod,
  whenUnsatisfiable: TopologySpreadConstraint["whenUnsatisfiable"],
): readonly SpreadConstraint[] {
  const all = pod.spec.topologySpreadConstraints ?? [];
  const constraints = all.filter((constraint) => constraint.whenUnsatisfiable === whenUnsatisfiable);
  const labels = constraints.map(({ topologyKey }) => topologyKey);
  return constraints.map((constraint) => {
    const selector = withOwnLabels(constraint, pod);
    return ready({ constraint, selector, labels }, pod);
  });
}

const clusterDefaults = [
  { topologyKey: "kubernetes.io/hostname", maxSkew: 3, whenUnsatisfiable: "ScheduleAnyway" },
  { topologyKey: "topology.kubernetes.io/zone", maxSkew: 5, whenUnsatisfiable: "ScheduleAnyway" },
] as const;

/** What holds for pods without constraints that are behind a Service or have a set that makes them. */
export function defaultSpreadConstraintsOf(pod: Pod, informers: Informers): readonly SpreadConstraint[] {
  const selector = siblingsOf(pod, informers);
  if (Object.keys(selector.matchLabels).length === 0 && selector.matchExpressions.length === 0) return [];
  return clusterDefaults.map((constraint) => ready({ constraint, selector, labels: [] }, pod));
}

interface Parts {
  readonly constraint: TopologySpreadConstraint;
  readonly selector: LabelSelector | undefined;
  /** Those that a node needs to count. */
  readonly labels: readonly string[];
}

function ready({ constraint, selector, labels }: Parts, pod: Pod): SpreadConstraint {
  const namespace = pod.metadata.namespace ?? "";
  const [label] = labelPairs(namespace, selector?.matchLabels);
  const selects = (own: Readonly<Record<string, string>> = {}): boolean =>
    selector !== undefined && matchesSelector(selector, own);
  return {
    topologyKey: constraint.topologyKey,
    maxSkew: constraint.maxSkew,
    minDomains: constraint.minDomains ?? 1,
    counted: {
      key: `spread ${namespace} ${JSON.stringify(selector)}`,
      ...(label === undefined ? {} : { label }),
      matches: ({ metadata }) =>
        metadata.namespace === namespace && !metadata.deletionTimestamp && selects(metadata.labels),
    },
    countsSelf: selects(pod.metadata.labels),
    topology: topologyOf(constraint, pod.spec, labels),
  };
}

/** `matchLabelKeys` stand for the pod's own values. */
function withOwnLabels(
  { labelSelector, matchLabelKeys }: TopologySpreadConstraint,
  pod: Pod,
): LabelSelector | undefined {
  if (!labelSelector || !matchLabelKeys) return labelSelector;
  const labels = pod.metadata.labels ?? {};
  const own = matchLabelKeys.flatMap((key) => {
    const value = labels[key];
    return value === undefined ? [] : [{ key, operator: "In" as const, values: [value] }];
  });
  return { ...labelSelector, matchExpressions: [...(labelSelector.matchExpressions ?? []), ...own] };
}

/** `labels` are those that a node needs to count. */
function topologyOf(
  { topologyKey, nodeAffinityPolicy = "Honor", nodeTaintsPolicy = "Ignore" }: TopologySpreadConstraint,
  spec: PodSpec,
  labels: readonly string[],
): Topology {
  const { nodeSelector, affinity, tolerations } = spec;
  const heedsAffinity = nodeAffinityPolicy === "Honor" && (nodeSelector ?? affinity?.nodeAffinity) !== undefined;
  const heedsTaints = nodeTaintsPolicy === "Honor";
  const selection = heedsAffinity ? [nodeSelector, affinity?.nodeAffinity] : [];
  return {
    id: JSON.stringify([topologyKey, labels, selection, heedsTaints ? (tolerations ?? []) : null]),
    topologyKey,
    includes: (node) =>
      labels.every((label) => node.metadata.labels?.[label] !== undefined) &&
      (!heedsAffinity || allowsNode(spec, node)) &&
      (!heedsTaints || !isRepelled(spec, node)),
  };
}

function isRepelled({ tolerations }: PodSpec, { spec: { taints = [] } }: Node): boolean {
  return taints.some((taint) => taint.effect !== "PreferNoSchedule" && !tolerates(tolerations, taint));
}

interface FullSelector {
  readonly matchLabels: Readonly<Record<string, string>>;
  readonly matchExpressions: NonNullable<LabelSelector["matchExpressions"]>;
}

/** The pods that belong together with this one: what its Services and its owner select. */
function siblingsOf(pod: Pod, informers: Informers): FullSelector {
  const matchLabels: Record<string, string> = {};
  for (const { spec } of selectingServices(informers)(pod)) Object.assign(matchLabels, spec.selector);
  const owner = ownerSelector(pod, informers);
  return {
    matchLabels: { ...matchLabels, ...owner?.matchLabels },
    matchExpressions: owner?.matchExpressions ?? [],
  };
}

function ownerSelector(pod: Pod, informers: Informers): LabelSelector | undefined {
  const owner = controllerOf(pod);
  if (!owner) return undefined;
  const key = { namespace: pod.metadata.namespace ?? "", name: owner.name };
  switch (`${owner.apiVersion} ${owner.kind}`) {
    case "apps/v1 ReplicaSet":
      return informers.for(replicaSets).get(key)?.spec.selector;
    case "apps/v1 StatefulSet":
      return informers.for(statefulSets).get(key)?.spec.selector;
    case "v1 ReplicationController": {
      const selector = informers.for(replicationControllers).get(key)?.spec?.selector;
      return selector && { matchLabels: selector };
    }
    default:
      return undefined;
  }
}
