import { concatBytes } from "../api/bytes.ts";
import type { LogOptions } from "../client/node-agents.ts";
import type { Clock } from "../sim/clock.ts";
import { LogBlock, type LogPiece, type LogStream } from "./log-block.ts";
import { type LogView, viewOf } from "./log-view.ts";

const newline = 10;
/** As the kubelet rotates files: 10 MiB, of which the newer half is kept. */
const rotateAtBytes = 10 * 1024 * 1024;
/** A line longer than this is cut into several pieces, as container runtimes do. */
const longestLine = 16 * 1024;
/** What a reader gets at a time. */
const readBytes = 64 * 1024;

/** Where a reader is: a block, counted from the first there ever was, and a piece of it. */
interface Place {
  readonly block: number;
  readonly piece: number;
}

/**
 * What a container has written, line by line with its time; a line shows once it has its end, or the container has.
 * Old lines are forgotten when there are too many.
 */
export class ContainerLog {
  readonly #clock: Clock;
  readonly #partial: Record<LogStream, Uint8Array[]> = { stdout: [], stderr: [] };
  readonly #partialBytes: Record<LogStream, number> = { stdout: 0, stderr: 0 };
  readonly #followers = new Set<() => void>();
  readonly #blocks: LogBlock[] = [];
  /** Blocks that are forgotten. */
  #dropped = 0;
  /** Of the blocks that are full. */
  #fullBytes = 0;
  #lines = 0;
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  write(stream: LogStream, bytes: Uint8Array): void {
    const end = bytes.lastIndexOf(newline) + 1;
    if (end > 0) this.#finish(stream, bytes.subarray(0, end));
    if (end < bytes.length) this.#keep(stream, bytes.slice(end));
    if (end > 0) this.#wakeFollowers();
  }

  /** The container has ended: followers come to their end. */
  close(): void {
    for (const stream of ["stdout", "stderr"] as const) {
      if (this.#partialBytes[stream] > 0) this.#finish(stream, new Uint8Array());
    }
    this.#closed = true;
    this.#wakeFollowers();
  }

  /** Bytes that are kept. */
  get sizeBytes(): number {
    return this.#blocks.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  }

  /** https://kubernetes.io/docs/concepts/cluster-administration/logging/ */
  read(options: LogOptions): AsyncIterable<Uint8Array> {
    const leaving = new Leaving();
    const lines = this.#read(options, leaving);
    return {
      [Symbol.asyncIterator]: () => ({
        next: () => lines.next(),
        async return() {
          leaving.leave();
          return lines.return(undefined);
        },
      }),
    };
  }

  /** The last bytes, for `terminationMessagePolicy: FallbackToLogsOnError`. */
  tail(lines: number, bytes: number): string {
    const view = viewOf({ tailLines: lines }, this.#clock.now());
    const text = Buffer.from(concatBytes(view.lastOf(this.#newestFirst()))).toString();
    return text.slice(-bytes);
  }

  async *#read(options: LogOptions, leaving: Leaving): AsyncGenerator<Uint8Array, undefined> {
    const view = viewOf(options, this.#clock.now());
    let place = this.#end();
    const old = options.tailLines === undefined ? this.#shown(view, this.#start()) : view.lastOf(this.#newestFirst());
    for (const bytes of gathered(old)) if (!view.isSpent) yield view.limit(bytes);
    while (options.follow && !view.isSpent) {
      const from = place;
      place = this.#end();
      for (const bytes of gathered(this.#shown(view, from))) if (!view.isSpent) yield view.limit(bytes);
      const isAtEnd = place.block === this.#end().block && place.piece === this.#end().piece;
      if (leaving.hasLeft || (this.#closed && isAtEnd)) return;
      if (isAtEnd) await this.#change(leaving);
    }
  }

  *#shown(view: LogView, from: Place): Generator<Uint8Array> {
    const to = this.#end();
    let piece = from.block < this.#dropped ? 0 : from.piece;
    for (let at = Math.max(from.block, this.#dropped); at <= to.block; at++, piece = 0) {
      const block = this.#blocks[at - this.#dropped];
      const count = at === to.block ? to.piece : (block?.count ?? 0);
      for (; piece < count; piece++) {
        const bytes = block && view.shown(block.piece(piece));
        if (bytes) yield bytes;
      }
    }
  }

  *#newestFirst(): Generator<LogPiece> {
    for (const block of this.#blocks.toReversed()) {
      for (let index = block.count - 1; index >= 0; index--) yield block.piece(index);
    }
  }

  #start(): Place {
    return { block: this.#dropped, piece: 0 };
  }

  #end(): Place {
    const block = this.#dropped + Math.max(0, this.#blocks.length - 1);
    return { block, piece: this.#blocks.at(-1)?.count ?? 0 };
  }

  /** Resolves when there is more, or no need for it. */
  async #change(leaving: Leaving): Promise<void> {
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        this.#followers.delete(wake);
        resolve();
      };
      this.#followers.add(wake);
      leaving.onLeave(wake);
    });
  }

  #wakeFollowers(): void {
    for (const wake of this.#followers) wake();
  }

  #keep(stream: LogStream, bytes: Uint8Array): void {
    this.#partial[stream].push(bytes);
    this.#partialBytes[stream] += bytes.length;
    if (this.#partialBytes[stream] < longestLine) return;
    this.#finish(stream, new Uint8Array());
    this.#wakeFollowers();
  }

  #finish(stream: LogStream, rest: Uint8Array): void {
    const started = this.#partial[stream];
    const bytes = started.length === 0 ? rest : concatBytes([...started, rest]);
    this.#partial[stream] = [];
    this.#partialBytes[stream] = 0;
    let block = this.#blocks.at(-1);
    if (!block || block.isFull) {
      block = new LogBlock();
      this.#blocks.push(block);
    }
    block.add({ at: this.#clock.now(), stream, firstLine: this.#lines, bytes });
    this.#lines += newlinesIn(bytes);
    if (block.isFull) this.#rotate(block);
  }

  #rotate({ sizeBytes }: LogBlock): void {
    this.#fullBytes += sizeBytes;
    if (this.#fullBytes < rotateAtBytes) return;
    while (this.#fullBytes > rotateAtBytes / 2 && this.#blocks.length > 1) {
      this.#fullBytes -= this.#blocks.shift()?.sizeBytes ?? 0;
      this.#dropped++;
    }
  }
}

/** The same bytes in fewer chunks. */
function* gathered(chunks: Iterable<Uint8Array>): Generator<Uint8Array> {
  let waiting: Uint8Array[] = [];
  let size = 0;
  for (const chunk of chunks) {
    waiting.push(chunk);
    size += chunk.length;
    if (size < readBytes) continue;
    yield concatBytes(waiting);
    waiting = [];
    size = 0;
  }
  if (size > 0) yield concatBytes(waiting);
}

function newlinesIn(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, at + 1)) count++;
  return count;
}

/** A reader that goes before the end must not be waited for. */
class Leaving {
  #wake = (): void => {};
  #hasLeft = false;

  get hasLeft(): boolean {
    return this.#hasLeft;
  }

  leave(): void {
    this.#hasLeft = true;
    this.#wake();
  }

  onLeave(wake: () => void): void {
    this.#wake = wake;
  }
}
