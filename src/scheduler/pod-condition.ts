import type { PodCondition } from "../api/types.gen.ts";

/** The conditions with this one in its place. A condition that says the same as before keeps its time. */
export function withCondition(
  conditions: readonly PodCondition[] | undefined,
  condition: PodCondition,
): readonly PodCondition[] {
  const before = conditions?.find(({ type }) => type === condition.type);
  const next = before?.status === condition.status ? { ...condition, ...timeOf(before) } : condition;
  if (!before) return [...(conditions ?? []), next];
  return (conditions ?? []).map((one) => (one === before ? next : one));
}

function timeOf({ lastTransitionTime }: PodCondition): Pick<PodCondition, "lastTransitionTime"> {
  return lastTransitionTime === undefined ? {} : { lastTransitionTime };
}
