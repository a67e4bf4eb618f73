import type { Job, JobCondition } from "../../api/types.gen.ts";

export function isTrue({ status }: Job, type: string): boolean {
  return status?.conditions?.some((one) => one.type === type && one.status === "True") ?? false;
}

export function isFinished(job: Job): boolean {
  return isTrue(job, "Complete") || isTrue(job, "Failed");
}

export function condition(
  {
    type,
    status = "True",
    reason = "",
    message = "",
  }: { type: string; status?: string; reason?: string; message?: string },
  now: string,
): JobCondition {
  return {
    type,
    status,
    lastProbeTime: now,
    lastTransitionTime: now,
    ...(reason ? { reason } : {}),
    ...(message ? { message } : {}),
  };
}

/** The list with this verdict in it; the same list when it says so already. Going from nothing to False means nothing. */
export function withCondition(list: readonly JobCondition[], next: JobCondition): readonly JobCondition[] {
  const known = list.find(({ type }) => type === next.type);
  if (!known) return next.status === "False" ? list : [...list, next];
  const isSame = known.status === next.status && known.reason === next.reason && known.message === next.message;
  return isSame ? list : list.map((one) => (one === known ? next : one));
}
