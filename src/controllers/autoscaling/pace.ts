import type { HPAScalingRules, HorizontalPodAutoscalerSpec } from "../../api/types.gen.ts";
import type { Verdict } from "./conditions.ts";

/** A moment and a number: of pods that were recommended, added or removed. */
interface Entry {
  readonly at: number;
  readonly count: number;
}

/** What an autoscaler remembers of its own decisions. */
export interface Memory {
  readonly recommendations: readonly Entry[];
  readonly added: readonly Entry[];
  readonly removed: readonly Entry[];
}

export const nothingRemembered: Memory = { recommendations: [], added: [], removed: [] };

/** An hour is the longest window and twice the longest period there can be. */
const rememberedMs = 3_600_000;
const defaultWindowSeconds = 300;

export interface Pace {
  readonly replicas: number;
  readonly able: Verdict;
  readonly limited: Verdict;
}

export interface PaceOptions {
  readonly spec: HorizontalPodAutoscalerSpec;
  readonly current: number;
  /** What the metrics ask for. */
  readonly wanted: number;
  readonly memory: Memory;
  readonly now: number;
}

/** Keeps what the metrics ask for within its limits: neither back and forth, nor too fast, nor too few or too many. https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#configurable-scaling-behavior */
export function paced(options: PaceOptions): Pace {
  const { spec } = options;
  const { replicas, verdict: able } = spec.behavior ? stabilizedBoth(options) : stabilizedDown(options);
  const limits = spec.behavior ? behaviorLimits(options) : defaultLimits(options);
  const { minReplicas = 1, maxReplicas } = spec;
  const verdict = (status: string, reason: string, message: string): Verdict => ({
    type: "ScalingLimited",
    status,
    reason,
    message,
  });
  const least = Math.max(minReplicas, limits.down);
  const most = Math.min(maxReplicas, limits.up);
  if (replicas > most && replicas > options.current) {
    const isRate = limits.up < maxReplicas;
    const limited = isRate
      ? verdict("True", "ScaleUpLimit", "the desired replica count is increasing faster than the maximum scale rate")
      : verdict("True", "TooManyReplicas", "the desired replica count is more than the maximum replica count");
    return { replicas: most, able, limited };
  }
  if (replicas > maxReplicas) {
    return {
      replicas: maxReplicas,
      able,
      limited: verdict("True", "TooManyReplicas", "the desired replica count is more than the maximum replica count"),
    };
  }
  if (replicas < least) {
    const isRate = limits.down > minReplicas;
    const limited = isRate
      ? verdict("True", "ScaleDownLimit", "the desired replica count is decreasing faster than the maximum scale rate")
      : verdict("True", "TooFewReplicas", "the desired replica count is less than the minimum replica count");
    return { replicas: least, able, limited };
  }
  return {
    replicas,
    able,
    limited: verdict("False", "DesiredWithinRange", "the desired count is within the acceptable range"),
  };
}

const matches: Verdict = {
  type: "AbleToScale",
  status: "True",
  reason: "ReadyForNewScale",
  message: "recommended size matches current size",
};
const heldUp: Verdict = {
  type: "AbleToScale",
  status: "True",
  reason: "ScaleDownStabilized",
  message: "recent recommendations were higher than current one, applying the highest recent recommendation",
};
const heldDown: Verdict = {
  type: "AbleToScale",
  status: "True",
  reason: "ScaleUpStabilized",
  message: "recent recommendations were lower than current one, applying the lowest recent recommendation",
};

function stabilizedDown({ wanted, memory, now }: PaceOptions): { replicas: number; verdict: Verdict } {
  const replicas = Math.max(wanted, ...within(memory.recommendations, defaultWindowSeconds, now));
  return { replicas, verdict: replicas === wanted ? matches : heldUp };
}

function stabilizedBoth({ spec, current, wanted, memory, now }: PaceOptions): { replicas: number; verdict: Verdict } {
  const { scaleUp, scaleDown } = spec.behavior ?? {};
  const lowest = Math.min(wanted, ...within(memory.recommendations, scaleUp?.stabilizationWindowSeconds ?? 0, now));
  const highest = Math.max(
    wanted,
    ...within(memory.recommendations, scaleDown?.stabilizationWindowSeconds ?? defaultWindowSeconds, now),
  );
  const replicas = Math.min(Math.max(current, lowest), highest);
  if (replicas === wanted) return { replicas, verdict: matches };
  return { replicas, verdict: wanted < current ? heldUp : heldDown };
}

interface Limits {
  readonly up: number;
  readonly down: number;
}

/** Without a behavior it may double, or go to four, and go down at will. */
function defaultLimits({ current }: PaceOptions): Limits {
  return { up: Math.max(2 * current, 4), down: 0 };
}

function behaviorLimits({ spec, current, memory, now }: PaceOptions): Limits {
  const startOf = (periodSeconds: number): number => {
    const sum = (entries: readonly Entry[]): number =>
      within(entries, periodSeconds, now).reduce((total, count) => total + count, 0);
    return current - sum(memory.added) + sum(memory.removed);
  };
  const up = limitOf(spec.behavior?.scaleUp, { current, isUp: true, startOf });
  const down = limitOf(spec.behavior?.scaleDown, { current, isUp: false, startOf });
  return { up: Math.max(current, up), down: Math.min(current, down) };
}

/** `Max` takes the policy that changes most, `Min` the one that changes least. */
function limitOf(
  rules: HPAScalingRules | undefined,
  { current, isUp, startOf }: { current: number; isUp: boolean; startOf: (periodSeconds: number) => number },
): number {
  const { policies = [], selectPolicy = "Max" } = rules ?? {};
  if (selectPolicy === "Disabled") return current;
  const limits = policies.map(({ type, value, periodSeconds }) => {
    const start = startOf(periodSeconds);
    if (type === "Pods") return isUp ? start + value : start - value;
    return isUp ? Math.ceil(start * (1 + value / 100)) : Math.trunc(start * (1 - value / 100));
  });
  if (limits.length === 0) return isUp ? Infinity : 0;
  return (selectPolicy === "Min") === isUp ? Math.min(...limits) : Math.max(...limits);
}

function within(entries: readonly Entry[], seconds: number, now: number): number[] {
  return entries.filter(({ at }) => at > now - seconds * 1000).map(({ count }) => count);
}

/** With one more recommendation, and without what is too old to matter. */
export function remembering(memory: Memory, { wanted, now }: { wanted: number; now: number }): Memory {
  return { ...memory, recommendations: recent([...memory.recommendations, { at: now, count: wanted }], now) };
}

export function afterScaling(memory: Memory, { change, now }: { change: number; now: number }): Memory {
  const entry = { at: now, count: Math.abs(change) };
  return {
    ...memory,
    added: recent(change > 0 ? [...memory.added, entry] : memory.added, now),
    removed: recent(change < 0 ? [...memory.removed, entry] : memory.removed, now),
  };
}

function recent(entries: readonly Entry[], now: number): readonly Entry[] {
  return entries.filter(({ at }) => at >= now - rememberedMs);
}
