import type { Container, Probe } from "../api/types.gen.ts";
import type { Clock } from "../sim/clock.ts";

export type ProbeKind = "Liveness" | "Readiness" | "Startup";

/** `output` is what the event tells of a failure. */
export interface ProbeResult {
  readonly ok: boolean;
  readonly output: string;
}

export interface ProbeRunnerOptions {
  readonly clock: Clock;
  readonly container: Container;
  /** Does one probe, within its timeout. */
  probe(probe: Probe): Promise<ProbeResult>;
  onStarted(): void;
  onReady(ready: boolean): void;
  /** The liveness or startup probe has given up on the container. */
  onUnhealthy(kind: ProbeKind, probe: Probe): void;
  /** One failed attempt. */
  onFailure(kind: ProbeKind, output: string): void;
}

/**
 * The probes of one running container: startup first, then liveness and readiness side by side.
 * The returned function ends them. https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/
 */
export function startProbes(options: ProbeRunnerOptions): () => void {
  const { livenessProbe, readinessProbe, startupProbe } = options.container;
  const stops: (() => void)[] = [];
  const afterStartup = (): void => {
    options.onStarted();
    if (!readinessProbe) options.onReady(true);
    else stops.push(repeat("Readiness", readinessProbe, options));
    if (livenessProbe) stops.push(repeat("Liveness", livenessProbe, options));
  };
  if (startupProbe) stops.push(repeat("Startup", startupProbe, options, afterStartup));
  else afterStartup();
  return () => {
    for (const stop of stops) stop();
  };
}

/** Tries again and again; calls `onPass` once and ends if that is given. */
function repeat(kind: ProbeKind, probe: Probe, options: ProbeRunnerOptions, onPass?: () => void): () => void {
  const { clock } = options;
  const periodMs = (probe.periodSeconds ?? 10) * 1000;
  let stopped = false;
  let cancel = (): void => {};
  let successes = 0;
  let failures = 0;
  const judge = ({ ok, output }: ProbeResult): boolean => {
    successes = ok ? successes + 1 : 0;
    failures = ok ? 0 : failures + 1;
    if (!ok) options.onFailure(kind, output);
    if (successes >= (probe.successThreshold ?? 1)) {
      if (kind === "Readiness") options.onReady(true);
      onPass?.();
      return onPass !== undefined;
    }
    if (failures < (probe.failureThreshold ?? 3)) return false;
    if (kind === "Readiness") options.onReady(false);
    else options.onUnhealthy(kind, probe);
    return kind !== "Readiness";
  };
  const attempt = async (): Promise<void> => {
    const result = await options.probe(probe);
    if (stopped || judge(result)) return;
    cancel = clock.after(periodMs, () => void attempt());
  };
  cancel = clock.after((probe.initialDelaySeconds ?? 0) * 1000, () => void attempt());
  return () => {
    stopped = true;
    cancel();
  };
}
