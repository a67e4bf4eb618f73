import type { ByteSink, ByteSource } from "../api/bytes.ts";
import type { Network } from "../network/network.ts";
import type { Clock } from "../sim/clock.ts";
import type { Log } from "../sim/log.ts";
import type { Random } from "../sim/random.ts";
import type { Container } from "./container.ts";
import type { FileTree } from "./files/file-tree.ts";
import type { Image } from "./image.ts";
import type { Capabilities } from "./kernel/capabilities.ts";
import type { SharedMemory } from "./kernel/memory.ts";
import type { PidNamespace } from "./kernel/pid-namespace.ts";
import type { RequestedUser } from "./process.ts";
import type { Tool } from "./tool.ts";

/** A volume in a container. */
export interface Mount {
  /** Absolute, in the container. */
  readonly path: string;
  readonly tree: FileTree;
  /** The file or directory of the tree that is mounted; its root unless given. */
  readonly subPath?: string;
  readonly readOnly: boolean;
}

/** How a container's names are resolved. */
export interface Resolver {
  /** IPv4 addresses; empty: no such name. Rejects with NetworkError when no server answers. */
  lookup(name: string, files: { readonly hosts: string; readonly resolvConf: string }): Promise<readonly string[]>;
}

/** What keeps a container's processes from doing all that root could. */
export interface Confinement {
  /** What they can have of root's rights. */
  readonly capabilities: Capabilities;
  /** No program may give a process more rights than it has. */
  readonly noNewPrivileges: boolean;
  /** Some system calls are filtered. */
  readonly seccomp: boolean;
  /** The container runtime's own AppArmor profile is on. */
  readonly appArmor: boolean;
}

/** All that makes a container, before it starts. */
export interface ContainerOptions {
  readonly id: string;
  readonly hostname: string;
  readonly image: Image;
  readonly imageName: string;
  /** Declared in the pod's spec. */
  readonly ports: readonly number[];
  /** All there are; `image.base` and `image.tools` say which of them it has. The same list for all containers. */
  readonly tools: readonly Tool[];
  /** Entry point and arguments, expanded. */
  readonly command: readonly string[];
  /** The image's and the pod's. PATH, HOSTNAME, HOME and (with a terminal) TERM are added where they are not given. */
  readonly env: ReadonlyMap<string, string>;
  readonly workingDirectory: string;
  readonly user: RequestedUser;
  readonly mounts: readonly Mount[];
  readonly readOnlyRoot: boolean;
  /** Shared with another container; its own unless given. */
  readonly pids?: PidNamespace;
  /** Bytes it may hold in processes, pipes and /dev/shm before it is out of memory (OOMKilled, 137). */
  readonly memoryLimit?: number;
  /** Of all containers of its cluster; its own unless given. */
  readonly sharedMemory?: SharedMemory;
  /** Processors it may use, a fraction or several; what wants more is slowed down. */
  readonly cpuLimit?: number;
  /** Kernel settings of its pod, by dotted name. */
  readonly sysctls?: ReadonlyMap<string, string>;
  readonly confinement?: Confinement;
  readonly pod: Container["pod"];
  readonly network: Network;
  readonly resolver: Resolver;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** As the pod's spec says. */
  readonly stdin: boolean;
  readonly stdinOnce: boolean;
  readonly tty: boolean;
  /** What PID 1 and its children write to the container's stdout and stderr. */
  output(stream: "stdout" | "stderr", bytes: Uint8Array): void;
}

/** The client's ends of exec and attach; `SessionStreams` of client/node-agents.ts fits. */
export interface Streams {
  readonly stdin?: ByteSource;
  readonly stdout?: ByteSink;
  readonly stderr?: ByteSink;
  readonly tty: boolean;
  readonly sizes?: AsyncIterable<{ readonly width: number; readonly height: number }>;
  readonly hangUp: AbortSignal;
}

/** What a container has used. */
export interface Usage {
  readonly memoryBytes: number;
  readonly cpuNanoseconds: number;
  /** What it has written over its image. */
  readonly writtenBytes: number;
}

/** How PID 1 ended. */
export interface Exit {
  readonly exitCode: number;
  readonly signal?: number;
  /** Only where it is not plain: OOMKilled. */
  readonly reason?: string;
}

/** A container and what runs in it. `createContainer` makes one. */
export interface LiveContainer {
  readonly container: Container;
  readonly pids: PidNamespace;
  /** What stood in the way, in runc's words (`exec: "foo": executable file not found in $PATH`); undefined: it runs. */
  start(): string | undefined;
  readonly exited: Promise<Exit>;
  /** SIGTERM, then SIGKILL after `graceMs`; resolves when everything in it has ended. */
  stop(graceMs: number): Promise<void>;
  /** Resolves with the exit code. Rejects with an `ExecError` when the command cannot be run. */
  exec(command: readonly string[], streams: Streams): Promise<number>;
  /** Resolves when the container has exited, or the client hangs up or has typed all to what goes on reading. */
  attach(streams: Streams): Promise<void>;
  /** Processors it may use. */
  readonly cpuLimit: number;
  readonly usage: Usage;
}
