import { matchesSelector } from "../api/selectors.ts";
import type { LabelSelector, Pod, PodAffinityTerm } from "../api/types.gen.ts";

/** One term of a pod's affinity or anti-affinity to other pods. */
export interface AffinityTerm {
  /** The same for terms that say the same. */
  readonly key: string;
  readonly topologyKey: string;
  readonly selector: LabelSelector | undefined;
  readonly namespaces: ReadonlySet<string>;
  readonly namespaceSelector: LabelSelector | undefined;
  /** 0 for what is required. */
  readonly weight: number;
}

/** https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity */
export interface PodAffinities {
  readonly required: readonly AffinityTerm[];
  readonly requiredAnti: readonly AffinityTerm[];
  readonly preferred: readonly AffinityTerm[];
  readonly preferredAnti: readonly AffinityTerm[];
}

export const affinityKinds = ["required", "requiredAnti", "preferred", "preferredAnti"] as const;

const none: PodAffinities = { required: [], requiredAnti: [], preferred: [], preferredAnti: [] };
const remembered = new WeakMap<NonNullable<Pod["spec"]["affinity"]>, PodAffinities>();

/** Remembered: a stored pod's affinity never changes in place. */
export function affinitiesOf({ metadata, spec }: Pod): PodAffinities {
  const { affinity } = spec;
  if (!affinity?.podAffinity && !affinity?.podAntiAffinity) return none;
  let parsed = remembered.get(affinity);
  if (!parsed) {
    const namespace = metadata.namespace ?? "";
    const required = (terms: readonly PodAffinityTerm[] = []): AffinityTerm[] =>
      terms.map((term) => parse(term, namespace, 0));
    const preferred = (terms: readonly { podAffinityTerm: PodAffinityTerm; weight: number }[] = []): AffinityTerm[] =>
      terms.map(({ podAffinityTerm, weight }) => parse(podAffinityTerm, namespace, weight));
    parsed = {
      required: required(affinity.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution),
      requiredAnti: required(affinity.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution),
      preferred: preferred(affinity.podAffinity?.preferredDuringSchedulingIgnoredDuringExecution),
      preferredAnti: preferred(affinity.podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution),
    };
    remembered.set(affinity, parsed);
  }
  return parsed;
}

/** The labels of a namespace, by its name. */
export type NamespaceLabels = (namespace: string) => Readonly<Record<string, string>>;

/** Whether a term is about a pod. */
export function matchesTerm(term: AffinityTerm, { metadata }: Pod, labelsOf: NamespaceLabels): boolean {
  const { selector, namespaces, namespaceSelector } = term;
  if (!selector || !matchesSelector(selector, metadata.labels ?? {})) return false;
  const namespace = metadata.namespace ?? "";
  if (namespaces.has(namespace)) return true;
  return namespaceSelector !== undefined && matchesSelector(namespaceSelector, labelsOf(namespace));
}

/** The pod's own namespace counts when a term names none and selects none. An empty selector selects all. */
function parse(term: PodAffinityTerm, namespace: string, weight: number): AffinityTerm {
  const { topologyKey, labelSelector: selector, namespaceSelector, namespaces = [] } = term;
  const named = namespaces.length === 0 && !namespaceSelector ? [namespace] : namespaces.toSorted();
  return {
    key: JSON.stringify([topologyKey, selector, named, namespaceSelector]),
    topologyKey,
    selector,
    namespaces: new Set(named),
    namespaceSelector,
    weight,
  };
}
