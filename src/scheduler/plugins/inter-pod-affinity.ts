import { matchesSelector } from "../../api/selectors.ts";
import type { Pod } from "../../api/types.gen.ts";
import { namespaces } from "../../resources/core/namespace.ts";
import { affinitiesOf, type AffinityTerm, matchesTerm } from "../affinity-terms.ts";
import type { ClusterView } from "../cluster-view.ts";
import { type CountByDomain, countByDomain } from "../domains.ts";
import type { NodeInfo } from "../node-info.ts";
import type { NodeFilter, SchedulerPlugin } from "../plugin.ts";
import { addTo, type CountByNode } from "../pod-counts.ts";
import { crowdedOut, impossible } from "../refusal.ts";
import { spread } from "../scores.ts";

/** What another pod's required affinity counts for when nodes are rated. */
const hardAffinityWeight = 1;

const unwanted = impossible("node(s) didn't match pod affinity rules");
const repelled = crowdedOut("node(s) didn't match pod anti-affinity rules");
const repelledByOthers = crowdedOut("node(s) didn't satisfy existing pods anti-affinity rules");

/** https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity */
export const interPodAffinity: SchedulerPlugin = {
  name: "InterPodAffinity",
  weight: 2,

  filter(pod, view) {
    const repulsions = repulsionsOf(pod, view);
    const { required, requiredAnti } = affinitiesOf(pod);
    if (repulsions.length === 0 && required.length === 0 && requiredAnti.length === 0) return undefined;
    return vicinity(pod, view, repulsions);
  },

  score(pod, view, nodes) {
    const attractions = attractionsOf(pod, view);
    if (attractions.length === 0) return undefined;
    return spread(
      nodes.map(({ labels }) =>
        attractions.reduce((sum, { topologyKey, counts, weight }) => {
          const value = labels[topologyKey];
          return value === undefined ? sum : sum + weight * (counts.get(value) ?? 0);
        }, 0),
      ),
    );
  },

  helps(pod, change, view) {
    const { required, requiredAnti } = affinitiesOf(pod);
    const isWanted = (other: Pod): boolean => required.some((term) => matchesTerm(term, other, view.namespaceLabels));
    const isRepelled = (other: Pod): boolean =>
      requiredAnti.some((term) => matchesTerm(term, other, view.namespaceLabels)) ||
      affinitiesOf(other).requiredAnti.some((term) => matchesTerm(term, pod, view.namespaceLabels));
    switch (change.what) {
      case "node":
        return change.object.metadata.labels !== change.previous?.metadata.labels;
      case "pod gone":
        return isRepelled(change.object);
      case "pod":
        if (!change.previous) return isWanted(change.object);
        if (change.previous.metadata.labels === change.object.metadata.labels) return false;
        return isWanted(change.object) || (isRepelled(change.previous) && !isRepelled(change.object));
      default:
        return false;
    }
  },
};

/** How many pods in each domain keep this one away. */
interface Tally {
  readonly topologyKey: string;
  readonly counts: CountByDomain;
  /** Whether a pod that comes or goes would change the counts. */
  readonly counted: (pod: Pod) => boolean;
}

/** What placed pods say against this one. */
function repulsionsOf(pod: Pod, view: ClusterView): Tally[] {
  const tallies: Tally[] = [];
  for (const { term, byNode } of view.terms.of("requiredAnti")) {
    if (!matchesTerm(term, pod, view.namespaceLabels)) continue;
    tallies.push({
      topologyKey: term.topologyKey,
      counts: countByDomain(view, byNode, term.topologyKey),
      counted: (other) => affinitiesOf(other).requiredAnti.some(({ key }) => key === term.key),
    });
  }
  return tallies;
}

function vicinity(pod: Pod, view: ClusterView, repulsions: readonly Tally[]): NodeFilter {
  const { required, requiredAnti } = affinitiesOf(pod);
  const aversions = requiredAnti.map((term) => tallyOf([term], term, view));
  // Only pods that all terms are about count for any of them.
  const attractions = required.map((term) => tallyOf(required, term, view));
  const isOwnFriend = required.every((term) => matchesTerm(term, pod, view.namespaceLabels));
  const all = [...aversions, ...attractions, ...repulsions];
  return {
    refuses(node) {
      if (!isWelcome(node, attractions, isOwnFriend)) return unwanted;
      if (aversions.some((tally) => isNear(tally, node))) return repelled;
      return repulsions.some((tally) => isNear(tally, node)) ? repelledByOthers : undefined;
    },
    suppose(other, { labels }, by) {
      for (const { topologyKey, counts, counted } of all) {
        const value = labels[topologyKey];
        if (value !== undefined && counted(other)) addTo(counts, value, by);
      }
    },
  };
}

function tallyOf(terms: readonly AffinityTerm[], { topologyKey }: AffinityTerm, view: ClusterView): Tally {
  const { byNode, counted } = matching(terms, view);
  return { topologyKey, counts: countByDomain(view, byNode, topologyKey), counted };
}

/** Where the pods are that all terms are about. Namespace selectors are looked up now: a namespace's labels may change. */
function matching(
  terms: readonly AffinityTerm[],
  view: ClusterView,
): { byNode: CountByNode; counted: (pod: Pod) => boolean } {
  const selected = terms.map((term) => ({ ...term, ...withSelectedNamespaces(term, view) }));
  const counted = (pod: Pod): boolean => selected.every((term) => matchesTerm(term, pod, () => ({})));
  const key = selected.map((term) => `${term.key} ${[...term.namespaces].join(",")}`).join("\n");
  return { byNode: view.counts.of(`near ${key}`, counted), counted };
}

function withSelectedNamespaces(
  { namespaces: named, namespaceSelector }: AffinityTerm,
  view: ClusterView,
): Pick<AffinityTerm, "namespaces" | "namespaceSelector"> {
  if (!namespaceSelector) return { namespaces: named, namespaceSelector };
  const selected = view.informers
    .for(namespaces)
    .list()
    .filter(({ metadata }) => matchesSelector(namespaceSelector, metadata.labels ?? {}))
    .map(({ metadata }) => metadata.name);
  return { namespaces: new Set([...named, ...selected].toSorted()), namespaceSelector: undefined };
}

/** The first of pods that want to be together may start anywhere. */
function isWelcome({ labels }: NodeInfo, attractions: readonly Tally[], isOwnFriend: boolean): boolean {
  if (attractions.some(({ topologyKey }) => labels[topologyKey] === undefined)) return false;
  const isNearAll = attractions.every(({ topologyKey, counts }) => (counts.get(labels[topologyKey] ?? "") ?? 0) > 0);
  return isNearAll || (isOwnFriend && attractions.every(({ counts }) => counts.size === 0));
}

function isNear({ topologyKey, counts }: Tally, { labels }: NodeInfo): boolean {
  const value = labels[topologyKey];
  return value !== undefined && (counts.get(value) ?? 0) > 0;
}

/** What speaks for (or, with a negative weight, against) the domains where some pods are. */
interface Attraction {
  readonly topologyKey: string;
  readonly counts: CountByDomain;
  readonly weight: number;
}

/** What the pod prefers, and what pods that are there already think of it. */
function attractionsOf(pod: Pod, view: ClusterView): Attraction[] {
  const { preferred, preferredAnti } = affinitiesOf(pod);
  const own = [...preferred, ...preferredAnti].map((term, index): Attraction => {
    const sign = index < preferred.length ? 1 : -1;
    const counts = countByDomain(view, matching([term], view).byNode, term.topologyKey);
    return { topologyKey: term.topologyKey, counts, weight: sign * term.weight };
  });
  const kinds = [
    ["required", () => hardAffinityWeight],
    ["preferred", ({ weight }: AffinityTerm) => weight],
    ["preferredAnti", ({ weight }: AffinityTerm) => -weight],
  ] as const;
  const theirs = kinds.flatMap(([kind, weightOf]) =>
    [...view.terms.of(kind)]
      .filter(({ term }) => matchesTerm(term, pod, view.namespaceLabels))
      .map(({ term, byNode }): Attraction => ({
        topologyKey: term.topologyKey,
        counts: countByDomain(view, byNode, term.topologyKey),
        weight: weightOf(term),
      })),
  );
  return [...own, ...theirs].filter(({ counts }) => counts.size > 0);
}
