import type { Descriptor } from "../../runtime/process.ts";
import { SystemError } from "../../runtime/process.ts";
import { outOfMemory } from "../expand/joined.ts";
import { Interrupted } from "../jumps.ts";
import type { Shell } from "../shell.ts";
import { untilSignal } from "./traps.ts";

/** A line as it was read; `isWhole`: the delimiter was there, not just the end. It is not among the bytes. */
export interface Line {
  readonly bytes: Uint8Array;
  readonly isWhole: boolean;
}

/** How much to read, and up to where. */
export interface LineOptions {
  /** A byte; newline unless given. */
  readonly delimiter?: number;
  /** Stop after so many characters. */
  readonly limit?: number;
  /** Give up then, at this time of the cluster's clock. */
  readonly deadline?: number;
}

/** Bytes; more are no line. */
const longestLine = 4 * 1024 * 1024;

/** A read did not end in time. */
export class TimedOut extends Error {
  constructor() {
    super("timed out");
  }
}

/**
 * Reads a line, and not a byte more: the rest is for whoever reads next. Undefined at the end.
 * Rejects with TimedOut, or with Interrupted when Ctrl-C comes to an interactive shell.
 */
export async function readLine(shell: Shell, number: number, options: LineOptions = {}): Promise<Line | undefined> {
  const { delimiter = 10, limit = Infinity, deadline } = options;
  const bytes: number[] = [];
  let characters = 0;
  while (characters < limit) {
    const chunk = await readSome(shell, number, { limit: 1, deadline });
    const byte = chunk?.[0];
    if (byte === undefined) return bytes.length > 0 ? { bytes: Uint8Array.from(bytes), isWhole: false } : undefined;
    if (byte === delimiter) break;
    if (bytes.length >= longestLine) throw outOfMemory();
    bytes.push(byte);
    if ((byte & 0xc0) !== 0x80) characters++;
  }
  return { bytes: Uint8Array.from(bytes), isWhole: true };
}

/** Reads what is there. A read that was given up is taken up again, so that nothing is lost. */
export async function readSome(
  shell: Shell,
  number: number,
  { limit, deadline }: { readonly limit: number; readonly deadline?: number | undefined },
): Promise<Uint8Array | undefined> {
  const descriptor = shell.process.descriptors.get(number);
  if (!descriptor) throw new SystemError("EBADF");
  const started = shell.pendingReads.get(descriptor);
  if (!started && deadline === undefined && !shell.options.interactive) return shell.process.input(number).read(limit);
  const reading = started ?? startReading(shell, descriptor, number, limit);
  const bounded = deadline === undefined ? reading : Promise.race([reading, timeout(shell, deadline)]);
  const bytes = await untilSignal(shell, bounded, () => new Interrupted());
  shell.pendingReads.delete(descriptor);
  return bytes;
}

function startReading(
  shell: Shell,
  descriptor: Descriptor,
  number: number,
  limit: number,
): Promise<Uint8Array | undefined> {
  const reading = shell.process.input(number).read(limit);
  shell.pendingReads.set(descriptor, reading);
  return reading;
}

async function timeout(shell: Shell, deadline: number): Promise<never> {
  await shell.process.sleep(Math.max(0, deadline - shell.process.clock.now()));
  throw new TimedOut();
}
