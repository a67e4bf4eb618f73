import { LayeredMap } from "../api/layered-map.ts";
import { containerEnvironment } from "./kernel/container-environment.ts";
import { defaultPath, type Executable, findExecutable } from "./kernel/executable.ts";
import type { GuestProcess } from "./kernel/guest-process.ts";
import { InitStdio } from "./kernel/init-stdio.ts";
import { Kernel } from "./kernel/kernel.ts";
import { clientStdio } from "./kernel/session.ts";
import { userInImage } from "./kernel/user-in-image.ts";
import type { ContainerOptions, LiveContainer, Streams } from "./live-container.ts";
import { ExecError, type Program, type Signal, type User } from "./process.ts";

const createFailure =
  "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: " +
  "unable to start container process: error during container init: ";
/** What a process exits with when its file turns out not to be a program. */
const notExecutableCode = 255;
const hungUpCode = 129;

/** With all that the image adds to them. */
interface CompleteOptions extends ContainerOptions {
  readonly user: User;
}

/** Makes a container, not started. What is wrong with it, `start` says. */
export function createContainer(given: ContainerOptions): LiveContainer {
  const kernel = new Kernel(given);
  const { asRoot } = kernel.files;
  const options = completed(given, containerEnvironment(given, asRoot), userInImage(given.user, asRoot));
  const stdio = new InitStdio(kernel, options);
  return new RunningContainer(kernel, options, stdio);
}

class RunningContainer implements LiveContainer {
  readonly #kernel: Kernel;
  readonly #options: CompleteOptions;
  readonly #stdio: InitStdio;

  constructor(kernel: Kernel, options: CompleteOptions, stdio: InitStdio) {
    this.#kernel = kernel;
    this.#options = options;
    this.#stdio = stdio;
  }

  get container(): LiveContainer["container"] {
    return this.#kernel.container;
  }

  get pids(): LiveContainer["pids"] {
    return this.#kernel.pids;
  }

  get exited(): LiveContainer["exited"] {
    return this.#kernel.exited;
  }

  get usage(): LiveContainer["usage"] {
    const { memory, cpuNanoseconds, tree } = this.#kernel;
    return { memoryBytes: memory.bytes, cpuNanoseconds, writtenBytes: tree.usedBytes };
  }

  get cpuLimit(): number {
    return this.#kernel.quota?.cores ?? Infinity;
  }

  start(): string | undefined {
    return startInit(this.#kernel, this.#options, this.#stdio);
  }

  stop(graceMs: number): Promise<void> {
    return stop(this.#kernel, graceMs);
  }

  exec(command: readonly string[], streams: Streams): Promise<number> {
    return exec(this.#kernel, this.#options, { command, streams });
  }

  attach(streams: Streams): Promise<void> {
    return this.#stdio.attach(streams);
  }
}

function completed(options: ContainerOptions, env: ReadonlyMap<string, string>, user: User): CompleteOptions {
  return { ...options, env, user, output: options.output.bind(options) };
}

/** What stood in the way, as the kubelet hears it from containerd. */
function startInit(kernel: Kernel, options: CompleteOptions, { terminal, descriptors }: InitStdio): string | undefined {
  const failure = failureToStart(kernel, options);
  if (failure !== undefined) {
    kernel.abandon(128);
    return failure;
  }
  const { program, argv } = findProgram(kernel, options, options.command);
  const pid = kernel.nextPid();
  if (terminal) terminal.foregroundGroup = pid;
  const init = newProcess(kernel, options, { pid, argv, descriptors, terminal });
  init.run(program);
  return undefined;
}

function failureToStart(kernel: Kernel, options: CompleteOptions): string | undefined {
  const { command, workingDirectory, user } = options;
  if (command.length === 0) {
    return `failed to generate container ${JSON.stringify(options.id)} spec: failed to generate spec: no command specified`;
  }
  const cwd = workingDirectory === "" ? "/" : workingDirectory;
  const { asRoot, mountFailure } = kernel.files;
  if (mountFailure !== undefined) return `${createFailure}${mountFailure}`;
  if (!asRoot.exists(cwd)) {
    if (options.readOnlyRoot) return `${createFailure}mkdir ${cwd}: read-only file system: unknown`;
    asRoot.makeDirectory(cwd, { recursive: true });
  }
  if (asRoot.stat(cwd).kind !== "directory") return `${createFailure}mkdir ${cwd}: not a directory: unknown`;
  if (!kernel.viewFor(user).can(cwd, "execute")) {
    return `${createFailure}chdir to cwd (${JSON.stringify(cwd)}) set in config.json failed: permission denied: unknown`;
  }
  const reason = whyNotRun(kernel, options, command);
  return reason === undefined ? undefined : `${createFailure}${reason}: unknown`;
}

interface Session {
  readonly command: readonly string[];
  readonly streams: Streams;
}

/** A session of its own, beside PID 1. The client hanging up sends it SIGHUP. */
async function exec(kernel: Kernel, options: CompleteOptions, { command, streams }: Session): Promise<number> {
  const { program, argv } = programToExec(kernel, options, command);
  const pid = kernel.nextPid();
  let tellHungUp = (): void => {};
  const hungUp = new Promise<void>((resolve) => {
    tellHungUp = resolve;
  });
  const { hangUp } = streams;
  const stdio = clientStdio(kernel, streams, tellHungUp);
  const { descriptors, terminal } = stdio;
  const leader = newProcess(kernel, options, { pid, argv, descriptors, terminal });
  leader.run(program);
  stdio.start(pid);
  hangUp.addEventListener("abort", tellHungUp);
  if (hangUp.aborted) tellHungUp();
  const finished = leader.ended.then(() => stdio.drained);
  const outcome = await Promise.race([finished.then(() => "finished"), hungUp.then(() => "hung up")]);
  hangUp.removeEventListener("abort", tellHungUp);
  if (outcome === "finished") return leader.ended;
  terminal?.hangUp();
  kernel.signalSession(pid, "SIGHUP");
  return leader.exitCode ?? hungUpCode;
}

function programToExec(kernel: Kernel, options: CompleteOptions, command: readonly string[]): Executable {
  const failedTo = "failed to exec in container";
  if (!kernel.isRunning) throw new ExecError("EPERM", `${failedTo}: failed to load task: no running task found`);
  const reason = command.length === 0 ? "no command specified" : whyNotRun(kernel, options, command);
  if (reason === undefined) return findProgram(kernel, options, command);
  const id = kernel.random.hex(64);
  const runc = `OCI runtime exec failed: exec failed: unable to start container process: ${reason}: unknown`;
  const code = reason.endsWith("permission denied") ? "EACCES" : "ENOENT";
  throw new ExecError(code, `${failedTo}: failed to start exec ${JSON.stringify(id)}: ${runc}`);
}

/** runc's words for a command that is not there or must not be run; what only execve finds out comes later. */
function whyNotRun(kernel: Kernel, options: CompleteOptions, command: readonly string[]): string | undefined {
  const [name = ""] = command;
  const view = kernel.viewFor(options.user);
  const quoted = `exec: ${JSON.stringify(name)}`;
  try {
    find(kernel, options, command);
    return undefined;
  } catch (error) {
    if (!(error instanceof ExecError)) throw error;
    if (!name.includes("/")) {
      const isBarred = error.code === "EACCES";
      if (error.code === "ENOEXEC" || isFound(kernel, options, name)) return undefined;
      return `${quoted}: ${isBarred ? "permission denied" : "executable file not found in $PATH"}`;
    }
    const path = absolute(options, name);
    if (!view.exists(path)) return `${quoted}: stat ${name}: no such file or directory`;
    if (view.stat(path).kind === "directory") return `${quoted}: is a directory`;
    return view.can(path, "execute") ? undefined : `${quoted}: permission denied`;
  }
}

function isFound(kernel: Kernel, options: CompleteOptions, name: string): boolean {
  const view = kernel.viewFor(options.user);
  const directories = (options.env.get("PATH") ?? defaultPath).split(":");
  return directories.some((directory) => view.can(`${directory}/${name}`, "execute"));
}

/** The program of a command that runc would start: a file that is none says so and exits. */
function findProgram(kernel: Kernel, options: CompleteOptions, command: readonly string[]): Executable {
  try {
    return find(kernel, options, command);
  } catch (error) {
    if (!(error instanceof ExecError)) throw error;
    const why = error.code === "ENOEXEC" ? "exec format error" : error.message.toLowerCase();
    const program: Program = async (process) => {
      await process.warn(`exec ${command[0] ?? ""}: ${why}\n`);
      return notExecutableCode;
    };
    return { program, argv: command };
  }
}

function find(
  kernel: Kernel,
  { env, user, workingDirectory }: CompleteOptions,
  command: readonly string[],
): Executable {
  const files = kernel.viewFor(user);
  return findExecutable(command, { files, cwd: workingDirectory, env, tree: kernel.tree });
}

function absolute({ workingDirectory }: CompleteOptions, path: string): string {
  return path.startsWith("/") ? path : `${workingDirectory}/${path}`;
}

const terminalVariables: ReadonlyMap<string, string> = new Map([["TERM", "xterm"]]);

type Birth = Pick<GuestProcess, "pid" | "argv" | "descriptors" | "terminal">;

function newProcess(kernel: Kernel, options: CompleteOptions, birth: Birth): GuestProcess {
  const { user, workingDirectory } = options;
  const { pid, terminal } = birth;
  const env = terminal ? new LayeredMap(options.env, terminalVariables) : options.env;
  const cwd = workingDirectory === "" ? "/" : workingDirectory;
  const fresh = { parent: undefined, umask: 0o022, group: pid, session: pid, ignored: new Set<Signal>() };
  return kernel.add({ ...birth, ...fresh, env, user, cwd });
}

/** SIGTERM (or what the image wants instead), SIGKILL after the grace period, and everything is over. */
async function stop(kernel: Kernel, graceMs: number): Promise<void> {
  kernel.abandon(137);
  if (!kernel.isRunning) return;
  if (graceMs <= 0) {
    kernel.signalInit("SIGKILL");
    return;
  }
  kernel.signalInit(kernel.container.image.stopSignal ?? "SIGTERM");
  const cancel = kernel.clock.after(graceMs, () => {
    kernel.signalInit("SIGKILL");
  });
  await kernel.exited;
  cancel();
}
