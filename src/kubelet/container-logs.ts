import { badRequest } from "../api/status.ts";
import type { ContainerStateWaiting } from "../api/types.gen.ts";
import type { LogOptions } from "../client/node-agents.ts";
import type { ContainerLife } from "./container-life.ts";
import type { ContainerLog } from "./container-log.ts";

/** The log that `kubectl logs` is about: the run that is on, or the last one. Throws BadRequest in the kubelet's words. */
export function containerLog(life: ContainerLife, podName: string, { previous = false }: LogOptions): ContainerLog {
  const { state, lastState } = life.record;
  const name = life.spec.name;
  const where = `${JSON.stringify(name)} in pod ${JSON.stringify(podName)}`;
  const lastRun = lastState?.terminated?.containerID;
  if (previous) {
    if (!lastRun) throw badRequest(`previous terminated container ${where} not found`);
    return logOf(life, lastRun);
  }
  const run = state.running ? life.record.containerId : (state.terminated?.containerID ?? lastRun);
  if (run) return logOf(life, run);
  if (state.waiting) throw badRequest(`container ${where} is waiting to start: ${whyWaiting(state.waiting)}`);
  throw badRequest(`container ${where} is terminated`);
}

function logOf({ record, log, previousLog }: ContainerLife, containerId: string): ContainerLog {
  return record.containerId === containerId ? log : (previousLog ?? log);
}

function whyWaiting({ reason = "" }: ContainerStateWaiting): string {
  switch (reason) {
    case "ErrImagePull":
      return "image can't be pulled";
    case "ImagePullBackOff":
      return "trying and failing to pull image";
    default:
      return reason;
  }
}
