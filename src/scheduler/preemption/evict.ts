import { keyOf } from "../../api/object.ts";
import { isNotFound } from "../../api/status.ts";
import type { Pod, PodCondition } from "../../api/types.gen.ts";
import type { Client } from "../../client/client.ts";
import type { EventRecorder } from "../../client/events.ts";
import { pods } from "../../resources/core/pod.ts";
import { type Clock, timestamp } from "../../sim/clock.ts";
import { withCondition } from "../pod-condition.ts";
import type { Candidate } from "./victims.ts";

export interface EvictionTools {
  readonly client: Client;
  readonly events: EventRecorder;
  readonly clock: Clock;
}

/** Deletes the victims and tells whom they made room for. One that has gone already is what was wanted. */
export async function evict(
  { node, victims }: Candidate,
  preemptor: Pod,
  { client, events, clock }: EvictionTools,
): Promise<void> {
  const schedulerName = preemptor.spec.schedulerName ?? "";
  const condition: PodCondition = {
    type: "DisruptionTarget",
    status: "True",
    reason: "PreemptionByScheduler",
    message: `${schedulerName}: preempting to accommodate a higher priority pod`,
    lastTransitionTime: timestamp(clock),
  };
  for (const victim of victims) {
    try {
      const conditions = withCondition(victim.status?.conditions, condition);
      await client.patch(pods, keyOf(victim), { status: { conditions } }, "status");
      await client.delete(pods, keyOf(victim), { preconditions: { uid: victim.metadata.uid ?? "" } });
    } catch (error) {
      if (!isNotFound(error)) throw error;
      continue;
    }
    const message = `Preempted by pod ${preemptor.metadata.uid ?? ""} on node ${node.name}`;
    const text = { reason: "Preempted", action: "Preempting", message, related: preemptor };
    events.record(victim, { component: schedulerName }, { type: "Normal", ...text });
  }
}
