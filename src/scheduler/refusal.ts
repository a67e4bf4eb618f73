/** Why a pod cannot run somewhere, in upstream's words. */
export interface Refusal {
  readonly reasons: readonly string[];
  /** Whether taking other pods off the node may help. */
  readonly mayPreempt: boolean;
}

/** Other pods are in the way. */
export function crowdedOut(...reasons: readonly string[]): Refusal {
  return { reasons, mayPreempt: true };
}

/** No preemption can help. */
export function impossible(...reasons: readonly string[]): Refusal {
  return { reasons, mayPreempt: false };
}
