import { matchesSelector } from "../../api/selectors.ts";
import type { Pod } from "../../api/types.gen.ts";
import { namespaces } from "../../resources/core/namespace.ts";
import { affinitiesOf, type AffinityTerm, matchesTerm } from "../affinity-terms.ts";
import type { ClusterView } from "../cluster-view.ts";
import type { CountByDomain } from "../domain-count.ts";
import type { NodeInfo } from "../node-info.ts";
import type { NodeFilter, SchedulerPlugin } from "../plugin.ts";
import type { PodMatcher } from "../pod-counts.ts";
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
  const isAbout = (term: AffinityTerm): boolean => matchesTerm(term, pod, view.namespaceLabels);
  return view.terms.about("requiredAnti", isAbout).map(({ term, counts }) => ({
    topologyKey: term.topologyKey,
    counts,
    counted: (other) => affinitiesOf(other).requiredAnti.some(({ key }) => key === term.key),
  }));
}

function vicinity(pod: Pod, view: ClusterView, repulsions: readonly Tally[]): NodeFilter {
  const { required, requiredAnti } = affinitiesOf(pod);
  const aversions = requiredAnti.map((term) => tallyOf([term], term, view));
  // Only pods that all terms are about count for any of them.
  const attractions = required.map((term) => tallyOf(required, term, view));
  const isOwnFriend = required.every((term) => matchesTerm(term, pod, view.namespaceLabels));
  // Two terms may share their counts.
  const all = new Map([...aversions, ...attractions, ...repulsions].map((tally) => [tally.counts, tally]));
  let isFirst: boolean | undefined;
  return {
    refuses(node) {
      isFirst ??= isOwnFriend && attractions.every(({ counts }) => isAllZero(counts));
      if (!isWelcome(node, attractions, isFirst)) return unwanted;
      if (aversions.some((tally) => isNear(tally, node))) return repelled;
      return repulsions.some((tally) => isNear(tally, node)) ? repelledByOthers : undefined;
    },
    suppose(other, { labels }, by) {
      isFirst = undefined;
      for (const { topologyKey, counts, counted } of all.values()) {
        const value = labels[topologyKey];
        if (value !== undefined && counted(other)) counts.set(value, (counts.get(value) ?? 0) + by);
      }
    },
  };
}

function tallyOf(terms: readonly AffinityTerm[], { topologyKey }: AffinityTerm, view: ClusterView): Tally {
  const matcher = matcherFor(terms, view);
  return { topologyKey, counts: domainsOf(matcher, topologyKey, view), counted: matcher.matches };
}

/** The pods that all terms are about. Namespace selectors are looked up now: a namespace's labels may change. */
function matcherFor(terms: readonly AffinityTerm[], view: ClusterView): PodMatcher {
  const selected = terms.map((term) => ({ ...term, ...withSelectedNamespaces(term, view) }));
  const key = selected.map((term) => `${term.key} ${[...term.namespaces].join(",")}`).join("\n");
  return {
    key: `near ${key}`,
    matches: (pod) => selected.every((term) => matchesTerm(term, pod, () => ({}))),
  };
}

function domainsOf(matcher: PodMatcher, topologyKey: string, view: ClusterView): CountByDomain {
  return view.counts.byDomain(matcher, { id: topologyKey, topologyKey, includes: () => true });
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
function isWelcome({ labels }: NodeInfo, attractions: readonly Tally[], isFirst: boolean): boolean {
  if (attractions.some(({ topologyKey }) => labels[topologyKey] === undefined)) return false;
  return isFirst || attractions.every(({ topologyKey, counts }) => (counts.get(labels[topologyKey] ?? "") ?? 0) > 0);
}

function isAllZero(counts: CountByDomain): boolean {
  for (const count of counts.values()) if (count > 0) return false;
  return true;
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
    const counts = domainsOf(matcherFor([term], view), term.topologyKey, view);
    return { topologyKey: term.topologyKey, counts, weight: sign * term.weight };
  });
  const kinds = [
    ["required", () => hardAffinityWeight],
    ["preferred", ({ weight }: AffinityTerm) => weight],
    ["preferredAnti", ({ weight }: AffinityTerm) => -weight],
  ] as const;
  const isAbout = (term: AffinityTerm): boolean => matchesTerm(term, pod, view.namespaceLabels);
  const theirs = kinds.flatMap(([kind, weightOf]) =>
    view.terms
      .about(kind, isAbout)
      .map(({ term, counts }): Attraction => ({ topologyKey: term.topologyKey, counts, weight: weightOf(term) })),
  );
  return [...own, ...theirs];
}
