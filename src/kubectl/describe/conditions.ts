import type { Description } from "./description.ts";

/** The conditions of a workload: type, status and reason. */
export function describeConditions(
  conditions: readonly { readonly type: string; readonly status: string; readonly reason?: string }[] | undefined,
  to: Description,
): void {
  if (!conditions || conditions.length === 0) return;
  to.line("Conditions:");
  to.line("Type\tStatus\tReason", 1);
  to.line("----\t------\t------", 1);
  for (const { type, status, reason = "" } of conditions) to.line(`${type} \t${status}\t${reason}`, 1);
}
