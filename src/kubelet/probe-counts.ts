import type { ProbeKind, ProbeResult } from "./probes.ts";

export interface ProbeCount {
  readonly kind: ProbeKind;
  readonly outcome: ProbeResult["outcome"];
  readonly total: number;
}

/** How often each of a container's probes has ended how, over all its restarts. */
export class ProbeCounts {
  readonly #counts = new Map<string, ProbeCount>();

  count(kind: ProbeKind, outcome: ProbeResult["outcome"]): void {
    const key = `${kind} ${outcome}`;
    this.#counts.set(key, { kind, outcome, total: (this.#counts.get(key)?.total ?? 0) + 1 });
  }

  get list(): readonly ProbeCount[] {
    return [...this.#counts.values()];
  }
}
