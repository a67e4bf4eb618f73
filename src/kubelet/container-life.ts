import type { Container, ContainerStateTerminated, EphemeralContainer, Probe } from "../api/types.gen.ts";
import type { Exit, LiveContainer } from "../runtime/live-container.ts";
import { type Clock, timestamp } from "../sim/clock.ts";
import type { Random } from "../sim/random.ts";
import { ContainerLog } from "./container-log.ts";
import type { ContainerRecord, ContainerRole } from "./container-record.ts";
import { EnvironmentError } from "./environment.ts";
import { GracePeriod } from "./grace-period.ts";
import { ImageError, type ImagePuller } from "./image-puller.ts";
import type { Found } from "./image-source.ts";
import { ProbeCounts } from "./probe-counts.ts";
import { type ProbeKind, type ProbeResult, type Probes, startProbes } from "./probes.ts";
import { BackOff, formatBackOff, nextLookMs } from "./restarts.ts";
import type { Stopping } from "./stopping.ts";

/** What a container needs of its pod. */
export interface ContainerHost {
  readonly clock: Clock;
  readonly random: Random;
  readonly puller: ImagePuller;
  readonly startMs: number;
  readonly noticeMs: number;
  /** `web_default(uid)`, as back-off messages name the pod. */
  readonly podId: string;
  readonly stopping: Stopping;
  /** The containers of a pod are started one after the other. */
  inTurn<T>(start: () => Promise<T>): Promise<T>;
  /** Makes the container, not started. Throws EnvironmentError. */
  create(life: ContainerLife, image: Found): LiveContainer;
  probe(life: ContainerLife, probe: Probe): Promise<ProbeResult>;
  /** Runs the hook, if there is one. False: it failed. */
  hook(life: ContainerLife, kind: "postStart" | "preStop"): Promise<boolean>;
  /** What the container left at its terminationMessagePath, by its policy. */
  terminationMessage(life: ContainerLife, exitCode: number): string;
  event(life: ContainerLife, type: "Normal" | "Warning", reason: string, message: string): void;
  changed(): void;
  restarts(role: ContainerRole, exitCode: number): boolean;
  newContainerId(): string;
}

export interface StopOptions {
  /** What the event says. */
  readonly message?: string;
  /** Resolves when it is this container's turn to end. */
  readonly turn?: Promise<unknown>;
}

/** How soon the kubelet sees that a container has ended. */
const noticedAfterMs = 1000;

/** One container of a pod from its image to its last exit, restarts included. */
export class ContainerLife {
  record: ContainerRecord;
  log: ContainerLog;
  previousLog: ContainerLog | undefined;
  running: LiveContainer | undefined;
  readonly probeCounts = new ProbeCounts();
  readonly #host: ContainerHost;
  readonly #backOff: BackOff;
  readonly #pullBackOff: BackOff;
  #startedAt = 0;
  #probes: Probes | undefined;
  #stop: { readonly grace: GracePeriod; readonly done: Promise<void>; signalled: boolean } | undefined;

  constructor(record: ContainerRecord, host: ContainerHost) {
    this.record = record;
    this.#host = host;
    this.log = new ContainerLog(host.clock);
    this.#backOff = new BackOff(host.clock);
    this.#pullBackOff = new BackOff(host.clock);
  }

  get spec(): Container | EphemeralContainer {
    return this.record.spec;
  }

  get role(): ContainerRole {
    return this.record.role;
  }

  /** Runs the container, again and again as its restart policy has it; resolves when it will not run any more. */
  async live(): Promise<void> {
    const { stopping } = this.#host;
    let exitCode = this.record.state.terminated?.exitCode;
    while (!stopping.isSet) {
      if (exitCode !== undefined) {
        if (!this.#host.restarts(this.role, exitCode)) return;
        await this.#waitBeforeRestart();
      }
      exitCode = await this.#runOnce();
      if (exitCode === undefined) return;
    }
  }

  /** Tells the container to stop, kills it when its time is up, and resolves when it has ended. */
  async stop(grace: GracePeriod, options: StopOptions = {}): Promise<void> {
    const { running } = this;
    if (!running) return;
    if (this.#stop) {
      const isSooner = this.#stop.grace.shorten(grace.leftMs);
      if (isSooner && this.#stop.signalled) void running.stop(grace.killAfterMs);
      return this.#stop.done;
    }
    this.#probes?.leaveReadiness();
    this.#host.event(this, "Normal", "Killing", options.message ?? `Stopping container ${this.spec.name}`);
    const done = Promise.resolve().then(() => this.#end(running, grace, options));
    this.#stop = { grace, done, signalled: false };
    return done;
  }

  /** The machine is gone: no hooks, no events. */
  async crash(): Promise<void> {
    this.#probes?.stop();
    await this.running?.stop(0);
  }

  setWaiting(reason: string, message?: string): void {
    const lastState = this.record.state.terminated ? this.record.state : this.record.lastState;
    const state = { waiting: { reason, ...(message ? { message } : {}) } };
    this.#update({ state, started: false, ready: false, ...(lastState ? { lastState } : {}) });
  }

  async #end(running: LiveContainer, grace: GracePeriod, { turn }: StopOptions): Promise<void> {
    if (grace.leftMs > 0) await grace.race(this.#preStop());
    if (turn && grace.leftMs > 0) await grace.race(turn);
    if (this.#stop) this.#stop.signalled = true;
    await running.stop(grace.killAfterMs);
  }

  async #preStop(): Promise<void> {
    if (await this.#host.hook(this, "preStop")) return;
    this.#host.event(this, "Warning", "FailedPreStopHook", "PreStopHook failed");
  }

  /** Its exit code; undefined: the pod is stopping, and it was not started. */
  async #runOnce(): Promise<number | undefined> {
    const { stopping } = this.#host;
    while (!stopping.isSet) {
      try {
        const container = await this.#host.inTurn(() => this.#begin());
        if (!container) return undefined;
        const exit = await container.exited;
        this.#ended(exit);
        return exit.exitCode;
      } catch (error) {
        if (error instanceof StartError) return this.#failedToStart(error);
        if (error instanceof ImageError) await this.#waitForImage(error);
        else if (error instanceof EnvironmentError) await this.#waitForConfig(error);
        else throw error;
      }
    }
    return undefined;
  }

  /** Image, container, start, postStart. undefined: the pod is stopping. */
  async #begin(): Promise<LiveContainer | undefined> {
    const { puller, stopping, startMs, clock } = this.#host;
    if (stopping.isSet) return undefined;
    const image = await puller.ensure(this.spec, (type, reason, message) =>
      this.#host.event(this, type, reason, message),
    );
    if (stopping.isSet) return undefined;
    const container = this.#create(image);
    this.#host.event(this, "Normal", "Created", `Created container: ${this.spec.name}`);
    if (startMs > 0) await stopping.sleep(clock, startMs);
    if (stopping.isSet) return undefined;
    const failure = container.start();
    if (failure !== undefined) throw new StartError(failure);
    this.running = container;
    this.#startedAt = clock.now();
    this.#host.event(this, "Normal", "Started", `Started container ${this.spec.name}`);
    await this.#welcome(container);
    return container;
  }

  #create(image: Found): LiveContainer {
    const { record, log } = this;
    const again = record.containerId !== "";
    if (again) {
      this.previousLog = log;
      this.log = new ContainerLog(this.#host.clock);
    }
    try {
      const id = this.#host.newContainerId();
      this.record = {
        ...record,
        image: image.reference,
        imageId: image.imageId,
        containerId: `containerd://${id}`,
        restartCount: again ? record.restartCount + 1 : record.restartCount,
      };
      return this.#host.create(this, image);
    } catch (error) {
      this.record = record;
      this.log = log;
      throw error;
    }
  }

  /** A container counts as running once its postStart hook is through. */
  async #welcome(container: LiveContainer): Promise<void> {
    const { lifecycle, livenessProbe, readinessProbe, startupProbe } = this.spec;
    if (lifecycle?.postStart) {
      const hook = this.#host.hook(this, "postStart");
      const passed = await Promise.race([hook, container.exited.then(() => true)]);
      if (!passed) {
        this.setWaiting("PostStartHookError", "PostStartHook failed");
        this.#host.event(this, "Warning", "FailedPostStartHook", "PostStartHook failed");
        void this.stop(this.#defaultGrace(), { message: "FailedPostStartHook" });
        return;
      }
    }
    const lastState = this.record.state.terminated ? { lastState: this.record.state } : {};
    const running = { startedAt: timestamp(this.#host.clock) };
    const isPlain = !livenessProbe && !readinessProbe && !startupProbe;
    this.#update({ ...lastState, state: { running }, started: isPlain, ready: isPlain });
    if (!isPlain && this.running === container) this.#watch(container);
  }

  #watch(container: LiveContainer): void {
    this.#probes = startProbes({
      clock: this.#host.clock,
      container: this.spec,
      startedAt: this.#startedAt,
      noticeMs: this.#host.noticeMs,
      probe: (probe) => this.#host.probe(this, probe),
      onStarted: () => this.#update({ started: true }),
      onReady: (ready) => this.#update({ ready }),
      onUnhealthy: (kind, probe) => this.#killUnhealthy(container, kind, probe),
      onResult: (kind, result) => this.#tellResult(kind, result),
    });
  }

  #tellResult(kind: ProbeKind, result: ProbeResult): void {
    this.probeCounts.count(kind, result.outcome);
    if (result.outcome === "error") {
      this.#host.event(
        this,
        "Warning",
        "Unhealthy",
        `${kind} probe errored and resulted in unknown state: ${result.output}`,
      );
    } else if (result.outcome === "failure") {
      this.#host.event(this, "Warning", "Unhealthy", `${kind} probe failed: ${result.output}`);
    } else if (result.warning !== undefined) {
      this.#host.event(this, "Warning", "ProbeWarning", `${kind} probe warning: ${result.warning}`);
    }
  }

  #killUnhealthy(container: LiveContainer, kind: ProbeKind, { terminationGracePeriodSeconds }: Probe): void {
    if (this.running !== container) return;
    const failed = `Container ${this.spec.name} failed ${kind.toLowerCase()} probe`;
    const message = this.#host.restarts(this.role, 137) ? `${failed}, will be restarted` : failed;
    void this.stop(this.#defaultGrace(terminationGracePeriodSeconds), { message });
  }

  #defaultGrace(seconds: number = this.#host.stopping.defaultGraceSeconds): GracePeriod {
    return new GracePeriod(this.#host.clock, seconds * 1000);
  }

  #ended({ exitCode, reason }: Exit): void {
    this.#probes?.stop();
    this.#probes = undefined;
    this.#stop = undefined;
    this.running = undefined;
    this.log.close();
    const message = this.#host.terminationMessage(this, exitCode);
    const terminated: ContainerStateTerminated = {
      exitCode,
      reason: reason ?? (exitCode === 0 ? "Completed" : "Error"),
      ...(message ? { message } : {}),
      startedAt: timestampOf(this.#startedAt),
      finishedAt: timestamp(this.#host.clock),
      containerID: this.record.containerId,
    };
    this.#update({ state: { terminated }, started: false, ready: false });
  }

  #failedToStart({ message }: StartError): number {
    const exitCode = 128;
    this.#host.event(this, "Warning", "Failed", `Error: ${message}`);
    this.#startedAt = this.#host.clock.now();
    this.log.close();
    const terminated: ContainerStateTerminated = {
      exitCode,
      reason: "StartError",
      message,
      startedAt: timestampOf(0),
      finishedAt: timestamp(this.#host.clock),
      containerID: this.record.containerId,
    };
    this.#update({ state: { terminated }, started: false, ready: false });
    if (this.#host.restarts(this.role, exitCode)) this.setWaiting("RunContainerError", message);
    return exitCode;
  }

  async #waitForImage({ reason, message }: ImageError): Promise<void> {
    const { clock, stopping, random } = this.#host;
    this.#host.event(this, "Warning", "Failed", `Error: ${reason}`);
    this.setWaiting(reason, message);
    if (reason !== "ErrImagePull") {
      await stopping.sleep(clock, nextLookMs(random));
      return;
    }
    const until = clock.now() + this.#pullBackOff.afterFailure();
    const text = `Back-off pulling image ${JSON.stringify(this.spec.image ?? "")}`;
    await stopping.sleep(clock, noticedAfterMs);
    while (!stopping.isSet && clock.now() < until) {
      this.setWaiting("ImagePullBackOff", `${text}: ErrImagePull: ${message}`);
      this.#host.event(this, "Normal", "BackOff", text);
      this.#host.event(this, "Warning", "Failed", "Error: ImagePullBackOff");
      await stopping.sleep(clock, Math.min(nextLookMs(random), until - clock.now()));
    }
  }

  async #waitForConfig({ reason, message }: EnvironmentError): Promise<void> {
    const { clock, stopping, random } = this.#host;
    this.#host.event(this, "Warning", "Failed", `Error: ${message}`);
    this.setWaiting(reason, message);
    await stopping.sleep(clock, nextLookMs(random));
  }

  async #waitBeforeRestart(): Promise<void> {
    const { clock, stopping, podId, random } = this.#host;
    const { name } = this.spec;
    const delayMs = this.#backOff.afterRun(this.#startedAt);
    const until = clock.now() + delayMs;
    await stopping.sleep(clock, noticedAfterMs);
    const why = `back-off ${formatBackOff(delayMs)} restarting failed container=${name} pod=${podId}`;
    while (!stopping.isSet && clock.now() < until) {
      this.setWaiting("CrashLoopBackOff", why);
      this.#host.event(this, "Warning", "BackOff", `Back-off restarting failed container ${name} in pod ${podId}`);
      await stopping.sleep(clock, Math.min(nextLookMs(random), until - clock.now()));
    }
  }

  #update(change: Partial<ContainerRecord>): void {
    this.record = { ...this.record, ...change };
    this.#host.changed();
  }
}

/** The container runtime made the container, but nothing runs in it. */
class StartError extends Error {}

function timestampOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
