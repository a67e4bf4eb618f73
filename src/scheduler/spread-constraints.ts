import { allowsNode } from "../api/node-selector.ts";
import { controllerOf } from "../api/object.ts";
import { matchesLabels, matchesSelector } from "../api/selectors.ts";
import { tolerates } from "../api/tolerations.ts";
import type { LabelSelector, Node, Pod, PodSpec, TopologySpreadConstraint } from "../api/types.gen.ts";
import type { Informers } from "../client/informer.ts";
import { replicaSets } from "../resources/apps/replica-set.ts";
import { statefulSets } from "../resources/apps/stateful-set.ts";
import { replicationControllers } from "../resources/core/replication-controller.ts";
import { services } from "../resources/core/service.ts";

/** A pod's topology spread constraint, ready to count with. */
export interface SpreadConstraint {
  readonly topologyKey: string;
  readonly maxSkew: number;
  readonly minDomains: number;
  /** The same for constraints that count the same pods. */
  readonly key: string;
  /** Which pods count. Those that are being deleted do not. */
  readonly counts: (pod: Pod) => boolean;
  /** Whether the pod itself will count. */
  readonly countsSelf: boolean;
  /** Whether a node's pods count. */
  readonly includes: (node: Node) => boolean;
}

/** https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/ */
export function spreadConstraintsOf(
  pod: Pod,
  whenUnsatisfiable: TopologySpreadConstraint["whenUnsatisfiable"],
): readonly SpreadConstraint[] {
  const constraints = pod.spec.topologySpreadConstraints ?? [];
  return constraints
    .filter((constraint) => constraint.whenUnsatisfiable === whenUnsatisfiable)
    .map((constraint) => ready(constraint, withOwnLabels(constraint, pod), pod));
}

const clusterDefaults = [
  { topologyKey: "kubernetes.io/hostname", maxSkew: 3, whenUnsatisfiable: "ScheduleAnyway" },
  { topologyKey: "topology.kubernetes.io/zone", maxSkew: 5, whenUnsatisfiable: "ScheduleAnyway" },
] as const;

/** What holds for pods without constraints that are behind a Service or have a set that makes them. */
export function defaultSpreadConstraintsOf(pod: Pod, informers: Informers): readonly SpreadConstraint[] {
  const selector = siblingsOf(pod, informers);
  if (Object.keys(selector.matchLabels).length === 0 && selector.matchExpressions.length === 0) return [];
  return clusterDefaults.map((constraint) => ready(constraint, selector, pod));
}

function ready(constraint: TopologySpreadConstraint, selector: LabelSelector | undefined, pod: Pod): SpreadConstraint {
  const namespace = pod.metadata.namespace ?? "";
  const selects = (labels: Readonly<Record<string, string>> = {}): boolean =>
    selector !== undefined && matchesSelector(selector, labels);
  return {
    topologyKey: constraint.topologyKey,
    maxSkew: constraint.maxSkew,
    minDomains: constraint.minDomains ?? 1,
    key: `spread ${namespace} ${JSON.stringify(selector)}`,
    counts: ({ metadata }) =>
      metadata.namespace === namespace && !metadata.deletionTimestamp && selects(metadata.labels),
    countsSelf: selects(pod.metadata.labels),
    includes: includedBy(constraint, pod.spec),
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

function includedBy(
  { nodeAffinityPolicy = "Honor", nodeTaintsPolicy = "Ignore" }: TopologySpreadConstraint,
  spec: PodSpec,
): (node: Node) => boolean {
  const heedsAffinity = nodeAffinityPolicy === "Honor" && (spec.nodeSelector ?? spec.affinity?.nodeAffinity);
  const heedsTaints = nodeTaintsPolicy === "Honor";
  return (node) =>
    (!heedsAffinity || allowsNode(spec, node)) &&
    (!heedsTaints ||
      !node.spec.taints?.some((taint) => taint.effect !== "PreferNoSchedule" && !tolerates(spec.tolerations, taint)));
}

interface FullSelector {
  readonly matchLabels: Readonly<Record<string, string>>;
  readonly matchExpressions: NonNullable<LabelSelector["matchExpressions"]>;
}

/** The pods that belong together with this one: what its Services and its owner select. */
function siblingsOf(pod: Pod, informers: Informers): FullSelector {
  const labels = pod.metadata.labels ?? {};
  const namespace = pod.metadata.namespace ?? "";
  const matchLabels: Record<string, string> = {};
  for (const { spec } of informers.for(services).list(namespace)) {
    const { selector } = spec;
    if (selector && Object.keys(selector).length > 0 && matchesLabels(selector, labels)) {
      Object.assign(matchLabels, selector);
    }
  }
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
