import type { Pod } from "../../api/types.gen.ts";
import { priorityOf } from "../priority.ts";

/** The more important first: by priority, then the one that has run longer. */
export function byImportance(a: Pod, b: Pod): number {
  return priorityOf(b) - priorityOf(a) || startOf(a) - startOf(b);
}

/** Ms since the epoch; one that has not started is the newest. */
export function startOf({ status }: Pod): number {
  return status?.startTime ? Date.parse(status.startTime) : Number.MAX_SAFE_INTEGER;
}
