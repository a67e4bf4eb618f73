import type { PriorityLevelConfiguration } from "../../api/types.gen.ts";

/** Requests served at a time, as an API server is started by default: 400 that read and 200 that write. */
const allSeats = 600;

/**
 * How many requests of each priority level may be served at a time, by the level's name.
 * https://kubernetes.io/docs/concepts/cluster-administration/flow-control/#prioritylevelconfiguration
 */
export function nominalSeats(levels: readonly PriorityLevelConfiguration[]): ReadonlyMap<string, number> {
  const sum = levels.reduce((shares, level) => shares + sharesOf(level), 0);
  return new Map(levels.map((level) => [level.metadata.name, Math.ceil((allSeats * sharesOf(level)) / (sum || 1))]));
}

function sharesOf({ spec }: PriorityLevelConfiguration): number {
  return spec?.limited?.nominalConcurrencyShares ?? spec?.exempt?.nominalConcurrencyShares ?? 0;
}
