import type { Deployment } from "../../api/types.gen.ts";
import { scaledValue } from "../pods/scaled-value.ts";

/** As the controller's events name it. */
export const component = "deployment-controller";

export function maxSurgeOf({ spec }: Deployment): number {
  if (spec.strategy?.type === "Recreate") return 0;
  return scaledValue(spec.strategy?.rollingUpdate?.maxSurge ?? "25%", spec.replicas ?? 1, "up");
}

/** At least one if there is no surge: otherwise nothing could ever move. */
export function maxUnavailableOf(deployment: Deployment): number {
  const { spec } = deployment;
  const wanted = spec.replicas ?? 1;
  if (spec.strategy?.type === "Recreate" || wanted === 0) return 0;
  const value = scaledValue(spec.strategy?.rollingUpdate?.maxUnavailable ?? "25%", wanted, "down");
  return Math.min(wanted, value === 0 && maxSurgeOf(deployment) === 0 ? 1 : value);
}
