import type { Clock } from "../../sim/clock.ts";
import type { Random } from "../../sim/random.ts";
import type { Container } from "../container.ts";
import type { FileView } from "../files/file-view.ts";
import type { MountTable } from "../files/mount-table.ts";
import { normalizePath } from "../files/normalize-path.ts";
import { reRooted } from "../files/re-rooted.ts";
import {
  type Child,
  type Descriptor,
  Killed,
  type OpenMode,
  type Process,
  type Program,
  type Signal,
  type SpawnOptions,
  SystemError,
  type User,
} from "../process.ts";
import { encodeText } from "../text.ts";
import { ChildHandle } from "./child-handle.ts";
import { callNs, CpuShare, pauseNs, spawnNs } from "./cpu-share.ts";
import { type Executable, findExecutable } from "./executable.ts";
import { GuestNetwork } from "./guest-network.ts";
import { KeptMemory } from "./kept-memory.ts";
import type { Kernel } from "./kernel.ts";
import { OpenDescription } from "./open-description.ts";
import { createPipe } from "./pipe.ts";
import { inheritedDescriptors, type ProcessBirth } from "./process-birth.ts";
import { ProcessCaller } from "./process-caller.ts";
import { ProcessInput, ProcessOutput } from "./process-streams.ts";
import type { PseudoTerminal } from "./pseudo-terminal.ts";
import { runHandler, type SignalAction, SignalActions } from "./signal-actions.ts";
import { defaultAction, endingSignals, exitCodeOf, initObeys } from "./signals.ts";
import { tellFailure } from "./tell-failure.ts";
import { Turnstile } from "./turnstile.ts";
import { Waits } from "./waits.ts";

/** A process: a pid, descriptors, and a program that waits only in its calls. */
export class GuestProcess implements Process {
  readonly pid: number;
  parentPid: number;
  argv: readonly string[];
  title: string | undefined;
  umask: number;
  readonly user: User;
  readonly group: number;
  readonly session: number;
  readonly terminal: PseudoTerminal | undefined;
  readonly startedAt: number;
  readonly descriptors: Map<number, Descriptor>;
  /** Its container's, unless its root was changed. */
  mounts: MountTable;
  /** Undefined while it lives. */
  exitCode: number | undefined;
  endedBy: Signal | undefined;
  /** Somebody has asked for its exit, so that it leaves no zombie. */
  isAwaited = false;
  readonly ended: Promise<number>;
  #stops: Turnstile | undefined;
  readonly #kernel: Kernel;
  readonly #waits = new Waits();
  readonly cpu: CpuShare;
  readonly #actions: SignalActions;
  #birthEnv: ReadonlyMap<string, string>;
  #env: Map<string, string> | undefined;
  #cwd: string;
  #memoryBytes = 0;
  readonly kept: KeptMemory;
  #view: FileView | undefined;
  #network: GuestNetwork | undefined;
  #terminated: Promise<Signal> | undefined;
  #tellEnd: (exitCode: number) => void = () => {};

  constructor(kernel: Kernel, birth: ProcessBirth) {
    this.#kernel = kernel;
    this.cpu = new CpuShare(kernel);
    this.kept = new KeptMemory(kernel.memory);
    this.pid = birth.pid;
    this.parentPid = birth.parent?.pid ?? 0;
    this.argv = birth.argv;
    this.umask = birth.umask;
    this.user = birth.user;
    this.group = birth.group;
    this.session = birth.session;
    this.terminal = birth.terminal;
    this.descriptors = birth.descriptors;
    this.mounts = birth.parent?.mounts ?? kernel.files.mounts;
    this.startedAt = kernel.clock.now();
    this.#birthEnv = birth.env;
    this.#cwd = birth.cwd;
    this.#actions = new SignalActions(birth.ignored);
    this.ended = new Promise((resolve) => {
      this.#tellEnd = resolve;
    });
  }

  get env(): Map<string, string> {
    this.#env ??= new Map(this.#birthEnv);
    return this.#env;
  }

  get cwd(): string {
    return this.#cwd;
  }

  set cwd(path: string) {
    const absolute = normalizePath(this.resolve(path));
    if (this.files.stat(absolute).kind !== "directory") throw new SystemError("ENOTDIR");
    if (!this.files.can(absolute, "execute")) throw new SystemError("EACCES");
    this.#cwd = absolute;
  }

  get memoryBytes(): number {
    return this.#memoryBytes;
  }

  set memoryBytes(bytes: number) {
    const growth = bytes - this.#memoryBytes;
    this.#memoryBytes = bytes;
    if (this.exitCode === undefined) this.#kernel.memory.hold(growth);
  }

  get clock(): Clock {
    return this.#kernel.clock;
  }

  get random(): Random {
    return this.#kernel.random;
  }

  get container(): Container {
    return this.#kernel.container;
  }

  get files(): FileView {
    this.#view ??= this.#kernel.viewFor(this.user, this);
    return this.#view;
  }

  get network(): GuestNetwork {
    this.#network ??= new GuestNetwork(this.#kernel, this);
    return this.#network;
  }

  get stdin(): ProcessInput {
    return this.input(0);
  }

  get stdout(): ProcessOutput {
    return this.output(1);
  }

  get stderr(): ProcessOutput {
    return this.output(2);
  }

  get terminated(): Promise<Signal> {
    this.#terminated ??= new Promise((resolve) => {
      for (const signal of endingSignals) {
        this.onSignal(signal, () => {
          resolve(signal);
        });
      }
    });
    return this.#terminated;
  }

  get stops(): Turnstile {
    return (this.#stops ??= new Turnstile());
  }

  get isStopped(): boolean {
    return this.#waits.isStopped;
  }

  isOf(kernel: Kernel): boolean {
    return kernel === this.#kernel;
  }

  input(number: number): ProcessInput {
    return new ProcessInput(this, number);
  }

  output(number: number): ProcessOutput {
    return new ProcessOutput(this, number);
  }

  open(path: string, mode: OpenMode): Descriptor {
    return this.files.open(this.resolve(path), mode);
  }

  pipe(): { readonly read: Descriptor; readonly write: Descriptor } {
    return createPipe(this.#kernel.holdBytes);
  }

  setDescriptor(number: number, descriptor: Descriptor | null): void {
    const previous = this.descriptors.get(number);
    if (this.exitCode !== undefined || descriptor === null) this.descriptors.delete(number);
    else this.descriptors.set(number, descriptor);
    if (this.exitCode !== undefined) descriptor?.release();
    previous?.release();
  }

  async readFrom(number: number, limit: number): Promise<Uint8Array | undefined> {
    const wait = this.#enter(callNs);
    if (wait) await wait;
    const descriptor = this.#descriptor(number);
    if (!(descriptor instanceof OpenDescription)) return this.waitFor(descriptor.read(limit));
    for (;;) {
      const bytes = descriptor.take(limit);
      if (bytes !== "wait") {
        this.cpu.count(bytes?.length ?? 0);
        return bytes;
      }
      await this.waitFor(descriptor.readable());
    }
  }

  async writeTo(number: number, bytes: Uint8Array): Promise<void> {
    const wait = this.#enter(callNs + bytes.length);
    if (wait) await wait;
    const descriptor = this.#descriptor(number);
    try {
      const room = descriptor instanceof OpenDescription ? descriptor.put(bytes) : descriptor.write(bytes);
      if (room) await this.waitFor(room);
    } catch (error) {
      if (error instanceof SystemError && error.code === "EPIPE") this.deliver("SIGPIPE");
      await this.#waits.gate();
      throw error;
    }
  }

  print(text: string): Promise<void> {
    return this.writeTo(1, encodeText(text));
  }

  warn(text: string): Promise<void> {
    return this.writeTo(2, encodeText(text));
  }

  sleep(ms: number): Promise<void> {
    return this.#waits.until((wake) => this.clock.after(ms, wake));
  }

  async pause(): Promise<void> {
    await this.#enter(pauseNs);
  }

  compute(ms: number): Promise<void> {
    return this.cpu.compute(ms, (delayMs) => this.sleep(delayMs));
  }

  waitFor<T>(work: Promise<T>, abandon?: () => void): Promise<T> {
    return this.#waits.for(work, abandon);
  }

  async spawn(argv: readonly string[], options: SpawnOptions = {}): Promise<Child> {
    await this.#enter(spawnNs);
    const cwd = options.cwd ?? this.cwd;
    const executable = this.#find(argv, options.env ?? this.#env ?? this.#birthEnv, cwd);
    const child = this.#bear(executable.argv, options);
    child.run(executable.program);
    return new ChildHandle(child);
  }

  async become(argv: readonly string[], env?: ReadonlyMap<string, string>): Promise<number> {
    await this.#enter(spawnNs);
    const { program, argv: command } = this.#find(argv, env ?? this.env, this.cwd);
    this.argv = command;
    this.title = undefined;
    if (env) this.#env = new Map(env);
    this.#terminated = undefined;
    this.#actions.forgetHandlers();
    return program(this);
  }

  fork(program: Program, options: SpawnOptions = {}): Child {
    const child = this.#bear(this.argv, options);
    child.run(program, spawnNs);
    return new ChildHandle(child);
  }

  onSignal(signal: Signal, action: SignalAction | undefined): void {
    this.#actions.set(signal, action);
  }

  kill(pid: number, signal: Signal): boolean {
    return this.#kernel.kill(this, pid, signal);
  }

  changeRoot(path: string): void {
    if (this.user.uid !== 0) throw new SystemError("EPERM");
    this.mounts = reRooted(this.mounts, this.resolve(path), new ProcessCaller(this));
    this.#view = undefined;
    this.#cwd = "/";
  }

  resolve(path: string): string {
    if (path === "" || path.startsWith("/")) return path;
    return this.#cwd === "/" ? `/${path}` : `${this.#cwd}/${path}`;
  }

  /** Starts its program, after the work now in hand and a first use of the processor. Its end is the process's. */
  run(program: Program, costNs = 0): void {
    void this.#live(program, costNs);
  }

  /** A signal comes: from another process, or from `outside` the container. */
  deliver(signal: Signal, outside = false): void {
    if (this.exitCode !== undefined) return;
    if (signal === "SIGCONT") this.#waits.continue();
    const action = this.#actions.get(signal);
    if (action === "ignore") return;
    if (action) {
      runHandler(action, this.#kernel.log);
      return;
    }
    const fallback = defaultAction(signal);
    if (fallback === "ignore" || (this.pid === 1 && !initObeys(signal, outside, this.#kernel.pids))) return;
    if (fallback === "stop") this.#stop();
    else this.end(exitCodeOf(signal), signal);
  }

  /** wait(2): somebody knows of its end, or will. */
  reap(): void {
    this.isAwaited = true;
    if (this.exitCode !== undefined) this.#kernel.forget(this);
  }

  /** Lets go of all it held, at once; its program finds out in its next call. */
  end(exitCode: number, signal?: Signal): void {
    if (this.exitCode !== undefined) return;
    this.exitCode = exitCode;
    this.endedBy = signal;
    this.#kernel.memory.hold(-this.#memoryBytes);
    this.kept.release();
    this.#network?.close();
    const held = [...this.descriptors.values()];
    this.descriptors.clear();
    for (const descriptor of held) descriptor.release();
    this.#waits.end(signal ?? "returned");
    this.#kernel.bury(this);
    this.#tellEnd(exitCode);
  }

  async #live(program: Program, costNs: number): Promise<void> {
    await Promise.resolve();
    try {
      await this.#enter(costNs);
      this.end((await program(this)) & 255);
    } catch (error) {
      if (this.exitCode !== undefined) return;
      await tellFailure(this, error, this.#kernel.log);
      this.end(1);
    }
  }

  /** Waits where the process must: it was killed or stopped, or has had its share of the processor. */
  #enter(costNs: number): Promise<void> | undefined {
    const gate = this.#waits.gate();
    if (gate) return gate.then(() => this.#enter(costNs));
    const turn = this.cpu.spend(costNs);
    return turn && this.#waits.until(turn);
  }

  #descriptor(number: number): Descriptor {
    const descriptor = this.descriptors.get(number);
    if (!descriptor) throw new SystemError("EBADF");
    return descriptor;
  }

  #find(argv: readonly string[], env: ReadonlyMap<string, string>, cwd: string): Executable {
    return findExecutable(argv, { files: this.files, cwd, env, tree: this.#kernel.tree });
  }

  #bear(argv: readonly string[], options: SpawnOptions): GuestProcess {
    if (this.exitCode !== undefined) throw new Killed(this.endedBy ?? "SIGKILL");
    const pid = this.#kernel.nextPid();
    const { ignored } = this.#actions;
    const group = options.group === "new" ? pid : (options.group ?? this.group);
    const { umask, user, terminal, session, cwd } = this;
    const env = options.env ?? (this.#env ? new Map(this.#env) : this.#birthEnv);
    const descriptors = inheritedDescriptors(this.descriptors, options.descriptors);
    const inherited = { umask, user, terminal, session, descriptors };
    return this.#kernel.add({ pid, parent: this, argv, env, cwd: options.cwd ?? cwd, group, ignored, ...inherited });
  }

  #stop(): void {
    if (this.#waits.isStopped) return;
    this.#waits.stop();
    this.#stops?.open();
    this.#kernel.processes.get(this.parentPid)?.deliver("SIGCHLD");
  }
}
