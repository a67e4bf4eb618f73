import type { HorizontalPodAutoscalerCondition } from "../../api/types.gen.ts";

export type Verdict = Pick<HorizontalPodAutoscalerCondition, "type" | "status" | "reason" | "message">;

/** The list with these verdicts in it; each keeps the time of its last change of status. */
export function withVerdicts(
  before: readonly HorizontalPodAutoscalerCondition[],
  verdicts: readonly Verdict[],
  now: string,
): readonly HorizontalPodAutoscalerCondition[] {
  const conditions = [...before];
  for (const verdict of verdicts) {
    const at = conditions.findIndex(({ type }) => type === verdict.type);
    const known = conditions[at];
    const lastTransitionTime = known?.status === verdict.status ? (known.lastTransitionTime ?? now) : now;
    conditions.splice(at === -1 ? conditions.length : at, 1, { ...verdict, lastTransitionTime });
  }
  return conditions;
}
