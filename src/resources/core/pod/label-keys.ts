import type { Mutable } from "../../../api/object.ts";
import type { Pod, PodAffinityTerm } from "../../../api/types.gen.ts";

type Labels = Readonly<Record<string, string>>;

/**
 * Turns `matchLabelKeys` into what they stand for: the pod's own values.
 * https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#matchlabelkeys
 */
export function resolveLabelKeys({ metadata, spec }: Mutable<Pod>): void {
  const labels = metadata.labels ?? {};
  for (const affinity of [spec.affinity?.podAffinity, spec.affinity?.podAntiAffinity]) {
    for (const term of affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []) resolve(term, labels);
    for (const { podAffinityTerm } of affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []) {
      resolve(podAffinityTerm, labels);
    }
  }
}

function resolve(term: Mutable<PodAffinityTerm>, labels: Labels): void {
  if (!term.labelSelector) return;
  const added = [
    ...requirements(term.matchLabelKeys, "In" as const, labels),
    ...requirements(term.mismatchLabelKeys, "NotIn" as const, labels),
  ];
  if (added.length === 0) return;
  term.labelSelector.matchExpressions = [...(term.labelSelector.matchExpressions ?? []), ...added];
}

function requirements<O>(keys: readonly string[] | undefined, operator: O, labels: Labels) {
  return (keys ?? []).flatMap((key) => {
    const value = labels[key];
    return value === undefined ? [] : [{ key, operator, values: [value] }];
  });
}
