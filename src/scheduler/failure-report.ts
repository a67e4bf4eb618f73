import { keyOf } from "../api/object.ts";
import type { Pod, PodCondition } from "../api/types.gen.ts";
import type { Client } from "../client/client.ts";
import type { EventRecorder } from "../client/events.ts";
import type { Informers } from "../client/informer.ts";
import { pods } from "../resources/core/pod.ts";
import { type Clock, timestamp } from "../sim/clock.ts";
import { withCondition } from "./pod-condition.ts";

export interface FailureTools {
  readonly client: Client;
  readonly events: EventRecorder;
  readonly informers: Informers;
  readonly clock: Clock;
}

/** What an attempt has come to. */
export interface Failure {
  readonly message?: string;
  readonly reason?: "Unschedulable" | "SchedulerError";
  /** The node to wait for; "" for none any more; undefined leaves it as it is. */
  readonly nominatedNodeName?: string;
}

const longestEvent = 1024;

/** Tells in an event, and in the pod's status where that is news, why the pod still has no node. */
export async function reportFailure(pod: Pod, failure: Failure, tools: FailureTools): Promise<void> {
  const { message, reason, nominatedNodeName } = failure;
  const current = tools.informers.for(pods).get(keyOf(pod));
  if (!current || current.metadata.uid !== pod.metadata.uid || current.spec.nodeName) return;
  if (message !== undefined) {
    const source = { component: pod.spec.schedulerName ?? "" };
    const text = { reason: "FailedScheduling", action: "Scheduling", message: shortened(message) };
    tools.events.record(pod, source, { type: "Warning", ...text });
  }
  const nominated = current.status?.nominatedNodeName ?? "";
  const isMoved = nominatedNodeName !== undefined && nominatedNodeName !== nominated;
  const condition: PodCondition | undefined =
    message === undefined || reason === undefined
      ? undefined
      : { type: "PodScheduled", status: "False", reason, message, lastTransitionTime: timestamp(tools.clock) };
  const before = current.status?.conditions?.find(({ type }) => type === "PodScheduled");
  const isSaid = !condition || (before?.message === message && before?.reason === reason);
  if (isSaid && !isMoved) return;
  const status = {
    ...(condition ? { conditions: withCondition(current.status?.conditions, condition) } : {}),
    ...(isMoved ? { nominatedNodeName: nominatedNodeName || null } : {}),
  };
  await tools.client.patch(pods, keyOf(pod), { status }, "status");
}

/** As upstream cuts an event's note. */
function shortened(message: string): string {
  const suffix = " ...";
  return message.length > longestEvent ? message.slice(0, longestEvent - suffix.length) + suffix : message;
}
