import type { ContainerState } from "../api/types.gen.ts";
import type { ContainerRecord } from "./container-record.ts";

/**
 * The containers of a pod that is over: those of which no end is known count as failed, but for those that the pod has
 * never come to. Their times are null, as Go writes a time that nobody set.
 */
export function accountedFor(records: readonly ContainerRecord[]): readonly ContainerRecord[] {
  const inits = records.filter(isInit);
  const reached = Math.max(1, inits.findLastIndex(hasEvidence) + 1);
  const initialized = isInitialized(records, inits);
  return records.map((record) => {
    const isReached = isInit(record) ? inits.indexOf(record) < reached : record.role === "main" && initialized;
    return isReached && !record.state.terminated ? { ...record, state: lost } : record;
  });
}

const never = null as unknown as string;

const lost: ContainerState = {
  terminated: {
    exitCode: 137,
    reason: "ContainerStatusUnknown",
    message: "The container could not be located when the pod was terminated",
    startedAt: never,
    finishedAt: never,
  },
};

function isInit({ role }: ContainerRecord): boolean {
  return role === "init" || role === "sidecar";
}

function hasEvidence({ state, lastState }: ContainerRecord): boolean {
  return state.waiting === undefined || lastState?.terminated !== undefined;
}

function isInitialized(records: readonly ContainerRecord[], inits: readonly ContainerRecord[]): boolean {
  const last = inits.at(-1);
  if (!last || records.some((record) => record.role === "main" && hasEvidence(record))) return true;
  return last.state.terminated?.exitCode === 0 || last.lastState?.terminated?.exitCode === 0;
}
