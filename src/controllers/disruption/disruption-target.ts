import { keyOf } from "../../api/object.ts";
import type { Pod } from "../../api/types.gen.ts";
import { pods } from "../../resources/core/pod.ts";
import { timestamp } from "../../sim/clock.ts";
import type { ControllerContext } from "../controller.ts";

/** Writes into a pod's status why it is about to be deleted; `fails` also ends it. */
export async function markDisrupted(
  pod: Pod,
  { reason, message, fails = false }: { reason: string; message: string; fails?: boolean },
  { client, clock }: ControllerContext,
): Promise<void> {
  const before = pod.status?.conditions ?? [];
  const now = timestamp(clock);
  const known = before.find(({ type }) => type === "DisruptionTarget");
  const since = known?.status === "True" ? (known.lastTransitionTime ?? now) : now;
  const target = { type: "DisruptionTarget", status: "True", reason, message, lastTransitionTime: since };
  const conditions = [...before.filter(({ type }) => type !== "DisruptionTarget"), target];
  await client.patch(pods, keyOf(pod), { status: { conditions, ...(fails ? { phase: "Failed" } : {}) } }, "status");
}
