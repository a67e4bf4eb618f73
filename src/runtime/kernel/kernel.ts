import type { Network } from "../../network/network.ts";
import type { Clock } from "../../sim/clock.ts";
import type { Log } from "../../sim/log.ts";
import type { Random } from "../../sim/random.ts";
import type { Container } from "../container.ts";
import { type ContainerFiles, containerFiles } from "../files/container-files.ts";
import type { FileTree } from "../files/file-tree.ts";
import { FileView } from "../files/file-view.ts";
import type { ContainerOptions, Exit, Resolver } from "../live-container.ts";
import { type Signal, signalNumbers, SystemError, type User } from "../process.ts";
import { CpuQuota } from "./cpu-quota.ts";
import { GuestContainer } from "./guest-container.ts";
import { GuestProcess } from "./guest-process.ts";
import { Memory, SharedMemory } from "./memory.ts";
import { PidNamespace } from "./pid-namespace.ts";
import type { ProcessBirth } from "./process-birth.ts";
import { ProcessCaller } from "./process-caller.ts";
import { RunQueue } from "./run-queue.ts";

/** What a process takes at least. */
const processBytes = 256 * 1024;

/** What the processes of one container share: memory, processor time, files, and (often theirs alone) pids. */
export class Kernel {
  readonly container: Container;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly network: Network;
  readonly resolver: Resolver;
  readonly memory: Memory;
  readonly runQueue: RunQueue;
  readonly files: ContainerFiles;
  readonly pids: PidNamespace;
  /** undefined: it may use whole processors. */
  quota: CpuQuota | undefined;
  readonly exited: Promise<Exit>;
  cpuNanoseconds = 0;
  readonly #tellExit: (exit: Exit) => void;
  /** PID 1, unless pids are shared. */
  #init: GuestProcess | undefined;
  #state: "created" | "running" | "exited" = "created";
  #isOutOfMemory = false;

  constructor(options: ContainerOptions) {
    this.clock = options.clock;
    this.runQueue = new RunQueue(options.clock);
    this.random = options.random;
    this.log = options.log;
    this.network = options.network;
    this.pids = options.pids ?? new PidNamespace();
    this.resolver = options.resolver;
    this.quota = options.cpuLimit === undefined ? undefined : new CpuQuota(options.clock, options.cpuLimit);
    this.memory = new Memory(options.memoryLimit ?? Infinity, options.sharedMemory ?? new SharedMemory(), () => {
      this.#runOutOfMemory();
    });
    this.files = containerFiles(options, this);
    this.container = new GuestContainer(options, this);
    let tellExit = (_exit: Exit): void => {};
    this.exited = new Promise((resolve) => {
      tellExit = resolve;
    });
    this.#tellExit = tellExit;
  }

  get isRunning(): boolean {
    return this.#state === "running";
  }

  /** Those of other containers with it, where pids are shared. */
  get processes(): ReadonlyMap<number, GuestProcess> {
    return this.pids.processes;
  }

  get tree(): FileTree {
    return this.files.tree;
  }

  /** Counts bytes in pipes. */
  readonly holdBytes = (bytes: number): void => {
    this.memory.keep(bytes);
  };

  /** Throws EAGAIN when there are too many processes. */
  nextPid(): number {
    if (this.#state === "exited") throw new SystemError("EAGAIN");
    return this.pids.nextPid();
  }

  add(birth: ProcessBirth): GuestProcess {
    const process = new GuestProcess(this, birth);
    this.pids.processes.set(process.pid, process);
    if (!this.#init) {
      this.#init = process;
      this.#state = "running";
    }
    this.memory.hold(processBytes);
    return process;
  }

  /** The files as a user may use them; a process also has its `/proc/self` and its terminal. */
  viewFor(user: User, process?: GuestProcess): FileView {
    if (!process) return new FileView(this.files.mounts, { user, umask: 0o022 });
    return new FileView(process.mounts, new ProcessCaller(process));
  }

  /** A process has ended: its children go to PID 1, its parent learns of it, and with the first of all everything ends. */
  bury(process: GuestProcess): void {
    this.memory.hold(-processBytes);
    if (process === this.#init) {
      this.#end(process);
      return;
    }
    for (const child of this.processes.values()) if (child.parentPid === process.pid) this.#adopt(child);
    if (process.session === process.pid) process.terminal?.leaderEnded();
    const parent = this.processes.get(process.parentPid);
    if (parent) parent.cpu.childrenNs += process.cpu.usedNs + process.cpu.childrenNs;
    if (!parent || parent.exitCode !== undefined || process.isAwaited) this.forget(process);
    parent?.deliver("SIGCHLD");
  }

  /** kill(2). */
  kill(by: GuestProcess, pid: number, signal: Signal): boolean {
    const targets = this.#targets(by, pid);
    const allowed = targets.filter((target) => by.user.uid === 0 || by.user.uid === target.user.uid);
    if (targets.length > 0 && allowed.length === 0) throw new SystemError("EPERM");
    for (const target of allowed) target.deliver(signal);
    return targets.length > 0;
  }

  signalGroup(group: number, signal: Signal): void {
    for (const process of this.processes.values()) if (process.group === group) process.deliver(signal);
  }

  signalSession(session: number, signal: Signal): void {
    for (const process of this.processes.values()) if (process.session === session) process.deliver(signal);
  }

  /** From outside, to the container's first process. */
  signalInit(signal: Signal): void {
    this.#init?.deliver(signal, true);
  }

  /** Its parent knows of its end: no zombie is left. */
  forget({ pid }: GuestProcess): void {
    this.pids.processes.delete(pid);
  }

  /** The container never ran. */
  abandon(exitCode: number): void {
    if (this.#state !== "created") return;
    this.#state = "exited";
    this.memory.release();
    this.#tellExit({ exitCode });
  }

  #targets(by: GuestProcess, pid: number): GuestProcess[] {
    if (pid > 0) {
      const target = this.processes.get(pid);
      return target ? [target] : [];
    }
    const all = [...this.processes.values()].filter((process) => process.exitCode === undefined);
    if (pid === -1) return all.filter((process) => process !== by && process.pid !== 1);
    const group = pid === 0 ? by.group : -pid;
    return all.filter((process) => process.group === group);
  }

  #adopt(orphan: GuestProcess): void {
    orphan.parentPid = 1;
    orphan.reap();
  }

  #end(init: GuestProcess): void {
    this.#state = "exited";
    for (const process of this.processes.values()) {
      // With PID 1 of shared pids, the other containers end as well.
      if (!process.isOf(this) && init.pid !== 1) continue;
      process.end(137, "SIGKILL");
      this.forget(process);
    }
    this.memory.release();
    const { exitCode = 0, endedBy } = init;
    this.#tellExit({
      exitCode,
      ...(endedBy ? { signal: signalNumbers[endedBy] } : {}),
      ...(this.#isOutOfMemory ? { reason: "OOMKilled" } : {}),
    });
  }

  /** As with memory.oom.group: no process survives. */
  #runOutOfMemory(): void {
    if (this.#isOutOfMemory || this.#state !== "running") return;
    this.#isOutOfMemory = true;
    this.signalInit("SIGKILL");
  }
}
