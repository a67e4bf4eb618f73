import type { SessionStreams } from "../client/node-agents.ts";
import type { Container, ContainerStateTerminated, EphemeralContainer, Probe } from "../api/types.gen.ts";
import { type Clock, sleep, timestamp } from "../sim/clock.ts";
import { ContainerLog } from "./container-log.ts";
import { type ContainerRecord, type ContainerRole, newRecord } from "./container-record.ts";
import { EnvironmentError } from "./environment.ts";
import { ImageError, type ImagePuller } from "./image-puller.ts";
import type { Found } from "./image-source.ts";
import { type ProbeKind, type ProbeResult, startProbes } from "./probes.ts";
import { BackOff, formatBackOff } from "./restarts.ts";
import type { Exit, RunningContainer } from "./running-container.ts";
import type { Stopping } from "./stopping.ts";

/** What a container needs of its pod. */
export interface ContainerHost {
  readonly clock: Clock;
  readonly puller: ImagePuller;
  readonly startMs: number;
  /** `web_default(uid)`, as back-off messages name the pod. */
  readonly podId: string;
  readonly stopping: Stopping;
  /** Makes the container, not started. Throws EnvironmentError. */
  create(life: ContainerLife, image: Found): RunningContainer;
  probe(life: ContainerLife, probe: Probe): Promise<ProbeResult>;
  hook(life: ContainerLife, kind: "postStart" | "preStop"): Promise<string | undefined>;
  event(life: ContainerLife, type: "Normal" | "Warning", reason: string, message: string): void;
  changed(): void;
  restarts(role: ContainerRole, exitCode: number): boolean;
  newContainerId(): string;
}

const configRetryMs = 10_000;

/** One container of a pod from its image to its last exit, restarts included. */
export class ContainerLife {
  readonly spec: Container | EphemeralContainer;
  readonly role: ContainerRole;
  record: ContainerRecord;
  log: ContainerLog;
  previousLog: ContainerLog | undefined;
  running: RunningContainer | undefined;
  readonly #host: ContainerHost;
  readonly #backOff: BackOff;
  readonly #pullBackOff: BackOff;
  #stopProbes = (): void => {};

  constructor(record: ContainerRecord, host: ContainerHost) {
    this.spec = record.spec;
    this.role = record.role;
    this.record = record;
    this.#host = host;
    this.log = new ContainerLog(host.clock);
    this.#backOff = new BackOff(host.clock);
    this.#pullBackOff = new BackOff(host.clock);
  }

  /** Runs the container, again and again as its restart policy has it; resolves when it will not run any more. */
  async live(): Promise<void> {
    const { stopping } = this.#host;
    while (!stopping.isSet) {
      const startedAt = this.#host.clock.now();
      const exit = await this.#runOnce();
      if (!exit || stopping.isSet || !this.#host.restarts(this.role, exit.exitCode)) return;
      await this.#waitBeforeRestart(startedAt);
    }
  }

  /** Tells the container to stop, kills it after `graceMs`, and resolves when it has ended. */
  async stop(graceMs: number): Promise<void> {
    const { running } = this;
    this.#stopProbes();
    if (!running || !this.record.state.running) return;
    this.#host.event(this, "Normal", "Killing", `Stopping container ${this.spec.name}`);
    const startedAt = this.#host.clock.now();
    const hook = this.#host.hook(this, "preStop");
    await Promise.race([hook, sleep(this.#host.clock, graceMs)]);
    const left = Math.max(graceMs - (this.#host.clock.now() - startedAt), graceMs > 0 ? 2000 : 0);
    await running.stop(left);
  }

  setWaiting(reason: string, message?: string): void {
    this.#update({ state: { waiting: { reason, ...(message ? { message } : {}) } }, started: false, ready: false });
  }

  async attach(streams: SessionStreams): Promise<number> {
    return this.running?.attach(streams) ?? 0;
  }

  /** undefined: it could not be started, or the pod is stopping. */
  async #runOnce(): Promise<Exit | undefined> {
    const image = await this.#pull();
    if (!image) return undefined;
    const container = await this.#create(image);
    if (!container) return undefined;
    this.#host.event(this, "Normal", "Created", `Created container: ${this.spec.name}`);
    if (this.#host.startMs > 0) await this.#host.stopping.race(sleep(this.#host.clock, this.#host.startMs));
    if (this.#host.stopping.isSet) return undefined;
    const failure = container.start();
    if (failure !== undefined) return this.#failToStart(failure);
    await this.#began(container);
    const exit = await container.exited;
    this.#ended(exit, container);
    return exit;
  }

  async #pull(): Promise<Found | undefined> {
    const { stopping, puller } = this.#host;
    while (!stopping.isSet) {
      try {
        return await puller.ensure(this.spec, (type, reason, message) => this.#host.event(this, type, reason, message));
      } catch (error) {
        if (!(error instanceof ImageError)) throw error;
        await this.#waitForImage(error);
      }
    }
    return undefined;
  }

  async #waitForImage({ reason, message }: ImageError): Promise<void> {
    const { clock, stopping } = this.#host;
    this.setWaiting(reason, message);
    this.#pullBackOff.next(clock.now());
    const delayMs = Math.max(this.#pullBackOff.delayMs, configRetryMs);
    if (reason === "ErrImagePull") {
      await stopping.race(sleep(clock, Math.min(1000, delayMs)));
      const text = `Back-off pulling image ${JSON.stringify(this.spec.image ?? "")}`;
      this.setWaiting("ImagePullBackOff", `${text}: ErrImagePull: ${message}`);
      this.#host.event(this, "Normal", "BackOff", text);
      this.#host.event(this, "Warning", "Failed", "Error: ImagePullBackOff");
    }
    await stopping.race(sleep(clock, delayMs));
  }

  async #create(image: Found): Promise<RunningContainer | undefined> {
    const { stopping, clock } = this.#host;
    while (!stopping.isSet) {
      try {
        const containerId = `containerd://${this.#host.newContainerId()}`;
        this.record = { ...this.record, imageId: image.imageId, containerId };
        if (this.record.restartCount > 0 || this.record.lastState) this.previousLog = this.log;
        if (this.previousLog === this.log) this.log = new ContainerLog(clock);
        return this.#host.create(this, image);
      } catch (error) {
        if (!(error instanceof EnvironmentError)) throw error;
        this.setWaiting("CreateContainerConfigError", error.message);
        this.#host.event(this, "Warning", "Failed", `Error: ${error.message}`);
        await stopping.race(sleep(clock, configRetryMs));
      }
    }
    return undefined;
  }

  #failToStart(message: string): Exit {
    const now = timestamp(this.#host.clock);
    this.#host.event(this, "Warning", "Failed", `Error: ${message}`);
    const terminated: ContainerStateTerminated = {
      exitCode: 128,
      reason: "StartError",
      message,
      startedAt: "1970-01-01T00:00:00Z",
      finishedAt: now,
      containerID: this.record.containerId,
    };
    this.#update({ state: { terminated } });
    return { exitCode: 128 };
  }

  async #began(container: RunningContainer): Promise<void> {
    this.running = container;
    this.#host.event(this, "Normal", "Started", `Started container ${this.spec.name}`);
    this.#update({ state: { running: { startedAt: timestamp(this.#host.clock) } } });
    const failure = await this.#host.hook(this, "postStart");
    if (failure !== undefined) {
      this.#host.event(this, "Warning", "FailedPostStartHook", failure);
      this.#host.event(this, "Normal", "Killing", "FailedPostStartHook");
      void container.stop(0);
      return;
    }
    if (!this.record.state.running) return;
    this.#stopProbes = startProbes({
      clock: this.#host.clock,
      container: this.spec as Container,
      probe: (probe) => this.#host.probe(this, probe),
      onStarted: () => this.#update({ started: true }),
      onReady: (ready) => this.#update({ ready }),
      onUnhealthy: (kind, probe) => this.#killUnhealthy(container, kind, probe),
      onFailure: (kind, output) => this.#host.event(this, "Warning", "Unhealthy", `${kind} probe failed: ${output}`),
    });
  }

  #killUnhealthy(container: RunningContainer, kind: ProbeKind, probe: Probe): void {
    const { name } = this.spec;
    const graceSeconds = probe.terminationGracePeriodSeconds ?? this.#host.stopping.defaultGraceSeconds;
    const message = `Container ${name} failed ${kind.toLowerCase()} probe, will be restarted`;
    this.#host.event(this, "Normal", "Killing", message);
    void container.stop(graceSeconds * 1000);
  }

  #ended({ exitCode, reason, message, signal }: Exit, container: RunningContainer): void {
    this.#stopProbes();
    this.running = undefined;
    this.log.close();
    const startedAt = this.record.state.running?.startedAt ?? timestamp(this.#host.clock);
    const text = message ?? container.terminationMessage(exitCode, this.log);
    const terminated: ContainerStateTerminated = {
      exitCode,
      ...(signal ? { signal } : {}),
      reason: reason ?? (exitCode === 0 ? "Completed" : "Error"),
      ...(text ? { message: text } : {}),
      startedAt,
      finishedAt: timestamp(this.#host.clock),
      containerID: this.record.containerId,
    };
    this.#update({ state: { terminated }, started: false, ready: false });
  }

  async #waitBeforeRestart(startedAt: number): Promise<void> {
    const { clock, stopping, podId } = this.#host;
    const delayMs = this.#backOff.next(startedAt);
    const lastState = this.record.state;
    const counted = { lastState, restartCount: this.record.restartCount + 1 };
    if (delayMs === 0) {
      this.record = { ...this.record, ...counted };
      return;
    }
    const { name } = this.spec;
    this.#update({ lastState });
    this.setWaiting(
      "CrashLoopBackOff",
      `back-off ${formatBackOff(delayMs)} restarting failed container=${name} pod=${podId}`,
    );
    const message = `Back-off restarting failed container ${name} in pod ${podId}`;
    this.#host.event(this, "Warning", "BackOff", message);
    await stopping.race(sleep(clock, delayMs));
    if (!stopping.isSet) this.record = { ...this.record, ...counted };
  }

  #update(change: Partial<ContainerRecord>): void {
    this.record = { ...this.record, ...change };
    this.#host.changed();
  }
}

/** A container that has not begun. */
export function newLife(
  spec: Container | EphemeralContainer,
  { role, reason, host }: { role: ContainerRole; reason: string; host: ContainerHost },
): ContainerLife {
  return new ContainerLife(newRecord(spec, role, reason), host);
}
