import type { Diagnosis } from "./node-search.ts";
import type { Refusal } from "./refusal.ts";

/** `0/3 nodes are available: 1 Insufficient cpu, 2 node(s) were unschedulable.` */
export function fitError(diagnosis: Diagnosis): string {
  const { nodeCount, wholesale } = diagnosis;
  if (nodeCount === 0) return "no nodes available to schedule pods";
  if (wholesale) return `0/${nodeCount} nodes are available: ${wholesale.reasons.join(", ")}.`;
  return unavailability(nodeCount, [...diagnosis.refusals.values()], diagnosis.rest);
}

/** `rest` holds for the nodes that none of the refusals is about. */
export function unavailability(nodeCount: number, refusals: readonly Refusal[], rest: Refusal | undefined): string {
  const counts = new Map<string, number>();
  const count = (reason: string, times: number): Map<string, number> =>
    counts.set(reason, (counts.get(reason) ?? 0) + times);
  for (const { reasons } of refusals) for (const reason of reasons) count(reason, 1);
  const others = nodeCount - refusals.length;
  if (others > 0) for (const reason of rest?.reasons ?? []) count(reason, others);
  const told = [...counts].map(([reason, times]) => `${times} ${reason}`).toSorted();
  return `0/${nodeCount} nodes are available:${told.length > 0 ? ` ${told.join(", ")}.` : ""}`;
}
