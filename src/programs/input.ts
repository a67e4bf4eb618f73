import { concatBytes } from "../api/bytes.ts";
import { SystemError, type Process } from "../runtime/process.ts";
import type { Call } from "./applet.ts";
import { Failure, reasonOf } from "./failure.ts";
import { inFlavour } from "./flavour.ts";
import { type LineReader, lineReader } from "./line-reader.ts";
import { openForReading } from "./open.ts";

/** Bytes being read: a file, a device or standard input. */
export interface Source {
  /** As given on the command line; `-` is standard input. */
  readonly name: string;
  /** The next bytes, at most `limit`; undefined at the end. */
  read(limit?: number): Promise<Uint8Array | undefined>;
  /** Counts bytes that the program keeps: too many end it, out of memory. */
  hold(bytes: number): void;
  close(): void;
  /** Gives other processes a turn. */
  rest?(): Promise<void>;
}

/** Reads between two turns given to other processes: a source that never blocks must not stop the world. */
const readsPerTurn = 64;

/** Opens a path, or standard input for `-`. What was printed is flushed before a read that may wait. */
export async function openSource(call: Pick<Call, "process" | "out">, path: string): Promise<Source> {
  const { process, out } = call;
  if (path === "-" && !process.descriptors.has(0)) throw closedInput;
  const opened = path === "-" ? standardInput(process) : openForReading(process, path);
  let reads = 0;
  return {
    name: path,
    close: () => opened.close(),
    rest: () => process.pause(),
    hold: (bytes) => holdMemory(process, bytes),
    async read(limit) {
      await out.flush();
      if (++reads % readsPerTurn === 0) await process.pause();
      return opened.read(limit);
    },
  };
}

const closedInput = new Failure({ busybox: "read error: Bad file descriptor", gnu: "-: Bad file descriptor" });

/** Hands each operand (standard input when there is none) to `use`, complaining of those that cannot be read. */
export async function forEachSource(
  call: Call,
  paths: readonly string[],
  use: (source: Source) => Promise<void>,
): Promise<number> {
  let exitCode = 0;
  for (const path of paths.length === 0 ? ["-"] : paths) {
    const source = await sourceOrComplaint(call, path);
    if (source === undefined) exitCode = 1;
    else {
      await use(source);
      source.close();
    }
  }
  return exitCode;
}

/** Undefined, after saying why, when it cannot be opened. */
export async function sourceOrComplaint(call: Call, path: string): Promise<Source | undefined> {
  try {
    return await openSource(call, path);
  } catch (error) {
    if (error instanceof Failure) throw error;
    await call.complain(complaint(call, path, error));
    return undefined;
  }
}

/** As `openSource`, for programs that cannot go on without it. */
export async function sourceOrFailure(call: Call, path: string, exitCode = 1): Promise<Source> {
  try {
    return await openSource(call, path);
  } catch (error) {
    throw error instanceof Failure ? error : new Failure(complaint(call, path, error), exitCode);
  }
}

/** All that is left of a source. */
export async function readWhole(source: Pick<Source, "read" | "hold">): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for (let chunk = await source.read(); chunk !== undefined; chunk = await source.read()) {
    source.hold(chunk.length);
    chunks.push(chunk);
  }
  return concatBytes(chunks);
}

/** The first bytes, up to a limit. */
export async function readAtMost(source: Source, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let left = limit;
  while (left > 0) {
    const chunk = await source.read(left);
    if (chunk === undefined) break;
    source.hold(chunk.length);
    chunks.push(chunk.slice());
    left -= chunk.length;
  }
  return concatBytes(chunks);
}

const mostMemory = 256 * 1024 * 1024;

/** A container without a limit has that of the machine: one program gets no more than this. */
function holdMemory(process: Process, bytes: number): void {
  if (process.kept.bytes + bytes > mostMemory) throw new Failure("out of memory");
  process.kept.bytes += bytes;
}

/** The lines of all operands, one file after the other; the exit code tells whether all could be read. */
export async function forEachLine(
  call: Call,
  paths: readonly string[],
  use: (line: string, reader: LineReader) => Promise<void> | undefined,
): Promise<number> {
  return forEachSource(call, paths, async (source) => {
    const reader = lineReader(source);
    for (let line = await reader.next(); line !== undefined; line = await reader.next()) await use(line, reader);
  });
}

function complaint({ flavour, unreadable }: Call, path: string, error: unknown): string {
  const isDirectory = error instanceof SystemError && error.code === "EISDIR";
  const said = inFlavour(flavour, isDirectory ? unreadable.read : unreadable.open).replace("%", () => path);
  return `${said}: ${reasonOf(error)}`;
}

function standardInput(process: Process): Pick<Source, "read" | "close"> {
  return { read: (limit) => process.stdin.read(limit), close: () => {} };
}
