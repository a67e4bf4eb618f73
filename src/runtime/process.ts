import type { Duplex } from "node:stream";

import type { ByteSink, ByteSource } from "../api/bytes.ts";
import type { HttpHandler, HttpRequest, HttpResponse } from "../network/http.ts";
import type { Address, Datagram } from "../network/network.ts";
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
  | "SIGKILL"
  | "SIGUSR1"
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
  /** The exported environment; the process's own copy. */
  readonly env: Map<string, string>;
  /** Absolute. Assigning it changes directory. */
  cwd: string;
  readonly user: User;
  readonly clock: Clock;
  readonly random: Random;
  readonly container: Container;
  readonly files: FileSystem;
  readonly network: ProcessNetwork;
  /** The controlling terminal, if there is one. */
  readonly terminal: Terminal | undefined;

  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  /** By number; 0, 1 and 2 are the three above. Absent is closed. */
  readonly descriptors: ReadonlyMap<number, Descriptor>;

  /** Writes to stdout; a closed reader kills the process with SIGPIPE, as in Unix. */
  print(text: string): Promise<void>;
  /** Writes to stderr. */
  warn(text: string): Promise<void>;

  /** Resolves after `ms` of the cluster's time. */
  sleep(ms: number): Promise<void>;
  /** Gives other processes a turn: costs a little simulated time, so a busy loop cannot stop the world. */
  pause(): Promise<void>;
  /**
   * Waits for work that is not one of these calls, so that a kill still interrupts it.
   * `abandon` is told when it does.
   */
  waitFor<T>(work: Promise<T>, abandon?: () => void): Promise<T>;

  /** Starts another program. Looks `argv[0]` up in PATH; rejects with an `ExecError` (ENOENT, EACCES). */
  spawn(argv: readonly string[], options?: SpawnOptions): Promise<Child>;
  /** Starts a function of the same program as a process of its own (the shell's subshells). */
  fork(program: Program, options?: SpawnOptions): Child;
  /** What the process does when a signal comes: a function, nothing, or (undefined) the signal's default. */
  onSignal(signal: Signal, action: (() => void) | "ignore" | undefined): void;
  /** Like kill(2): a negative pid is a process group. False: no such process. */
  kill(pid: number, signal: Signal): boolean;
  /** Resolves with the first SIGTERM, SIGINT, SIGHUP or SIGQUIT, which then no longer ends the process. For servers. */
  readonly terminated: Promise<Signal>;
  /** Absolute path of `path`, seen from cwd. */
  resolve(path: string): string;
}

export interface User {
  readonly uid: number;
  readonly gid: number;
  readonly name: string;
  readonly groups: readonly number[];
}

/** An open file, pipe or terminal. Shared by all processes that inherited it; the last close counts. */
export interface Descriptor {
  readonly kind: "file" | "pipe" | "terminal" | "null" | "socket";
  /** The next bytes, at most `limit`; undefined at the end. */
  read(limit?: number): Promise<Uint8Array | undefined>;
  /** Resolves when there is room again. Rejects with EPIPE (a `SystemError`) when nobody reads. */
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
  readonly env?: ReadonlyMap<string, string>;
  readonly cwd?: string;
  /** Replaces inherited descriptors by number; null closes one. */
  readonly descriptors?: ReadonlyMap<number, Descriptor | null>;
  /** A process group of its own (job control), or the one to join. Inherited unless given. */
  readonly group?: "new" | number;
}

export interface Child {
  readonly pid: number;
  /** The exit code; 128 + n after signal n. */
  readonly exit: Promise<number>;
}

/** The pod's network as a program sees it: names are resolved by the pod's resolv.conf and /etc/hosts. */
export interface ProcessNetwork {
  /** The pod's own IP. */
  readonly ip: string;
  /** Serves HTTP on a port of every address of the pod, or of `host`. Stops when the process ends. Throws EADDRINUSE. */
  serveHttp(port: number, handler: HttpHandler, host?: string): () => void;
  serveTcp(
    port: number,
    accept: (connection: Duplex, remote: Address) => void,
    host?: string,
  ): () => void;
  bindUdp(
    port: number,
    receive: (datagram: Datagram) => void,
  ): { readonly address: Address; send(to: Address, bytes: Uint8Array): void; close(): void };
  /** Rejects with NetworkError. `host` is an IP. */
  dial(to: Address, signal?: AbortSignal): Promise<Duplex>;
  fetch(to: Address, request: HttpRequest, signal?: AbortSignal): Promise<HttpResponse>;
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
  | "EAGAIN";

/** A failed system call; `message` is what strerror says: "No such file or directory". */
export class SystemError extends Error {
  readonly code: SystemErrorCode;

  constructor(code: SystemErrorCode) {
    super(systemErrorMessages[code]);
    this.code = code;
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
  ELOOP: "Symbolic link loop",
  EINVAL: "Invalid argument",
  EBADF: "Bad file descriptor",
  EPIPE: "Broken pipe",
  ENOSPC: "No space left on device",
  EXDEV: "Invalid cross-device link",
  ENAMETOOLONG: "File name too long",
  ENOEXEC: "Exec format error",
  EAGAIN: "Resource temporarily unavailable",
};
