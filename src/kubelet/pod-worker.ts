import { keyOf, sameTree } from "../api/object.ts";
import { isNotFound } from "../api/status.ts";
import type { Container, Pod, PodStatus } from "../api/types.gen.ts";
import { deleteIfPresent } from "../client/delete-if-present.ts";
import { pods } from "../resources/core/pod.ts";
import { timestamp } from "../sim/clock.ts";
import { describeError } from "../sim/log.ts";
import { ContainerLife, newLife } from "./container-life.ts";
import { initialRecords } from "./container-record.ts";
import type { NodeContext } from "./node-context.ts";
import { PodSandbox } from "./pod-sandbox.ts";
import { podHost } from "./pod-host.ts";
import { phaseOf, podStatusFor } from "./pod-status.ts";
import { Stopping } from "./stopping.ts";

/** One pod's life on its node: sandbox, volumes, init containers, containers, end. */
export class PodWorker {
  readonly #context: NodeContext;
  readonly #startTime: string;
  readonly stopping: Stopping;
  sandbox: PodSandbox | undefined;
  #pod: Pod;
  #lives: ContainerLife[] = [];
  #failure: { reason: string; message: string } | undefined;
  #reporting = false;
  #terminating = false;
  #ended = false;
  #stopDeadline = (): void => {};

  constructor(pod: Pod, context: NodeContext) {
    this.#pod = pod;
    this.#context = context;
    this.#startTime = pod.status?.startTime ?? timestamp(context.clock);
    this.stopping = new Stopping(pod.spec.terminationGracePeriodSeconds ?? 30);
  }

  get pod(): Pod {
    return this.#pod;
  }

  get lives(): readonly ContainerLife[] {
    return this.#lives;
  }

  life(name: string): ContainerLife | undefined {
    return this.#lives.find(({ spec }) => spec.name === name);
  }

  start(): void {
    void this.#run().catch((error: unknown) => {
      this.#context.log.write("error", `pod ${this.#pod.metadata.name}: ${describeError(error)}`);
    });
  }

  /** The pod has changed: it may be on its way out, or have a new ephemeral container or condition. */
  update(pod: Pod): void {
    this.#pod = pod;
    if (pod.metadata.deletionTimestamp) this.#terminate(pod.metadata.deletionGracePeriodSeconds ?? 0);
    else this.#startEphemeral();
    if (this.sandbox) this.sandbox.podChanged(pod);
    this.#report();
  }

  /** The pod is gone from the API: everything ends at once. */
  async kill(): Promise<void> {
    this.stopping.set();
    await Promise.all(this.#lives.map((life) => life.stop(0)));
    this.#close();
  }

  /** Ends the pod for a reason of the kubelet's own: Evicted, DeadlineExceeded. */
  async fail(reason: string, message: string): Promise<void> {
    this.#failure = { reason, message };
    this.stopping.set();
    await this.#stopAll(this.stopping.defaultGraceSeconds * 1000);
    this.#report();
  }

  async #run(): Promise<void> {
    this.sandbox = new PodSandbox(this.#pod, this.#context);
    const host = podHost(this, this.sandbox, this.#context, () => this.#report());
    this.#lives = initialRecords(this.#pod).map((record) => new ContainerLife(record, host));
    this.#watchDeadline();
    this.#report();
    await this.sandbox.prepare(this.stopping);
    this.#report();
    const initialised = await this.#runInits();
    if (initialised) {
      for (const life of this.#mains()) life.setWaiting("ContainerCreating");
      await Promise.all(this.#mains().map((life) => life.live()));
    }
    if (!this.#terminating) await this.#finish();
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
    void life.live();
    while (!life.record.started && !this.stopping.isSet) await this.stopping.race(this.#nextChange());
  }

  #wakeups: (() => void)[] = [];

  #nextChange(): Promise<void> {
    return new Promise((resolve) => {
      this.#wakeups.push(resolve);
    });
  }

  #mains(): ContainerLife[] {
    return this.#lives.filter(({ role }) => role === "main");
  }

  /** All containers have ended for good: sidecars end last. */
  async #finish(): Promise<void> {
    this.stopping.set();
    await this.#stopAll(this.stopping.defaultGraceSeconds * 1000);
    this.#stopDeadline();
    this.#ended = true;
    this.#report();
    this.#close();
  }

  #close(): void {
    this.#stopDeadline();
    this.sandbox?.close();
  }

  #watchDeadline(): void {
    const seconds = this.#pod.spec.activeDeadlineSeconds;
    if (seconds === undefined) return;
    const left = Date.parse(this.#startTime) + seconds * 1000 - this.#context.clock.now();
    this.#stopDeadline = this.#context.clock.after(Math.max(0, left), () => {
      void this.fail("DeadlineExceeded", "Pod was active on the node longer than the specified deadline");
    });
  }

  #terminate(graceSeconds: number): void {
    if (this.#terminating) return;
    this.#terminating = true;
    this.stopping.set();
    void this.#terminateAll(graceSeconds).catch((error: unknown) => {
      this.#context.log.write("error", `pod ${this.#pod.metadata.name}: ${describeError(error)}`);
    });
  }

  async #terminateAll(graceSeconds: number): Promise<void> {
    await this.#stopAll(graceSeconds * 1000);
    this.#ended = true;
    await this.#writeStatus();
    this.#close();
    await deleteIfPresent(this.#context.client, pods, keyOf(this.#pod), {
      gracePeriodSeconds: 0,
      preconditions: { uid: this.#pod.metadata.uid ?? "" },
    });
  }

  /** Containers first, then sidecars in reverse order. */
  async #stopAll(graceMs: number): Promise<void> {
    const deadline = this.#context.clock.now() + graceMs;
    const others = this.#lives.filter(({ role }) => role !== "sidecar");
    await Promise.all(others.map((life) => life.stop(graceMs)));
    for (const life of this.#lives.filter(({ role }) => role === "sidecar").toReversed()) {
      await life.stop(Math.max(0, deadline - this.#context.clock.now()));
    }
  }

  #startEphemeral(): void {
    if (!this.sandbox) return;
    for (const spec of this.#pod.spec.ephemeralContainers ?? []) {
      if (this.life(spec.name)) continue;
      const host = podHost(this, this.sandbox, this.#context, () => this.#report());
      const life = newLife(spec as Container, { role: "ephemeral", reason: "ContainerCreating", host });
      this.#lives.push(life);
      void life.live();
    }
  }

  /** Writes the status soon; changes that come together are written together. */
  #report(): void {
    for (const wake of this.#wakeups.splice(0)) wake();
    if (this.#reporting) return;
    this.#reporting = true;
    void Promise.resolve().then(async () => {
      this.#reporting = false;
      await this.#writeStatus();
    });
  }

  async #writeStatus(): Promise<void> {
    const { informers, client, log } = this.#context;
    const pod = informers.for(pods).get(keyOf(this.#pod));
    if (!pod || pod.metadata.uid !== this.#pod.metadata.uid) return;
    const status = this.#status(pod);
    if (sameTree(status, pod.status)) return;
    try {
      await client.updateStatus(pods, { ...pod, status });
    } catch (error) {
      if (isNotFound(error)) return;
      log.write("error", `status of pod ${pod.metadata.name}: ${describeError(error)}`);
    }
  }

  #status(pod: Pod): PodStatus {
    const { sandbox } = this;
    return podStatusFor({
      pod,
      records: this.#lives.map(({ record }) => record),
      podIp: sandbox?.ip ?? "",
      hostIp: this.#context.ip,
      startTime: this.#startTime,
      now: timestamp(this.#context.clock),
      sandboxReady: sandbox !== undefined && sandbox.isReady && !this.#ended,
      ...(this.#failure ? { failure: this.#failure } : {}),
    });
  }

  /** Whether nothing runs any more. */
  get hasEnded(): boolean {
    return this.#ended || ["Succeeded", "Failed"].includes(phaseOf(this.#pod, this.#lives.map(({ record }) => record)));
  }
}

