import type { Container, Probe } from "../api/types.gen.ts";
import type { Clock } from "../sim/clock.ts";

export type ProbeKind = "Liveness" | "Readiness" | "Startup";

/** `output` is what the event tells. An error is no verdict: it counts neither way. */
export type ProbeResult =
  | { readonly outcome: "success"; readonly warning?: string }
  | { readonly outcome: "failure"; readonly output: string }
  | { readonly outcome: "error"; readonly output: string };

export interface ProbesOptions {
  readonly clock: Clock;
  readonly container: Container;
  /** When the container started, in ms of the cluster's clock. */
  readonly startedAt: number;
  /** How old the container is before it is probed at all. */
  readonly noticeMs: number;
  /** Does one probe, within its timeout. */
  probe(probe: Probe): Promise<ProbeResult>;
  onStarted(): void;
  onReady(ready: boolean): void;
  /** The liveness or startup probe has given up on the container. */
  onUnhealthy(kind: ProbeKind, probe: Probe): void;
  /** One attempt, whatever came of it. */
  onResult(kind: ProbeKind, result: ProbeResult): void;
}

export interface Probes {
  /** The container is on its way out: only its readiness still matters. */
  leaveReadiness(): void;
  stop(): void;
}

/**
 * The probes of one running container: startup first, then liveness and readiness side by side.
 * https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/
 */
export function startProbes(options: ProbesOptions): Probes {
  const { livenessProbe, readinessProbe, startupProbe } = options.container;
  let leaving = false;
  let stopReadiness = (): void => {};
  let stopOthers = (): void => {};
  const afterStartup = (): void => {
    options.onStarted();
    if (!readinessProbe) options.onReady(true);
    else stopReadiness = repeat("Readiness", readinessProbe, options);
    if (livenessProbe && !leaving) stopOthers = repeat("Liveness", livenessProbe, options);
  };
  if (startupProbe) stopOthers = repeat("Startup", startupProbe, options, afterStartup);
  else afterStartup();
  return {
    leaveReadiness() {
      leaving = true;
      stopOthers();
    },
    stop() {
      leaving = true;
      stopOthers();
      stopReadiness();
    },
  };
}

/** Tries again and again until it is stopped or, for a startup probe, passes (`onPass`). */
function repeat(kind: ProbeKind, probe: Probe, options: ProbesOptions, onPass?: () => void): () => void {
  const { clock, startedAt, noticeMs } = options;
  const periodMs = (probe.periodSeconds ?? 10) * 1000;
  const verdict = new Verdict(probe);
  let stopped = false;
  let cancel = (): void => {};
  /** Whether there is an end to it. */
  const judge = (result: ProbeResult): boolean => {
    options.onResult(kind, result);
    const changed = verdict.count(result);
    if (changed === undefined) return false;
    if (kind === "Readiness") options.onReady(changed === "pass");
    else if (changed === "fail") options.onUnhealthy(kind, probe);
    else onPass?.();
    return kind !== "Readiness" && (changed === "fail" || onPass !== undefined);
  };
  const attempt = async (): Promise<void> => {
    const result = await options.probe(probe);
    if (stopped || judge(result)) return;
    cancel = clock.after(periodMs, () => void attempt());
  };
  const firstAt = startedAt + Math.max((probe.initialDelaySeconds ?? 0) * 1000, noticeMs);
  cancel = clock.after(Math.max(0, firstAt - clock.now()), () => void attempt());
  return () => {
    stopped = true;
    cancel();
  };
}

/** Counts results in a row up to a probe's thresholds. */
class Verdict {
  readonly #probe: Probe;
  #row = 0;
  #outcome: ProbeResult["outcome"] | undefined;

  constructor(probe: Probe) {
    this.#probe = probe;
  }

  /** undefined: nothing new can be said. */
  count({ outcome }: ProbeResult): "pass" | "fail" | undefined {
    if (outcome === "error") return undefined;
    this.#row = outcome === this.#outcome ? this.#row + 1 : 1;
    this.#outcome = outcome;
    const { successThreshold = 1, failureThreshold = 3 } = this.#probe;
    if (outcome === "success") return this.#row === successThreshold ? "pass" : undefined;
    return this.#row === failureThreshold ? "fail" : undefined;
  }
}
