import { keyOf, sameTree } from "../api/object.ts";
import { isConflict, isNotFound } from "../api/status.ts";
import type { Pod, PodStatus } from "../api/types.gen.ts";
import { deleteIfPresent } from "../client/delete-if-present.ts";
import type { EventText } from "../client/events.ts";
import { pods } from "../resources/core/pod.ts";
import { timestamp } from "../sim/clock.ts";
import { describeError } from "../sim/log.ts";
import { type ContainerHost, ContainerLife } from "./container-life.ts";
import { type ContainerRecord, initialRecords, newRecord, restoredRecords } from "./container-record.ts";
import { GracePeriod } from "./grace-period.ts";
import type { KubeletContext } from "./node-context.ts";
import { notSimulated, notSimulatedOf } from "./not-simulated.ts";
import { podHost } from "./pod-host.ts";
import { PodSandbox } from "./pod-sandbox.ts";
import { type PodFailure, podStatusFor } from "./pod-status.ts";
import { missingPullSecrets } from "./pull-secrets.ts";
import { Stopping } from "./stopping.ts";

export interface Eviction {
  readonly graceSeconds: number;
  /** Of the Event. */
  readonly annotations?: EventText["annotations"];
  /** The pod is not itself to blame. */
  readonly isDisruption?: boolean;
}

/** One pod's life on its node: sandbox, volumes, init containers, containers, end. */
export class PodWorker {
  readonly #context: KubeletContext;
  readonly #startTime: string;
  readonly #host: ContainerHost;
  readonly sandbox: PodSandbox;
  readonly stopping: Stopping;
  #pod: Pod;
  #lives: ContainerLife[] = [];
  #failure: PodFailure | undefined;
  #reporting = false;
  #terminating = false;
  #ended = false;
  #isSilent = false;
  #changes: (() => void)[] = [];
  #stopDeadline = (): void => {};

  constructor(pod: Pod, context: KubeletContext) {
    this.#pod = pod;
    this.#context = context;
    this.#startTime = pod.status?.startTime ?? timestamp(context.clock);
    this.stopping = new Stopping(pod.spec.terminationGracePeriodSeconds ?? 30);
    this.sandbox = new PodSandbox(
      {
        pod: () => this.#pod,
        warn: (reason, message) => this.event("Warning", reason, message),
      },
      context,
    );
    const { sandbox, stopping } = this;
    const changed = (): void => this.#report();
    this.#host = podHost({
      context,
      sandbox,
      stopping,
      changed,
      pod: () => this.#pod,
      life: (name) => this.life(name),
    });
  }

  get pod(): Pod {
    return this.#pod;
  }

  get lives(): readonly ContainerLife[] {
    return this.#lives;
  }

  /** Nothing of it runs any more, and nothing will. */
  get hasEnded(): boolean {
    return this.#ended;
  }

  /** It is on its way out for the kubelet's own reasons. */
  get isFailing(): boolean {
    return this.#failure !== undefined && !this.#ended;
  }

  life(name: string): ContainerLife | undefined {
    return this.#lives.find(({ spec }) => spec.name === name);
  }

  event(type: "Normal" | "Warning", reason: string, message: string, annotations?: EventText["annotations"]): void {
    const { events, name } = this.#context;
    const text = { type, reason, message, ...(annotations ? { annotations } : {}) };
    events.record(this.#pod, { component: "kubelet", host: name }, text);
  }

  start(): void {
    if (!this.stopping.isSet) this.#logged(this.#run());
  }

  /** The pod has changed: it may be on its way out, or have a new ephemeral container or condition. */
  update(pod: Pod): void {
    const previous = this.#pod;
    this.#pod = pod;
    if (pod.metadata.deletionTimestamp) this.#terminate(pod.metadata.deletionGracePeriodSeconds ?? 0);
    else this.#startEphemeral();
    if (isRelabelled(pod, previous)) this.sandbox.podChanged();
    if (pod.spec.activeDeadlineSeconds !== previous.spec.activeDeadlineSeconds) this.#watchDeadline();
    this.#report();
  }

  /** The pod is gone from the API: its containers get the least of grace. */
  remove(): void {
    this.stopping.set();
    this.#ended = true;
    this.#logged(this.#stopAll(0).then(() => this.#close()));
  }

  /** The node loses power: nothing is told to anyone. */
  async crash(): Promise<void> {
    this.#isSilent = true;
    this.stopping.set();
    await Promise.all(this.#lives.map((life) => life.crash()));
    this.#close();
  }

  /** Ends the pod for what it or its node has too much of. */
  evict(message: string, { graceSeconds, annotations, isDisruption = false }: Eviction): void {
    if (this.#failure || this.#terminating) return;
    this.event("Warning", "Evicted", message, annotations);
    const disruption = isDisruption ? { disruption: message } : {};
    this.#logged(this.#fail({ reason: "Evicted", message, ...disruption }, graceSeconds));
  }

  /** Ends the pod because its node needs the room; resolves when it has ended. */
  async preempt(): Promise<void> {
    const message = "Preempted in order to admit critical pod";
    this.event("Warning", "Preempting", message);
    const disruption = "Pod was preempted by Kubelet to accommodate a critical pod.";
    await this.#fail({ reason: "Preempting", message, disruption }, this.stopping.defaultGraceSeconds);
  }

  /** Ends the pod for a reason of the kubelet's own. */
  async #fail(failure: PodFailure, graceSeconds: number): Promise<void> {
    if (this.#failure || this.#terminating) return;
    this.#failure = failure;
    this.stopping.set();
    await this.#stopAll(graceSeconds * 1000);
    this.#finish();
  }

  async #run(): Promise<void> {
    const { sandbox, stopping } = this;
    this.#lives = this.#records().map((record) => new ContainerLife(record, this.#host));
    for (const message of notSimulated(this.#pod)) this.event("Warning", "NotSimulated", message);
    const unsecured = missingPullSecrets(this.#pod, (key) => this.#context.objects.secret(key));
    if (unsecured !== undefined) this.event("Warning", "FailedToRetrieveImagePullSecret", unsecured);
    this.#watchDeadline();
    this.#report();
    await sandbox.prepare(stopping);
    this.#report();
    if (await this.#runInits()) {
      await Promise.all(this.#mains().map((life) => life.live()));
    }
    if (stopping.isSet) return;
    // Sidecars end when there is nobody left to serve.
    stopping.set();
    await this.#stopAll(stopping.defaultGraceSeconds * 1000);
    this.#finish();
  }

  #records(): ContainerRecord[] {
    const ranBefore = this.#pod.status?.containerStatuses?.some(({ containerID }) => containerID);
    if (!ranBefore) return initialRecords(this.#pod);
    this.event("Normal", "SandboxChanged", "Pod sandbox changed, it will be killed and re-created.");
    return restoredRecords(this.#pod, timestamp(this.#context.clock));
  }

  /** Init containers one by one; sidecars stay. False: the pod will not go on. */
  async #runInits(): Promise<boolean> {
    for (const life of this.#lives) {
      if (life.role === "sidecar") await this.#startSidecar(life);
      if (life.role !== "init") continue;
      await life.live();
      if (life.record.state.terminated?.exitCode !== 0) return false;
    }
    return !this.stopping.isSet;
  }

  async #startSidecar(life: ContainerLife): Promise<void> {
    this.#logged(life.live());
    while (!life.record.started && !this.stopping.isSet) await this.stopping.race(this.#nextChange());
  }

  #nextChange(): Promise<void> {
    return new Promise((resolve) => {
      this.#changes.push(resolve);
    });
  }

  #mains(): ContainerLife[] {
    return this.#lives.filter(({ role }) => role === "main");
  }

  /** Nothing runs any more, and nothing will. */
  #finish(): void {
    this.#ended = true;
    this.#report();
    this.#close();
  }

  #close(): void {
    this.#stopDeadline();
    this.sandbox.close();
  }

  #watchDeadline(): void {
    this.#stopDeadline();
    const { activeDeadlineSeconds } = this.#pod.spec;
    if (activeDeadlineSeconds === undefined) return;
    const left = Date.parse(this.#startTime) + activeDeadlineSeconds * 1000 - this.#context.clock.now();
    this.#stopDeadline = this.#context.clock.after(Math.max(0, left), () => {
      const message = "Pod was active on the node longer than the specified deadline";
      this.event("Normal", "DeadlineExceeded", message);
      const failure = { reason: "DeadlineExceeded", message };
      this.#logged(this.#fail(failure, this.stopping.defaultGraceSeconds));
    });
  }

  /** Deleting it again with less grace hurries it up. */
  #terminate(graceSeconds: number): void {
    if (this.#ended && this.#terminating) return;
    const again = this.#terminating;
    this.#terminating = true;
    this.stopping.set();
    const ended = this.#stopAll(graceSeconds * 1000);
    this.#logged(again ? ended : ended.then(() => this.#disappear()));
  }

  /** Writes down how it ended, then deletes the object. */
  async #disappear(): Promise<void> {
    this.#ended = true;
    this.#close();
    await this.#writeStatus();
    const preconditions = { uid: this.#pod.metadata.uid ?? "" };
    await deleteIfPresent(this.#context.client, pods, keyOf(this.#pod), { gracePeriodSeconds: 0, preconditions });
  }

  /** Containers end together; sidecars after them, the last one first. */
  async #stopAll(graceMs: number): Promise<void> {
    const grace = new GracePeriod(this.#context.clock, graceMs);
    const others = this.#lives.filter(({ role }) => role !== "sidecar");
    const ends = others.map((life) => life.stop(grace));
    for (const life of this.#lives.filter(({ role }) => role === "sidecar").toReversed()) {
      ends.push(life.stop(grace, { turn: Promise.all(Array.from(ends)) }));
    }
    await Promise.all(ends);
  }

  #startEphemeral(): void {
    if (this.stopping.isSet) return;
    for (const spec of this.#pod.spec.ephemeralContainers ?? []) {
      if (this.#lives.length === 0 || this.life(spec.name)) continue;
      for (const message of notSimulatedOf(spec)) this.event("Warning", "NotSimulated", message);
      const life = new ContainerLife(newRecord(spec, "ephemeral", "ContainerCreating"), this.#host);
      this.#lives.push(life);
      this.#logged(life.live());
    }
  }

  /** Writes the status soon; changes that come together are written together. */
  #report(): void {
    for (const wake of this.#changes.splice(0)) wake();
    if (this.#reporting || this.#isSilent) return;
    this.#reporting = true;
    this.#context.clock.soon(() => {
      this.#reporting = false;
      this.#logged(this.#writeStatus());
    });
  }

  async #writeStatus(): Promise<void> {
    if (this.#isSilent) return;
    const { informers, client } = this.#context;
    const pod = informers.for(pods).get(keyOf(this.#pod));
    if (!pod || pod.metadata.uid !== this.#pod.metadata.uid || this.#lives.length === 0) return;
    const status = this.#status(pod);
    if (sameTree(status, pod.status)) return;
    try {
      await client.updateStatus(pods, { ...pod, status });
    } catch (error) {
      // The pod has gone, and another may have its name.
      if (!isNotFound(error) && !isConflict(error)) throw error;
    }
  }

  #status(pod: Pod): PodStatus {
    const { sandbox } = this;
    return podStatusFor({
      pod,
      records: this.#lives.map(({ record }) => record),
      podIp: sandbox.ip,
      hostIp: this.#context.ip,
      startTime: this.#startTime,
      now: timestamp(this.#context.clock),
      sandboxReady: sandbox.isReady && !this.#ended,
      isOver: this.#ended,
      // Nobody is told of the end before everything has ended.
      ...(this.#failure && this.#ended ? { failure: this.#failure } : {}),
    });
  }

  #logged(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      this.#context.log.write("error", `pod ${this.#pod.metadata.name}: ${describeError(error)}`);
    });
  }
}

function isRelabelled({ metadata }: Pod, previous: Pod): boolean {
  return metadata.labels !== previous.metadata.labels || metadata.annotations !== previous.metadata.annotations;
}
