import type { Pod } from "../../../api/types.gen.ts";
import { violationsOf } from "./evaluate.ts";
import { formatPolicy, type LeveledPolicy } from "./policy.ts";

const mostPods = 3000;

/** Warnings for a namespace whose pods break the policy it is about to enforce: they stay, but could not be made again. */
export function existingPodWarnings(namespace: string, policy: LeveledPolicy, pods: readonly Pod[]): string[] {
  const names = new Map<string, string[]>();
  for (const pod of pods.slice(0, mostPods)) {
    const reasons = violationsOf(policy, pod).map(({ reason }) => reason);
    if (reasons.length === 0) continue;
    const text = reasons.join(", ");
    names.set(text, [...(names.get(text) ?? []), pod.metadata.name].toSorted());
  }
  const lines = [...names].map(([text, [first = "", ...others]]) => `${first}${andOthers(others.length)}: ${text}`);
  const checked = `new PodSecurity enforce level only checked against the first ${mostPods} of ${pods.length} existing pods`;
  const head = `existing pods in namespace "${namespace}" violate the new PodSecurity enforce level "${formatPolicy(policy)}"`;
  return [...(pods.length > mostPods ? [checked] : []), ...(lines.length > 0 ? [head] : []), ...lines.toSorted()];
}

function andOthers(count: number): string {
  if (count === 0) return "";
  return count === 1 ? " (and 1 other pod)" : ` (and ${count} other pods)`;
}
