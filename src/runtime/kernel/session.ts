import type { ByteSink, ByteSource } from "../../api/bytes.ts";
import { describeError } from "../../sim/log.ts";
import { NullDevice } from "../files/devices.ts";
import type { Streams } from "../live-container.ts";
import type { Descriptor } from "../process.ts";
import type { Kernel } from "./kernel.ts";
import { createPipe } from "./pipe.ts";
import { PseudoTerminal } from "./pseudo-terminal.ts";
import { SinkDescription } from "./sink-description.ts";

/** The stdio of a command that a client runs, wired to the client's streams. */
export interface ClientStdio {
  readonly descriptors: Map<number, Descriptor>;
  readonly terminal: PseudoTerminal | undefined;
  /** Begins to carry what the client types. */
  start(session: number): void;
  /** Resolves when no process holds the client's outputs any more. */
  readonly drained: Promise<unknown>;
}

/** `onHangUp` is told when the client has gone. */
export function clientStdio(kernel: Kernel, streams: Streams, onHangUp: () => void): ClientStdio {
  return streams.tty ? terminalStdio(kernel, streams, onHangUp) : pipedStdio(kernel, streams, onHangUp);
}

function terminalStdio(kernel: Kernel, streams: Streams, onHangUp: () => void): ClientStdio {
  const { stdout } = streams;
  const terminal = new PseudoTerminal({
    show: (bytes) => stdout?.write(bytes).catch(onHangUp),
    signalGroup: (group, signal) => {
      kernel.signalGroup(group, signal);
    },
  });
  const { slave } = terminal;
  return {
    terminal,
    descriptors: new Map([0, 1, 2].map((number) => [number, number === 0 ? slave : slave.retain()])),
    drained: Promise.resolve(),
    start: (session) => {
      terminal.foregroundGroup = session;
      void carryKeys(kernel, streams, terminal, () => terminal.typeEnd());
    },
  };
}

function pipedStdio(kernel: Kernel, { stdin, stdout, stderr }: Streams, onHangUp: () => void): ClientStdio {
  const descriptors = new Map<number, Descriptor>();
  const outputs = [stdout, stderr].map((sink) => (sink ? clientSink(sink, onHangUp) : undefined));
  outputs.forEach((output, index) => descriptors.set(index + 1, output ?? new NullDevice()));
  const drained = Promise.all(outputs.map((output) => output?.closed ?? Promise.resolve()));
  if (!stdin) {
    descriptors.set(0, new NullDevice());
    return { terminal: undefined, descriptors, drained, start: () => {} };
  }
  const pipe = createPipe(kernel.holdBytes);
  descriptors.set(0, pipe.read);
  return {
    terminal: undefined,
    descriptors,
    drained,
    start: () => {
      void carryInput(kernel, stdin, pipe.write);
    },
  };
}

function clientSink(sink: ByteSink, onHangUp: () => void): SinkDescription {
  return new SinkDescription(async (bytes) => {
    try {
      await sink.write(bytes);
    } catch (error) {
      onHangUp();
      throw error;
    }
  });
}

/** Writes a client's stdin into a pipe to its end; the reader's pace is the client's. */
export async function carryInput(kernel: Kernel, stdin: ByteSource, pipe: Descriptor): Promise<void> {
  try {
    for await (const bytes of stdin) await pipe.write(bytes);
  } catch (error) {
    // EPIPE: nobody reads any more. A source fails when its client goes.
    kernel.log.write("debug", `stdin of a session in ${kernel.container.id}: ${describeError(error)}`);
  } finally {
    pipe.release();
  }
}

/** Types a client's keys, and tells the terminal of the client's window sizes; `atEnd` is told of the last key. */
export async function carryKeys(
  kernel: Kernel,
  streams: Streams,
  terminal: PseudoTerminal,
  atEnd: () => void,
): Promise<void> {
  const { stdin, sizes } = streams;
  const typing = async (): Promise<void> => {
    if (!stdin) return;
    for await (const bytes of stdin) terminal.type(bytes);
    atEnd();
  };
  const resizing = async (): Promise<void> => {
    for await (const size of sizes ?? []) terminal.resize(size);
  };
  try {
    await Promise.all([typing(), resizing()]);
  } catch (error) {
    kernel.log.write("debug", `terminal of a session in ${kernel.container.id}: ${describeError(error)}`);
  }
}
