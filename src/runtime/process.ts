import type { Duplex } from "node:stream";

import type { ByteSink, ByteSource } from "../api/bytes.ts";
import type { HttpHandler, HttpRequest, HttpResponse } from "../network/http.ts";
import type { Address, Datagram, HttpConnection, SocketFacts } from "../network/network.ts";
import type { Clock } from "../sim/clock.ts";
import type { Random } from "../sim/random.ts";
import type { Container } from "./container.ts";
import type { FileSystem } from "./filesystem.ts";
import type { Terminal } from "./terminal.ts";

/**
 * A program in a container: resolves with its exit code. It waits only in calls of its process
 * (read, write, sleep, wait, accept, dial); killing the process rejects that call with `Killed`,
 * which a program lets pass.
 */
export type Program = (process: Process) => Promise<number>;

export type Signal =
  | "SIGHUP"
  | "SIGINT"
  | "SIGQUIT"
  | "SIGABRT"
  | "SIGKILL"
  | "SIGUSR1"
  | "SIGSEGV"
  | "SIGUSR2"
  | "SIGPIPE"
  | "SIGALRM"
  | "SIGTERM"
  | "SIGCHLD"
  | "SIGCONT"
  | "SIGSTOP"
  | "SIGTSTP"
  | "SIGWINCH";

/** All that a program inside a container can touch. */
export interface Process {
  readonly pid: number;
  readonly parentPid: number;
  /** As typed: `argv[0]` is the program's name. */
  readonly argv: readonly string[];
  /** What ps shows in place of `argv`, where a program sets it. */
  title: string | undefined;
  /** The exported environment; the process's own copy. */
  readonly env: Map<string, string>;
  /** Absolute. Assigning it changes directory; throws ENOENT, ENOTDIR, EACCES. */
  cwd: string;
  /** Permission bits that new files and directories do not get. Inherited; 0o022 at first. */
  umask: number;
  readonly user: User;
  readonly clock: Clock;
  readonly random: Random;
  readonly container: Container;
  /** As this process may use them: its user's permissions, its umask, its `/proc/self`. */
  readonly files: FileSystem;
  readonly network: ProcessNetwork;
  /** The controlling terminal, if there is one. */
  readonly terminal: Terminal | undefined;

  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  /** By number; 0, 1 and 2 are the three above. Absent is closed. */
  readonly descriptors: ReadonlyMap<number, Descriptor>;
  /** Reads a descriptor by number, so that a kill interrupts it: `stdin` is `input(0)`. Its calls reject with EBADF. */
  input(number: number): Input;
  /** Writes to a descriptor by number: `stdout` is `output(1)`. Its calls reject with EBADF. */
  output(number: number): Output;
  /**
   * Opens a path seen from cwd: "write" creates or empties, "write-new" throws EEXIST where it exists,
   * "append" and "read-write" create. The caller owns the one holder. Throws SystemErrors.
   */
  open(path: string, mode: OpenMode): Descriptor;
  /** A pipe: what is written to one end is read at the other. The caller owns one holder of each. */
  pipe(): { readonly read: Descriptor; readonly write: Descriptor };
  /**
   * dup2(2) for good, as `exec 3>file` does: takes over the caller's holder and lets go of what the number
   * held; null closes.
   */
  setDescriptor(number: number, descriptor: Descriptor | null): void;

  /** Writes to stdout; a closed reader kills the process with SIGPIPE, as in Unix. */
  print(text: string): Promise<void>;
  /** Writes to stderr. */
  warn(text: string): Promise<void>;

  /** Resolves after `ms` of the cluster's time. */
  sleep(ms: number): Promise<void>;
  /** Gives other processes a turn: costs a little simulated time, so a busy loop cannot stop the world. */
  pause(): Promise<void>;
  /** Computes for `ms` of processor time: takes that long, and counts in the container's usage (for autoscaling). */
  compute(ms: number): Promise<void>;
  /** Bytes the program holds, where that is worth telling. Assigning more than the container's limit is out of memory. */
  memoryBytes: number;
  /** What it has had of the processor in simulated time, and what its children had that have ended. */
  readonly cpu: { readonly usedNs: number; readonly childrenNs: number };
  /** Bytes that the program really keeps in this process of the host: counted beside `memoryBytes`, and over all containers. */
  readonly kept: { bytes: number };
  /**
   * Waits for work that is not one of these calls, so that a kill still interrupts it.
   * `abandon` is told when it does.
   */
  waitFor<T>(work: Promise<T>, abandon?: () => void): Promise<T>;

  /**
   * Starts another program. Looks `argv[0]` up in PATH (of `options.env`), follows `#!`; rejects with an `ExecError`
   * (ENOENT, EACCES, ENOEXEC: a text file without `#!`, which a shell then runs itself) or EAGAIN.
   */
  spawn(argv: readonly string[], options?: SpawnOptions): Promise<Child>;
  /**
   * Becomes another program, as execve(2) does: same pid, same descriptors, signal handlers forgotten. Resolves with
   * its exit code, which the caller returns at once. Rejects as `spawn` does, and then nothing has changed.
   */
  become(argv: readonly string[], env?: ReadonlyMap<string, string>): Promise<number>;
  /** Starts a function of the same program as a process of its own (the shell's subshells). Throws EAGAIN. */
  fork(program: Program, options?: SpawnOptions): Child;
  /** What the process does when a signal comes: a function, nothing, or (undefined) the signal's default. */
  onSignal(signal: Signal, action: (() => void) | "ignore" | undefined): void;
  /** Like kill(2): 0 is the own group, -1 everybody, any other negative pid a group. False: no such process. Throws EPERM. */
  kill(pid: number, signal: Signal): boolean;
  /** Resolves with the first SIGTERM, SIGINT, SIGHUP or SIGQUIT, which then no longer ends the process. For servers. */
  readonly terminated: Promise<Signal>;
  /** Absolute path of `path`, seen from cwd. */
  resolve(path: string): string;
  /** chroot(2), and to its `/`: for this process and its children. Throws ENOENT, ENOTDIR, EACCES, EPERM. */
  changeRoot(path: string): void;
}

export type OpenMode = "read" | "write" | "write-new" | "append" | "read-write";

export interface User {
  readonly uid: number;
  readonly gid: number;
  readonly name: string;
  readonly groups: readonly number[];
}

/** Whom a container is to run as. Unless given, its group is that of its account in the image, or root's without one. */
export interface RequestedUser extends Omit<User, "gid"> {
  readonly gid?: number;
}

/**
 * An open file, pipe or terminal. Shared by all processes that inherited it; the last close counts.
 * A program reads and writes it through `input` and `output` of its process, which a kill interrupts.
 */
export interface Descriptor {
  readonly kind: "file" | "pipe" | "terminal" | "null" | "socket";
  /** The next bytes, at most `limit`; undefined at the end. A file that grew has more after its end. */
  read(limit?: number): Promise<Uint8Array | undefined>;
  /** Takes all bytes; resolves when there is room again. Rejects with EPIPE (a `SystemError`) when nobody reads. */
  write(bytes: Uint8Array): Promise<void>;
  /** One more holder. */
  retain(): Descriptor;
  release(): void;
}

export interface Input extends ByteSource {
  read(limit?: number): Promise<Uint8Array | undefined>;
  readText(): Promise<string>;
  /** Lines without their newline. */
  lines(): AsyncIterable<string>;
  readonly isTerminal: boolean;
}

export interface Output extends ByteSink {
  print(text: string): Promise<void>;
  readonly isTerminal: boolean;
}

export interface SpawnOptions {
  /** Replaces the inherited environment. */
  readonly env?: ReadonlyMap<string, string>;
  readonly cwd?: string;
  /** Replaces inherited descriptors by number; null closes one. The child takes holders of its own. */
  readonly descriptors?: ReadonlyMap<number, Descriptor | null>;
  /** A process group of its own (job control), or the one to join. Inherited unless given. */
  readonly group?: "new" | number;
}

export interface Child {
  readonly pid: number;
  /** The exit code; 128 + n after signal n. Until somebody asks for it, a child that ended is a zombie. */
  readonly exit: Promise<number>;
  /** Resolves when it is stopped (Ctrl-Z, SIGSTOP), at once if it is. SIGCONT sets it going again. */
  whenStopped(): Promise<void>;
}

/** The pod's network as a program sees it: names are resolved by the pod's resolv.conf and /etc/hosts. */
export interface ProcessNetwork {
  /** The pod's own IP. */
  readonly ip: string;
  /** Serves HTTP on a port of every address of the pod, or of `host`. Stops when the process ends. Throws EADDRINUSE. */
  serveHttp(port: number, handler: HttpHandler, host?: string): () => void;
  serveTcp(port: number, accept: (connection: Duplex, remote: Address) => void, host?: string): () => void;
  bindUdp(
    port: number,
    receive: (datagram: Datagram) => void,
  ): { readonly address: Address; send(to: Address, bytes: Uint8Array): void; close(): void };
  /** Rejects with NetworkError. `host` is an IP. */
  dial(to: Address, signal?: AbortSignal): Promise<Duplex>;
  fetch(to: Address, request: HttpRequest, signal?: AbortSignal): Promise<HttpResponse>;
  /** A connection that several requests share. Rejects with NetworkError. */
  connectHttp(to: Address, signal?: AbortSignal): Promise<HttpConnection>;
  /** What is open in the pod's network namespace. */
  sockets(): readonly SocketFacts[];
  /** What an ICMP echo to an IP brings. A Service's IP is no host's: silence. */
  ping(ip: string): "answer" | "silence" | "unreachable";
  /** IPv4 addresses of a name, in the order answered; empty: no such name. Rejects when no DNS server answers. */
  lookup(name: string): Promise<readonly string[]>;
}

/** The process was ended by a signal: thrown by whatever call it was in. */
export class Killed extends Error {
  readonly signal: Signal;

  constructor(signal: Signal) {
    super(`killed by ${signal}`);
    this.signal = signal;
  }
}

export type SystemErrorCode =
  | "ENOENT"
  | "EEXIST"
  | "ENOTDIR"
  | "EISDIR"
  | "ENOTEMPTY"
  | "EACCES"
  | "EPERM"
  | "EROFS"
  | "ELOOP"
  | "EINVAL"
  | "EBADF"
  | "EPIPE"
  | "ENOSPC"
  | "EXDEV"
  | "ENAMETOOLONG"
  | "ENOEXEC"
  | "E2BIG"
  | "EAGAIN"
  | "EBUSY"
  | "ENXIO";

/** Numbers as Linux has them (x86, arm). */
export const signalNumbers: Readonly<Record<Signal, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGSEGV: 11,
  SIGUSR2: 12,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
  SIGCHLD: 17,
  SIGCONT: 18,
  SIGSTOP: 19,
  SIGTSTP: 20,
  SIGWINCH: 28,
};

/** A failed system call; `message` is what strerror says: "No such file or directory". */
export class SystemError extends Error {
  readonly code: SystemErrorCode;

  constructor(code: SystemErrorCode, message: string = systemErrorMessages[code]) {
    super(message);
    this.code = code;
  }
}

/** A command that cannot be run. A shell answers `exitCode`: 127 when there is no such file, 126 otherwise. */
export class ExecError extends SystemError {
  readonly exitCode: 126 | 127;

  constructor(code: SystemErrorCode, message?: string) {
    super(code, message);
    this.exitCode = code === "ENOENT" ? 127 : 126;
  }
}

const systemErrorMessages: Record<SystemErrorCode, string> = {
  ENOENT: "No such file or directory",
  EEXIST: "File exists",
  ENOTDIR: "Not a directory",
  EISDIR: "Is a directory",
  ENOTEMPTY: "Directory not empty",
  EACCES: "Permission denied",
  EPERM: "Operation not permitted",
  EROFS: "Read-only file system",
  ELOOP: "Too many levels of symbolic links",
  EINVAL: "Invalid argument",
  EBADF: "Bad file descriptor",
  EPIPE: "Broken pipe",
  ENOSPC: "No space left on device",
  EXDEV: "Invalid cross-device link",
  ENAMETOOLONG: "File name too long",
  ENOEXEC: "Exec format error",
  E2BIG: "Argument list too long",
  EAGAIN: "Resource temporarily unavailable",
  EBUSY: "Device or resource busy",
  ENXIO: "No such device or address",
};
