import { NullDevice } from "../files/devices.ts";
import type { ContainerOptions, Streams } from "../live-container.ts";
import type { Descriptor } from "../process.ts";
import type { Kernel } from "./kernel.ts";
import { createPipe } from "./pipe.ts";
import { PseudoTerminal } from "./pseudo-terminal.ts";
import { carryInput, carryKeys } from "./session.ts";
import { SinkDescription } from "./sink-description.ts";

type StreamName = "stdout" | "stderr";

/** PID 1's stdio: its output goes to the container's log and to whoever is attached. */
export class InitStdio {
  readonly terminal: PseudoTerminal | undefined;
  readonly descriptors: Map<number, Descriptor>;
  readonly #kernel: Kernel;
  readonly #options: ContainerOptions;
  /** Where attached clients type; undefined: no stdin, or it has ended. */
  #stdin: Descriptor | undefined;
  readonly #attached = new Set<Streams>();

  constructor(kernel: Kernel, options: ContainerOptions) {
    this.#kernel = kernel;
    this.#options = options;
    if (options.tty) {
      const terminal = this.#newTerminal();
      const { slave } = terminal;
      this.terminal = terminal;
      this.descriptors = new Map([0, 1, 2].map((number) => [number, number === 0 ? slave : slave.retain()]));
      return;
    }
    const pipe = options.stdin ? createPipe(kernel.holdBytes) : undefined;
    this.#stdin = pipe?.write;
    this.descriptors = new Map<number, Descriptor>([
      [0, pipe?.read ?? new NullDevice()],
      [1, new SinkDescription((bytes) => this.#send("stdout", bytes))],
      [2, new SinkDescription((bytes) => this.#send("stderr", bytes))],
    ]);
  }

  /** Carries a client's streams until the container exits, the client hangs up, or no longer types to what goes on. */
  async attach(streams: Streams): Promise<void> {
    const { exited } = this.#kernel;
    const { hangUp } = streams;
    this.#attached.add(streams);
    let detach = (): void => {};
    const detached = new Promise<void>((resolve) => {
      detach = resolve;
    });
    hangUp.addEventListener("abort", detach);
    if (hangUp.aborted) detach();
    this.#carryStdin(streams, detach);
    try {
      await Promise.race([exited, detached]);
    } finally {
      hangUp.removeEventListener("abort", detach);
      this.#attached.delete(streams);
    }
  }

  /** Only a pipe for one client (stdinOnce) ends with what that client types; from all else the client is detached. */
  #carryStdin(streams: Streams, detach: () => void): void {
    const { stdin, stdinOnce } = this.#options;
    if (this.terminal) {
      void carryKeys(this.#kernel, stdin ? streams : withoutStdin(streams), this.terminal, detach);
      return;
    }
    const pipe = this.#stdin;
    if (!streams.stdin || !pipe) return;
    if (stdinOnce) {
      this.#stdin = undefined;
      void carryInput(this.#kernel, streams.stdin, pipe);
      return;
    }
    void carryInput(this.#kernel, streams.stdin, pipe.retain()).then(detach);
  }

  #newTerminal(): PseudoTerminal {
    return new PseudoTerminal({
      show: (bytes) => this.#send("stdout", bytes),
      signalGroup: (group, signal) => {
        this.#kernel.signalGroup(group, signal);
      },
    });
  }

  /** To the log at once; the slowest attached client sets the pace. */
  #send(stream: StreamName, bytes: Uint8Array): Promise<void> | undefined {
    this.#options.output(stream, bytes);
    if (this.#attached.size === 0) return undefined;
    return this.#sendToAttached(stream, bytes);
  }

  async #sendToAttached(stream: StreamName, bytes: Uint8Array): Promise<void> {
    await Promise.all([...this.#attached].map((streams) => this.#sendTo(streams, stream, bytes)));
  }

  async #sendTo(streams: Streams, stream: StreamName, bytes: Uint8Array): Promise<void> {
    try {
      await streams[stream]?.write(bytes);
    } catch {
      // Only a client that has gone refuses; the container goes on without it.
      this.#attached.delete(streams);
    }
  }
}

function withoutStdin({ stdin: _stdin, ...others }: Streams): Streams {
  return others;
}
