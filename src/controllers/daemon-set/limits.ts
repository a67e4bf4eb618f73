import type { DaemonSet } from "../../api/types.gen.ts";
import { scaledValue } from "../pods/scaled-value.ts";

/** As the controller's events name it. */
export const component = "daemonset-controller";

export function maxSurgeOf({ spec }: DaemonSet, desired: number): number {
  if (spec.updateStrategy?.type === "OnDelete") return 0;
  return scaledValue(spec.updateStrategy?.rollingUpdate?.maxSurge ?? 0, desired, "up");
}

/** At least one if there is no surge. */
export function maxUnavailableOf(set: DaemonSet, desired: number): number {
  const value = scaledValue(set.spec.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1, desired, "up");
  return value === 0 && maxSurgeOf(set, desired) === 0 ? 1 : value;
}
